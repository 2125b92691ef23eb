//! From expressions to what is written: parentheses, escapes, `inherit`.

use thiserror::Error;

use super::expr::{Assoc, Expr, Op, Part, Pattern};
use super::set::{Binding, Set};
use super::syntax::{Item, Key, Node, Piece};
use super::words::{comment_lines, escape, indented_lines, is_identifier};

/// Why an expression can't be written.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WriteError {
    /// Nix strings end at a NUL, and its parser stops there.
    #[error(
        "a NUL character in {0:?}: Nix strings and attribute names can't hold one; remove it from the declaration"
    )]
    Nul(String),
}

/// Turns an expression into syntax.
#[derive(Default)]
pub(super) struct Lower {
    /// How many brackets have a number.
    pub(super) brackets: usize,
}

type Result<T> = std::result::Result<T, WriteError>;

impl Lower {
    fn id(&mut self) -> usize {
        self.brackets += 1;
        self.brackets - 1
    }

    pub(super) fn expr(&mut self, expr: &Expr) -> Result<Node> {
        Ok(match expr {
            Expr::Null => Node::Word("null".to_owned()),
            Expr::Bool(value) => Node::Word(value.to_string()),
            Expr::Int(value) => self.int(*value),
            Expr::Str(text) => quoted(text)?,
            Expr::Text(text) => match indented_lines(text) {
                Some(lines) => Node::Indented(lines),
                None => quoted(text)?,
            },
            Expr::Interpolated(parts) => self.interpolated(parts)?,
            Expr::Path(path) => Node::Path(path.to_string()),
            Expr::Var(ident) => Node::Word(ident.to_string()),
            Expr::Select(base, path) => self.select(base, path, None)?,
            Expr::SelectOr(base, path, default) => self.select(base, path, Some(default))?,
            Expr::Has(base, path) => {
                let base = self.expr(base)?;
                let base = if matches!(base, Node::Apply(..)) {
                    base
                } else {
                    term(base)
                };
                Node::Has(Box::new(base), keys(path)?)
            }
            Expr::List(items) => {
                let id = self.id();
                Node::List(id, self.terms(items)?)
            }
            Expr::Set(set) => {
                let id = self.id();
                Node::Set(id, self.items(set, false)?)
            }
            Expr::Apply(function, args) => {
                let function = self.expr(function)?;
                let args = self.terms(args)?;
                match (function, args.is_empty()) {
                    (function, true) => function,
                    (function @ Node::Apply(..), false) => apply(function, args),
                    (function, false) => apply(term(function), args),
                }
            }
            Expr::Lambda { params, body } => self.lambda(params, body)?,
            Expr::Let { bindings, body } => {
                let items = self.items(bindings, true)?;
                let body = self.expr(body)?;
                if items.is_empty() {
                    body
                } else {
                    Node::Let(items, Box::new(body))
                }
            }
            Expr::If {
                cond,
                then,
                otherwise,
            } => Node::If(
                Box::new(self.expr(cond)?),
                Box::new(self.expr(then)?),
                Box::new(self.expr(otherwise)?),
            ),
            Expr::Binary(op, left, right) => self.binary(*op, left, right)?,
            Expr::Not(operand) => {
                let node = self.expr(operand)?;
                let bare = node.is_term()
                    || matches!(node, Node::Apply(..) | Node::Has(..) | Node::Not(_));
                Node::Not(Box::new(if bare {
                    node
                } else {
                    Node::Paren(Box::new(node))
                }))
            }
        })
    }

    fn terms(&mut self, exprs: &[Expr]) -> Result<Vec<Node>> {
        exprs
            .iter()
            .map(|expr| Ok(term(self.expr(expr)?)))
            .collect()
    }

    fn int(&mut self, value: i64) -> Node {
        match value {
            // The smallest number has no literal: its positive part is out of range.
            i64::MIN => Node::Binary {
                op: Op::Subtract,
                left: Box::new(self.int(i64::MIN + 1)),
                right: Box::new(Node::Word("1".to_owned())),
            },
            value if value < 0 => Node::Negative(value.unsigned_abs().to_string()),
            value => Node::Word(value.to_string()),
        }
    }

    fn interpolated(&mut self, parts: &[Part]) -> Result<Node> {
        let mut pieces: Vec<Piece> = Vec::new();
        let mut run = String::new();
        for part in parts {
            match part {
                Part::Text(text) => run.push_str(checked(text)?),
                Part::Expr(expr) => {
                    push_text(&mut pieces, &mut run, true);
                    pieces.push(Piece::Expr(self.expr(expr)?));
                }
            }
        }
        push_text(&mut pieces, &mut run, false);
        Ok(Node::Quoted(pieces))
    }

    fn select(&mut self, base: &Expr, path: &[String], default: Option<&Expr>) -> Result<Node> {
        let base = self.expr(base)?;
        let mut path = keys(path)?;
        let default = default.map(|default| self.expr(default)).transpose()?;
        let default = default.map(term);
        // `./a.b` would be one path, `1.a` a number, and `a.b or c.d` no selection from all of it.
        let base = match base {
            Node::Select {
                base,
                path: first,
                default: None,
            } => {
                path = [first, path].concat();
                base
            }
            node @ (Node::Path(_) | Node::Select { .. }) => Box::new(Node::Paren(Box::new(node))),
            Node::Word(word) if word.starts_with(|c: char| c.is_ascii_digit()) => {
                Box::new(Node::Paren(Box::new(Node::Word(word))))
            }
            node => Box::new(term(node)),
        };
        Ok(Node::Select {
            base,
            path,
            default: default.map(Box::new),
        })
    }

