//! Short constructors, so that emitters read like the Nix they produce.

use super::expr::{Expr, Op, Part, Pattern};
use super::set::{IntoPath, Set};
use super::words::Ident;

/// An empty set, to be filled with [`Set::bind`].
pub fn set() -> Set {
    Set::default()
}

/// A string, see [`Expr::Str`].
pub fn str(text: impl Into<String>) -> Expr {
    Expr::Str(text.into())
}

/// A text of several lines, see [`Expr::Text`].
pub fn text(text: impl Into<String>) -> Expr {
    Expr::Text(text.into())
}

/// A list.
pub fn list<E: Into<Expr>>(items: impl IntoIterator<Item = E>) -> Expr {
    Expr::List(items.into_iter().map(Into::into).collect())
}

/// A variable or a selection from one: `lib`, `lib.mkIf`, `config.tailwright.node`. Only
/// text of the program itself, never of a declaration, can name one.
///
/// # Panics
/// When a part of the name is no identifier.
pub fn var(dotted: &'static str) -> Expr {
    let mut parts = dotted.split('.').map(ident);
    match parts.next() {
        Some(head) => {
            let path: Vec<String> = parts.map(|part| part.as_str().to_owned()).collect();
            if path.is_empty() {
                Expr::Var(head)
            } else {
                Expr::Select(Box::new(Expr::Var(head)), path)
            }
        }
        None => unreachable!("splitting yields at least one part"),
    }
}

/// An identifier of the program itself.
///
/// # Panics
/// When it is none.
pub fn ident(name: &'static str) -> Ident {
    match Ident::new(name) {
        Ok(ident) => ident,
        Err(error) => panic!("{error}"),
    }
}

/// A function, named as in [`var`], and its arguments.
pub fn call<const N: usize>(function: &'static str, args: [Expr; N]) -> Expr {
    Expr::Apply(Box::new(var(function)), args.into())
}

/// `{ a, b }: body`
pub fn function(names: &[&'static str], body: impl Into<Expr>) -> Expr {
    pattern(names, false, body.into())
}

/// `name: body`
pub fn lambda(name: &'static str, body: impl Into<Expr>) -> Expr {
    Expr::Lambda {
        params: Pattern::Name(ident(name)),
        body: Box::new(body.into()),
    }
}

/// A NixOS module's function: of `names`, those that the body uses, and `...`.
pub fn module(names: &[&'static str], body: impl Into<Expr>) -> Expr {
    let body = body.into();
    let used: Vec<&'static str> = names
        .iter()
        .copied()
        .filter(|name| body.mentions(name))
        .collect();
    pattern(&used, true, body)
}

fn pattern(names: &[&'static str], open: bool, body: Expr) -> Expr {
    let names = names.iter().map(|name| ident(name)).collect();
    Expr::Lambda {
        params: Pattern::Set { names, open },
        body: Box::new(body),
    }
}

/// `let bindings in body`
pub fn let_in(bindings: Set, body: impl Into<Expr>) -> Expr {
    Expr::Let {
        bindings,
        body: Box::new(body.into()),
    }
}

/// `if cond then then else otherwise`
pub fn if_else(cond: Expr, then: impl Into<Expr>, otherwise: impl Into<Expr>) -> Expr {
    Expr::If {
        cond: Box::new(cond),
        then: Box::new(then.into()),
        otherwise: Box::new(otherwise.into()),
    }
}

impl Expr {
    /// `self.a.b`
    #[must_use]
    pub fn dot(self, path: impl IntoPath) -> Self {
        Self::Select(Box::new(self), path.into_path())
    }

    /// `self.a.b or default`
    #[must_use]
    pub fn dot_or(self, path: impl IntoPath, default: impl Into<Self>) -> Self {
        Self::SelectOr(Box::new(self), path.into_path(), Box::new(default.into()))
    }

    /// `self ? a.b`
    #[must_use]
    pub fn has(self, path: impl IntoPath) -> Self {
        Self::Has(Box::new(self), path.into_path())
    }

    /// `self op right`
    #[must_use]
    pub fn op(self, op: Op, right: impl Into<Self>) -> Self {
        Self::Binary(op, Box::new(self), Box::new(right.into()))
    }

    /// Whether a variable of that name occurs anywhere, be it another one of that name.
    pub fn mentions(&self, name: &str) -> bool {
        let set = |set: &Set| set.bindings().iter().any(|b| b.value.mentions(name));
        match self {
            Self::Null
            | Self::Bool(_)
            | Self::Int(_)
            | Self::Str(_)
            | Self::Text(_)
            | Self::Path(_) => false,
            Self::Interpolated(parts) => parts
                .iter()
                .any(|part| matches!(part, Part::Expr(expr) if expr.mentions(name))),
            Self::Var(ident) => ident.as_str() == name,
            Self::Select(base, _) | Self::Has(base, _) | Self::Not(base) => base.mentions(name),
            Self::SelectOr(base, _, default) => base.mentions(name) || default.mentions(name),
            Self::List(items) => items.iter().any(|item| item.mentions(name)),
            Self::Set(bindings) => set(bindings),
            Self::Apply(function, args) => {
                function.mentions(name) || args.iter().any(|arg| arg.mentions(name))
            }
            Self::Lambda { body, .. } => body.mentions(name),
            Self::Let { bindings, body } => set(bindings) || body.mentions(name),
            Self::If {
                cond,
                then,
                otherwise,
            } => [cond, then, otherwise]
                .iter()
                .any(|expr| expr.mentions(name)),
            Self::Binary(_, left, right) => left.mentions(name) || right.mentions(name),
        }
    }
}

impl std::ops::Not for Expr {
    type Output = Self;

    fn not(self) -> Self {
        Self::Not(Box::new(self))
    }
}

impl From<Set> for Expr {
    fn from(set: Set) -> Self {
        Self::Set(set)
    }
}

impl From<&str> for Expr {
    fn from(text: &str) -> Self {
        Self::Str(text.to_owned())
    }
}

impl From<String> for Expr {
    fn from(text: String) -> Self {
        Self::Str(text)
    }
}

impl From<bool> for Expr {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Expr {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<u16> for Expr {
    fn from(value: u16) -> Self {
        Self::Int(value.into())
    }
}

impl From<Vec<Expr>> for Expr {
    fn from(items: Vec<Expr>) -> Self {
        Self::List(items)
    }
}
