//! What the user wrote: a tree of values, each with its position, read from static Nix or
//! from JSON, and the typed form of that tree.

mod canonical;
mod json;
pub mod load;
pub mod load_error;
pub mod positions;
pub mod source;
mod static_nix;
pub mod value;