    fn lambda(&mut self, params: &Pattern, body: &Expr) -> Result<Node> {
        let name = match params {
            Pattern::Name(name) => name.to_string(),
            Pattern::Set { names, open: true } if names.is_empty() => "_".to_owned(),
            Pattern::Set { names, open } => {
                let dots = open.then(|| "...".to_owned());
                let names = names.iter().map(ToString::to_string).chain(dots).collect();
                let id = self.id();
                return Ok(Node::Function {
                    id,
                    names,
                    body: Box::new(self.expr(body)?),
                });
            }
        };
        Ok(Node::Lambda(name, Box::new(self.expr(body)?)))
    }

    fn binary(&mut self, op: Op, left: &Expr, right: &Expr) -> Result<Node> {
        let left_node = self.operand(op, left, true)?;
        let right_node = self.operand(op, right, false)?;
        // nixfmt looks at the first operand of a chain: let that be the left one.
        if matches!(op, Op::Concat | Op::Update | Op::Add) {
            let mut operands = Vec::new();
            flatten(op, left_node, &mut operands);
            let last = right_node;
            return Ok(operands
                .into_iter()
                .rev()
                .fold(last, |right, left| Node::Binary {
                    op,
                    left: Box::new(left),
                    right: Box::new(right),
                }));
        }
        Ok(Node::Binary {
            op,
            left: Box::new(left_node),
            right: Box::new(right_node),
        })
    }

    fn operand(&mut self, outer: Op, expr: &Expr, is_left: bool) -> Result<Node> {
        let node = self.expr(expr)?;
        let bare = match &node {
            Node::Binary { op: inner, .. } if inner.binding() == outer.binding() => {
                match outer.assoc() {
                    Assoc::Left => is_left,
                    Assoc::Right => !is_left,
                    Assoc::Both => true,
                    Assoc::None => false,
                }
            }
            Node::Binary { op: inner, .. } => inner.binding() > outer.binding(),
            Node::Not(_) => outer.binding() <= Op::Update.binding(),
            Node::Apply(..) | Node::Has(..) | Node::Negative(_) => true,
            node => node.is_term(),
        };
        Ok(if bare {
            node
        } else {
            Node::Paren(Box::new(node))
        })
    }

    fn items(&mut self, set: &Set, is_let: bool) -> Result<Vec<Item>> {
        let mut items = Vec::new();
        for binding in set.bindings() {
            let comment = binding.comment.iter().flat_map(|text| comment_lines(text));
            items.extend(comment.map(Item::Comment));
            items.push(match inherited(binding, is_let) {
                Some((from, name)) => {
                    let from = from.map(|from| self.expr(&from)).transpose()?;
                    Item::Inherit(from, key(name)?)
                }
                None => Item::Assign(keys(&binding.path)?, self.expr(&binding.value)?),
            });
        }
        Ok(items)
    }
}

/// `x = x` is `inherit x`, and `x = a.b.x` is `inherit (a.b) x`. In a `let`, the former would
/// mean another `x`.
fn inherited(binding: &Binding, is_let: bool) -> Option<(Option<Expr>, &str)> {
    let [name] = &*binding.path else {
        return None;
    };
    match &binding.value {
        Expr::Var(ident) if ident.as_str() == name && !is_let => Some((None, name)),
        Expr::Select(base, path) => {
            let (last, rest) = path.split_last()?;
            let from = match rest {
                [] => (**base).clone(),
                rest => Expr::Select(base.clone(), rest.to_vec()),
            };
            (last == name).then_some((Some(from), name))
        }
        _ => None,
    }
}

fn flatten(op: Op, node: Node, out: &mut Vec<Node>) {
    match node {
        Node::Binary {
            op: inner,
            left,
            right,
        } if inner == op => {
            flatten(op, *left, out);
            flatten(op, *right, out);
        }
        node => out.push(node),
    }
}

fn apply(function: Node, args: Vec<Node>) -> Node {
    args.into_iter().fold(function, |function, arg| {
        Node::Apply(Box::new(function), Box::new(arg))
    })
}

fn term(node: Node) -> Node {
    if node.is_term() {
        node
    } else {
        Node::Paren(Box::new(node))
    }
}

fn checked(text: &str) -> Result<&str> {
    if text.contains('\0') {
        Err(WriteError::Nul(text.to_owned()))
    } else {
        Ok(text)
    }
}

fn quoted(text: &str) -> Result<Node> {
    let mut run = checked(text)?.to_owned();
    let mut pieces = Vec::new();
    push_text(&mut pieces, &mut run, false);
    Ok(Node::Quoted(pieces))
}

/// Moves `run` to the pieces. Before an interpolation, a `$` at its end is escaped, or the
/// two would become `$$`, which is text.
fn push_text(pieces: &mut Vec<Piece>, run: &mut String, before_expr: bool) {
    if !run.is_empty() {
        let mut escaped = escape(run);
        if before_expr && escaped.ends_with('$') {
            escaped.insert(escaped.len() - 1, '\\');
        }
        pieces.push(Piece::Text(escaped));
        run.clear();
    }
}

fn keys(path: &[String]) -> Result<Vec<Key>> {
    path.iter().map(|name| key(name)).collect()
}

fn key(name: &str) -> Result<Key> {
    let quoted = !is_identifier(checked(name)?);
    let text = if quoted {
        format!("\"{}\"", escape(name))
    } else {
        name.to_owned()
    };
    Ok(Key { text, quoted })
}
