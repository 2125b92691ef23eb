//! What is written, token by token: parentheses are explicit, strings escaped, and the
//! brackets numbered, so that the layout can refer to them.

use super::expr::Op;

/// An expression of the grammar.
#[derive(Debug)]
pub(super) enum Node {
    /// A word or a number.
    Word(String),
    /// `-` and a number.
    Negative(String),
    /// A `"…"` string.
    Quoted(Vec<Piece>),
    /// The lines of a `''` string, the last one empty or not.
    Indented(Vec<String>),
    Path(String),
    List(usize, Vec<Node>),
    Set(usize, Vec<Item>),
    Select {
        base: Box<Node>,
        path: Vec<Key>,
        default: Option<Box<Node>>,
    },
    Paren(Box<Node>),
    Apply(Box<Node>, Box<Node>),
    Has(Box<Node>, Vec<Key>),
    Not(Box<Node>),
    Binary {
        op: Op,
        left: Box<Node>,
        right: Box<Node>,
    },
    /// `name: body`
    Lambda(String, Box<Node>),
    /// `{ … }: body`
    Function {
        id: usize,
        names: Vec<String>,
        body: Box<Node>,
    },
    Let(Vec<Item>, Box<Node>),
    If(Box<Node>, Box<Node>, Box<Node>),
    /// The first term of a file that starts with a comment. To nixfmt, the comment is part of
    /// it, and no commented term is simple.
    Commented(Box<Node>),
}

/// A piece of a `"…"` string.
#[derive(Debug)]
pub(super) enum Piece {
    /// Text, already escaped.
    Text(String),
    Expr(Node),
}

/// An attribute's name as it is written.
#[derive(Debug, Clone)]
pub(super) struct Key {
    pub(super) text: String,
    pub(super) quoted: bool,
}

/// What stands between the braces of a set, or between `let` and `in`.
#[derive(Debug)]
pub(super) enum Item {
    /// A line, with its `#`.
    Comment(String),
    Assign(Vec<Key>, Node),
    /// `inherit name;` or `inherit (from) name;`
    Inherit(Option<Node>, Key),
}

impl Node {
    /// Marks the first term as the one behind the comment at the start of the file.
    pub(super) fn commented(self) -> Self {
        let first = |node: Box<Self>| Box::new(node.commented());
        match self {
            Self::Apply(function, arg) => Self::Apply(first(function), arg),
            Self::Select {
                base,
                path,
                default,
            } => Self::Select {
                base: first(base),
                path,
                default,
            },
            Self::Has(base, path) => Self::Has(first(base), path),
            Self::Binary { op, left, right } => Self::Binary {
                op,
                left: first(left),
                right,
            },
            node if node.is_term() => Self::Commented(Box::new(node)),
            node => node,
        }
    }

    /// Whether the grammar takes it as an item of a list or an argument.
    pub(super) fn is_term(&self) -> bool {
        matches!(
            self,
            Self::Word(_)
                | Self::Quoted(_)
                | Self::Indented(_)
                | Self::Path(_)
                | Self::List(..)
                | Self::Set(..)
                | Self::Select { .. }
                | Self::Paren(_)
        )
    }

    /// nixfmt opens such a term at the end of the line before.
    pub(super) fn is_absorbable_term(&self) -> bool {
        match self {
            Self::Indented(lines) => lines.len() > 1,
            Self::List(_, items) => !items.is_empty(),
            Self::Set(_, items) => !items.is_empty(),
            Self::Paren(inner) => inner.is_absorbable_term(),
            _ => false,
        }
    }

    /// The same for functions of one name around such a term.
    pub(super) fn is_absorbable(&self) -> bool {
        match self {
            Self::Lambda(_, body) => match &**body {
                Self::Lambda(..) => body.is_absorbable(),
                body => body.is_absorbable_term(),
            },
            term => term.is_absorbable_term(),
        }
    }

    /// What nixfmt likes to keep on the line of the function it is an argument of.
    pub(super) fn is_simple(&self) -> bool {
        match self {
            Self::Word(_) | Self::Quoted(_) | Self::Indented(_) | Self::Path(_) => true,
            Self::Select {
                base,
                path,
                default,
            } => default.is_none() && base.is_simple() && path.iter().all(|key| !key.quoted),
            Self::Paren(inner) => inner.is_simple(),
            Self::Apply(function, arg) => is_simple_call(function, arg),
            _ => false,
        }
    }
}

/// A call with at most two arguments, all of it simple.
pub(super) fn is_simple_call(function: &Node, arg: &Node) -> bool {
    let more = matches!(function, Node::Apply(first, _) if matches!(**first, Node::Apply(..)));
    !more && function.is_simple() && arg.is_simple()
}
