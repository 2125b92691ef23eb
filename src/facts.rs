//! What is built in: defaults and behaviour of the programs that tailwright joins, each with
//! its source.

pub mod kubernetes;
pub mod nixos;
pub mod resolver;
pub mod source_nat;
pub mod tailnet;

/// Something that tailwright knows, and from where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fact {
    /// What is so, as a sentence without a full stop.
    pub says: &'static str,
    /// Where it is written or was measured.
    pub source: &'static str,
}
