//! The language that static files are lowered to.

use std::collections::BTreeMap;
use std::ops::Range;

/// An expression with its bytes in the source.
#[derive(Debug)]
pub(super) struct Expr {
    pub(super) span: Range<usize>,
    pub(super) node: Node,
}

#[derive(Debug)]
pub(super) enum Node {
    Int(i64),
    Float(f64),
    String(Vec<Part>),
    /// Not normalized yet, since interpolation may add `..`.
    Path(Vec<Part>),
    List(Vec<Expr>),
    Set(Attributes),
    Let(Attributes, Box<Expr>),
    Variable(String),
    Select {
        base: Box<Expr>,
        path: Vec<Name>,
        default: Option<Box<Expr>>,
    },
    Update(Box<Expr>, Box<Expr>),
    Concat(Box<Expr>, Box<Expr>),
    Negate(Box<Expr>),
    /// What needs evaluation, with the words for it. No error before it is used: Nix is lazy.
    Evaluated(String),
}

/// A piece of a string or path.
#[derive(Debug)]
pub(super) enum Part {
    Text(String),
    Interpolation(Expr),
}

/// A name with its place.
#[derive(Debug, Clone)]
pub(super) struct Name {
    pub(super) text: String,
    pub(super) span: Range<usize>,
}

/// The definitions of a set or a `let`.
#[derive(Debug, Default)]
pub(super) struct Attributes {
    /// Whether the definitions see each other; always so for `let`.
    pub(super) recursive: bool,
    pub(super) definitions: BTreeMap<String, Definition>,
    /// The sets of `inherit (set) …`.
    pub(super) sources: Vec<Expr>,
    /// A name that only evaluation could tell.
    pub(super) dynamic: Option<Range<usize>>,
}

#[derive(Debug)]
pub(super) struct Definition {
    /// Where the name stands.
    pub(super) key: Range<usize>,
    pub(super) meaning: Meaning,
}

#[derive(Debug)]
pub(super) enum Meaning {
    /// `name = expression;`
    Expr(Expr),
    /// `inherit name;`: the variable of that name around the set.
    Inherited,
    /// `inherit (set) name;`: the set's number in `sources`.
    From(usize),
}
