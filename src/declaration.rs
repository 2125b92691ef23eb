//! What the user wrote: a tree of values, each with its position, read from static Nix or
//! from JSON, and the typed form of that tree.

pub mod value;
