//! Positions that a flake passes along with evaluated JSON.
//!
//! The file is JSON that mirrors the declaration, so that Nix makes it in one walk with
//! `builtins.unsafeGetAttrPos` and names with dots stay unambiguous:
//!
//! ```json
//! { "version": 1, "files": ["flake.nix"],
//!   "positions": [{ "nodes": [0, 12, 5, { "lab.alpha": [0, 13, 7] }],
//!                   "expectations": [0, 30, 5, [ [{ "from": [0, 31, 9] }] ]] }] }
//! ```
//!
//! Each node is an array: index into `files`, line, column (both from 1), then what is inside:
//! an object for the attributes of a set, an array for the elements of a list. The three
//! numbers are left out where Nix knows no position, what is inside where there is nothing.
//! Whatever has no position of its own has that of the nearest attribute around it.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::load_error::{LoadError, Problem};
use super::source::{Index, Source};
use super::value::{Kind, Location, Value};

/// The positions of one declaration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Positions {
    root: Node,
    /// What stands first in `files`, for a root without a position.
    first: Option<Arc<str>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Node {
    at: Option<Location>,
    inside: Inside,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
enum Inside {
    #[default]
    Nothing,
    Attributes(std::collections::BTreeMap<String, Node>),
    Elements(Vec<Node>),
}

/// Reads a file of positions.
///
/// # Errors
///
/// Text that is not JSON or not of the format above, located in the positions file.
pub fn parse(source: &Source) -> Result<Positions, LoadError> {
    let index = Index::new(&source.display_name, &source.text);
    let refuse = |reason: String, byte: usize| {
        LoadError::new(Problem::Positions { reason }, index.at(byte..byte))
    };
    let json: Map<String, Json> = serde_json::from_str(&source.text).map_err(|error| {
        let byte = index
            .byte(error.line(), error.column())
            .min(source.text.len());
        refuse(error.to_string(), byte)
    })?;
    read(&json).map_err(|reason| refuse(reason, 0))
}

fn read(json: &Map<String, Json>) -> Result<Positions, String> {
    match json.get("version").and_then(Json::as_u64) {
        Some(1) => {}
        Some(other) => return Err(format!("their version is {other}, this program knows 1")),
        None => return Err("`version` is not there or not a number".to_owned()),
    }
    let files: Option<Vec<Arc<str>>> =
        json.get("files")
            .and_then(Json::as_array)
            .and_then(|files| {
                files
                    .iter()
                    .map(|file| file.as_str().map(Into::into))
                    .collect()
            });
    let files = files.ok_or("`files` is no list of strings")?;
    let root = json.get("positions").ok_or("`positions` is not there")?;
    let root = node(root, &files, &mut vec![])?;
    Ok(Positions {
        root,
        first: files.into_iter().next(),
    })
}

fn node<'j>(json: &'j Json, files: &[Arc<str>], path: &mut Vec<&'j str>) -> Result<Node, String> {
    let refuse = |path: &[&str], what: &str| Err(format!("{what} at {path:?}"));
    let Some(parts) = json.as_array() else {
        return refuse(path, "no array");
    };
    let (at, rest) = match parts.as_slice() {
        [
            Json::Number(file),
            Json::Number(line),
            Json::Number(column),
            rest @ ..,
        ] => {
            let number =
                |json: &serde_json::Number| json.as_u64().and_then(|n| u32::try_from(n).ok());
            let file = file
                .as_u64()
                .and_then(|file| files.get(usize::try_from(file).ok()?));
            match (file, number(line), number(column)) {
                (Some(file), Some(line @ 1..), Some(column @ 1..)) => (
                    Some(Location {
                        file: Arc::clone(file),
                        line,
                        column,
                        span: None,
                    }),
                    rest,
                ),
                _ => return refuse(path, "no file of the list, line from 1, column from 1"),
            }
        }
        rest => (None, rest),
    };
    let inside = match rest {
        [] => Inside::Nothing,
        [Json::Object(attributes)] => Inside::Attributes(
            attributes
                .iter()
                .map(|(name, json)| {
                    path.push(name);
                    let inner = node(json, files, path)?;
                    path.pop();
                    Ok((name.clone(), inner))
                })
                .collect::<Result<_, String>>()?,
        ),
        [Json::Array(elements)] => Inside::Elements(
            elements
                .iter()
                .map(|json| node(json, files, path))
                .collect::<Result<_, String>>()?,
        ),
        _ => return refuse(path, "neither three numbers nor one object or array"),
    };
    Ok(Node { at, inside })
}

/// Replaces the locations of a tree that was loaded from evaluated JSON. Positions of
/// attributes that the tree does not have are ignored: JSON of a flake leaves out nulls.
pub fn apply_positions(value: &mut Value, positions: &Positions) {
    let file = positions
        .first
        .clone()
        .unwrap_or_else(|| Arc::clone(&value.location.file));
    let start = Location {
        file,
        line: 1,
        column: 1,
        span: None,
    };
    place(value, Some(&positions.root), &start);
}

fn place(value: &mut Value, node: Option<&Node>, around: &Location) {
    let own = node.and_then(|node| node.at.as_ref()).unwrap_or(around);
    value.location = own.clone();
    let inside = node.map(|node| &node.inside);
    match &mut value.kind {
        Kind::Set(set) => {
            for (name, entry) in &mut set.entries {
                let inner = match inside {
                    Some(Inside::Attributes(nodes)) => nodes.get(name),
                    _ => None,
                };
                place(&mut entry.value, inner, own);
                entry.key = entry.value.location.clone();
            }
            for (_, location) in &mut set.repeated {
                *location = own.clone();
            }
        }
        Kind::List(items) => {
            for (position, item) in items.iter_mut().enumerate() {
                let inner = match inside {
                    Some(Inside::Elements(nodes)) => nodes.get(position),
                    _ => None,
                };
                place(item, inner, own);
            }
        }
        _ => {}
    }
}
