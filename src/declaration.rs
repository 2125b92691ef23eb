//! What the user wrote: a tree of values, each with its position, read from static Nix or
//! from JSON, and the typed form of that tree.

mod canonical;
pub mod decode;
mod json;
pub mod language;
pub mod load;
pub mod load_error;
pub mod positions;
pub mod source;
mod static_nix;
pub mod value;

pub use language::Declaration;

use crate::finding::Finding;
use decode::{At, Decode};
use value::Value;

/// Reads the value tree as a declaration. Every problem is a finding; what could be read is
/// returned beside them (see [`decode`] for what is left out).
#[must_use]
pub fn read(value: &Value) -> (Option<Declaration>, Vec<Finding>) {
    let mut findings = crate::rules::key_in_declaration::check(value);
    let declaration = Declaration::decode(&At::root(value), &mut findings);
    (declaration, findings)
}
