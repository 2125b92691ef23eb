//! From a source to the value tree.

use super::load_error::{LoadError, Problem};
use super::source::{Format, Index, MAX_SOURCE, Source};
use super::value::{Kind, Value};
use super::{json, static_nix};

/// How deep sets and lists may be nested in each other, in every form of a declaration.
pub const MAX_DEPTH: usize = 128;

/// How deep Nix syntax may nest, counting whatever makes the parser recurse or the tree grow
/// deeper: brackets, operators, operands. Safely below rnix' own limit of 512 expressions,
/// beyond which it names no place.
pub const MAX_NESTING: usize = 500;

/// Loads a source in its language.
///
/// # Errors
///
/// Everything that can be said about the source at once, in the order of the text; never empty.
pub fn load(source: &Source, format: Format) -> Result<Value, Vec<LoadError>> {
    match format {
        Format::Json => load_json(source),
        Format::Nix => load_nix(source),
    }
}

/// Loads JSON, strictly: no comments, no trailing commas. Names that are given twice are kept
/// in [`Set::repeated`](super::value::Set::repeated) for a finding, the first one counts.
///
/// # Errors
///
/// Text that is not JSON, a number that has no exact place, a root that is no object.
pub fn load_json(source: &Source) -> Result<Value, Vec<LoadError>> {
    let index = index(source)?;
    let value = json::parse(&source.text, &index).map_err(|error| vec![error])?;
    rooted(value)
}

/// Loads a Nix file without evaluating it. The location of a value is the expression that
/// makes it, even where it is used through a name: that is the place to edit.
///
/// # Errors
///
/// All syntax errors; otherwise the first expression that needs evaluation or that Nix itself
/// would refuse; a root that is no attribute set.
pub fn load_nix(source: &Source) -> Result<Value, Vec<LoadError>> {
    let index = index(source)?;
    rooted(static_nix::parse(&source.text, &index)?)
}

fn index(source: &Source) -> Result<Index, Vec<LoadError>> {
    if source.text.len() > MAX_SOURCE {
        let start = Index::new(&source.display_name, "").at(0..0);
        return Err(vec![LoadError::new(
            Problem::TooLarge {
                bytes: source.text.len(),
            },
            start,
        )]);
    }
    Ok(Index::new(&source.display_name, &source.text))
}

fn rooted(value: Value) -> Result<Value, Vec<LoadError>> {
    if matches!(value.kind, Kind::Set(_)) {
        return Ok(value);
    }
    let found = value.kind.type_name();
    Err(vec![LoadError::new(
        Problem::RootNotASet { found },
        value.location,
    )])
}
