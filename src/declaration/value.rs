//! The value tree that every loader produces: plain data, each value with its position.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// Where something stands in the user's source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The file as it is shown to the user (`--display-name`, or the argument as given).
    pub file: Arc<str>,
    /// Line, counted from 1.
    pub line: u32,
    /// Column in characters, counted from 1.
    pub column: u32,
    /// Bytes of the loaded source text, where the loaded text is what the user wrote. `None`
    /// where only line and column are known (a set that a flake evaluated).
    pub span: Option<Range<usize>>,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// A value with its position.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    /// What it is.
    pub kind: Kind,
    /// Where it stands.
    pub location: Location,
}

/// The data types of a declaration: those of JSON, and Nix' path.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// `null`: as if the attribute were absent.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// A string.
    String(String),
    /// A Nix path literal, relative to the folder of the file that holds it, normalized: no
    /// `./`, no `a/../b`. It may begin with `../`, or with `/` where the literal is absolute.
    Path(String),
    /// A list.
    List(Vec<Value>),
    /// An attribute set or a JSON object.
    Set(Set),
}

/// An attribute set, ordered by name so that the order in which it was written has no effect.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Set {
    /// The attributes.
    pub entries: BTreeMap<String, Entry>,
    /// Names that were given again, each with the position of the repetition; the first one
    /// counts. Only JSON can have them, in Nix this is a syntax error.
    pub repeated: Vec<(String, Location)>,
}

/// One attribute of a set.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Where its name stands.
    pub key: Location,
    /// Its value.
    pub value: Value,
}

impl Kind {
    /// The type's name as messages say it.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Int(_) => "a whole number",
            Self::Float(_) => "a number with a fraction",
            Self::String(_) => "a string",
            Self::Path(_) => "a path",
            Self::List(_) => "a list",
            Self::Set(_) => "an attribute set",
        }
    }
}
