//! Expressions, as emitters build them.

use super::set::Set;
use super::words::{Ident, NixPath};

/// A Nix expression. Only what a generator needs: there is no `with`, no `rec`, no URI and
/// no search path, and nothing that is text in a topology can become code.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number.
    Int(i64),
    /// A string that evaluates to exactly this text, whatever is in it. A NUL, which no Nix
    /// string can hold, is refused by [`super::file`].
    Str(String),
    /// A string with expressions in it: `"${config.tailwright.root}/secrets"`.
    Interpolated(Vec<Part>),
    /// A text of several lines. It is printed between `''` where that evaluates to exactly
    /// the text, else like [`Expr::Str`].
    Text(String),
    /// A file beside the one that is written: `./forwarder.nix`.
    Path(NixPath),
    /// A variable.
    Var(Ident),
    /// `base.a."b c"`
    Select(Box<Expr>, Vec<String>),
    /// `base.a.b or default`
    SelectOr(Box<Expr>, Vec<String>, Box<Expr>),
    /// `base ? a.b`
    Has(Box<Expr>, Vec<String>),
    /// `[ … ]`
    List(Vec<Expr>),
    /// `{ … }`
    Set(Set),
    /// A function and its arguments.
    Apply(Box<Expr>, Vec<Expr>),
    /// `params: body`
    Lambda {
        /// What the function takes.
        params: Pattern,
        /// What it yields.
        body: Box<Expr>,
    },
    /// `let … in …`; without bindings just the body.
    Let {
        /// The local names.
        bindings: Set,
        /// Where they are known.
        body: Box<Expr>,
    },
    /// `if … then … else …`
    If {
        /// The condition.
        cond: Box<Expr>,
        /// Its value where the condition holds.
        then: Box<Expr>,
        /// Its value where it does not.
        otherwise: Box<Expr>,
    },
    /// Two operands and an operator.
    Binary(Op, Box<Expr>, Box<Expr>),
    /// `!operand`
    Not(Box<Expr>),
}

/// A piece of an interpolated string.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// Exactly this text.
    Text(String),
    /// `${…}`
    Expr(Expr),
}

/// What a function takes.
#[derive(Debug, Clone, PartialEq)]
pub enum Pattern {
    /// One argument with a name.
    Name(Ident),
    /// `{ a, b }` or, if open, `{ a, b, ... }`. An open pattern without names is written `_`.
    Set {
        /// The attributes that become variables, in this order.
        names: Vec<Ident>,
        /// Whether other attributes are allowed.
        open: bool,
    },
}

/// A binary operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is named like the operator that `symbol` yields"
)]
pub enum Op {
    Concat,
    Multiply,
    Divide,
    Add,
    Subtract,
    Update,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
    And,
    Or,
    Implies,
}

/// Which side of an operator may hold the same operator without parentheses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Assoc {
    Left,
    Right,
    /// Neither side.
    None,
    /// Both sides: the operation is associative, so the order does not matter.
    Both,
}

impl Op {
    /// How it is written.
    pub fn symbol(self) -> &'static str {
        self.row().0
    }

    /// How tightly it binds; `!` is between [`Op::Add`] and [`Op::Update`].
    pub(super) fn binding(self) -> u8 {
        self.row().1
    }

    pub(super) fn assoc(self) -> Assoc {
        self.row().2
    }

    /// The table "Operators" of the Nix reference manual.
    fn row(self) -> (&'static str, u8, Assoc) {
        match self {
            Self::Concat => ("++", 9, Assoc::Both),
            Self::Multiply => ("*", 8, Assoc::Left),
            Self::Divide => ("/", 8, Assoc::Left),
            Self::Add => ("+", 7, Assoc::Left),
            Self::Subtract => ("-", 7, Assoc::Left),
            Self::Update => ("//", 5, Assoc::Both),
            Self::Less => ("<", 4, Assoc::None),
            Self::LessOrEqual => ("<=", 4, Assoc::None),
            Self::Greater => (">", 4, Assoc::None),
            Self::GreaterOrEqual => (">=", 4, Assoc::None),
            Self::Equal => ("==", 3, Assoc::None),
            Self::NotEqual => ("!=", 3, Assoc::None),
            Self::And => ("&&", 2, Assoc::Both),
            Self::Or => ("||", 1, Assoc::Both),
            Self::Implies => ("->", 0, Assoc::Right),
        }
    }
}
