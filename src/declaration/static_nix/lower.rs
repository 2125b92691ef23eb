//! From rnix' syntax tree to [`Expr`].

use std::ops::Range;

use rnix::ast::{
    self, AstToken, BinOpKind, Expr as Syntax, InterpolPart, LiteralKind, UnaryOpKind,
};
use rowan::ast::AstNode;

use super::Fault;
use super::expr::{Expr, Node, Part};
use super::strings::{self, Cooked, Raw};
use crate::declaration::load_error::Problem;
use crate::declaration::value::Location;

/// Lowers a file whose syntax is right.
///
/// What Nix' parser refuses and rnix does not is found here: duplicate attributes, numbers
/// out of range.
pub(super) fn lower(
    root: &ast::Root,
    locate: &dyn Fn(Range<usize>) -> Location,
) -> Result<Expr, Vec<Fault>> {
    let mut lowering = Lowering {
        locate,
        faults: Vec::new(),
    };
    let expr = lowering.expr(root.expr());
    if lowering.faults.is_empty() {
        Ok(expr)
    } else {
        Err(lowering.faults)
    }
}

pub(super) struct Lowering<'l> {
    pub(super) locate: &'l dyn Fn(Range<usize>) -> Location,
    pub(super) faults: Vec<Fault>,
}

pub(super) fn span(node: &impl AstNode<Language = rnix::NixLanguage>) -> Range<usize> {
    let range = node.syntax().text_range();
    usize::from(range.start())..usize::from(range.end())
}

impl Lowering<'_> {
    pub(super) fn expr(&mut self, syntax: Option<Syntax>) -> Expr {
        let Some(syntax) = syntax else {
            // Without syntax errors nothing is missing; should rnix think otherwise, it shows.
            return Expr {
                span: 0..0,
                node: Node::Evaluated("an incomplete expression".to_owned()),
            };
        };
        let span = span(&syntax);
        let node = match syntax {
            Syntax::Paren(paren) => {
                if paren.r_paren_token().is_none() {
                    self.refuse("this bracket is not closed", span.start..span.start + 1);
                }
                return self.expr(paren.expr());
            }
            Syntax::Literal(literal) => self.literal(&literal, &span),
            Syntax::Str(string) => Node::String(self.string(&string)),
            Syntax::PathAbs(path) => self.path(path.parts()),
            Syntax::PathRel(path) => self.path(path.parts()),
            Syntax::List(list) => {
                Node::List(list.items().map(|item| self.expr(Some(item))).collect())
            }
            Syntax::AttrSet(set) => {
                let recursive = set.rec_token().is_some();
                Node::Set(self.attributes(&set, recursive))
            }
            Syntax::LetIn(binding) => {
                let attributes = self.attributes(&binding, true);
                Node::Let(attributes, Box::new(self.expr(binding.body())))
            }
            Syntax::Ident(name) => Node::Variable(name.syntax().text().to_string()),
            Syntax::Select(select) => self.select(&select),
            Syntax::BinOp(operation) => self.operation(&operation),
            Syntax::UnaryOp(operation) if operation.operator() == Some(UnaryOpKind::Negate) => {
                Node::Negate(Box::new(self.expr(operation.expr())))
            }
            other => Node::Evaluated(construct(&other)),
        };
        Expr { span, node }
    }

    fn refuse(&mut self, reason: &str, span: Range<usize>) {
        self.faults.push((
            Problem::Syntax {
                reason: reason.to_owned(),
            },
            span,
        ));
    }

    fn literal(&mut self, literal: &ast::Literal, span: &Range<usize>) -> Node {
        let text = literal.syntax().text().to_string();
        let parsed = match literal.kind() {
            LiteralKind::Uri(_) => return Node::String(vec![Part::Text(text)]),
            LiteralKind::Integer(_) => text.parse().ok().map(Node::Int),
            LiteralKind::Float(_) => text
                .parse()
                .ok()
                .filter(|float: &f64| float.is_finite())
                .map(Node::Float),
        };
        parsed.unwrap_or_else(|| {
            self.faults
                .push((Problem::NumberOutOfRange { literal: text }, span.clone()));
            Node::Int(0)
        })
    }

    pub(super) fn string(&mut self, string: &ast::Str) -> Vec<Part> {
        let indented = string
            .syntax()
            .first_token()
            .is_some_and(|token| token.text() == "''");
        let parts: Vec<Raw<String, ast::Interpol>> = string
            .parts()
            .map(|part| match part {
                InterpolPart::Literal(text) => Raw::Text(text.syntax().text().to_owned()),
                InterpolPart::Interpolation(inner) => Raw::Interpolation(inner),
            })
            .collect();
        let cooked = if indented {
            strings::strip(parts.iter().map(|part| match part {
                Raw::Text(text) => Raw::Text(text.as_str()),
                Raw::Interpolation(inner) => Raw::Interpolation(inner.clone()),
            }))
        } else {
            parts
                .into_iter()
                .map(|part| match part {
                    Raw::Text(text) => Cooked::Text(strings::unescape(&text)),
                    Raw::Interpolation(inner) => Cooked::Interpolation(inner),
                })
                .collect()
        };
        cooked
            .into_iter()
            .map(|part| match part {
                Cooked::Text(text) => Part::Text(text),
                Cooked::Interpolation(inner) => Part::Interpolation(self.expr(inner.expr())),
            })
            .collect()
    }

    fn path(&mut self, parts: Vec<InterpolPart<ast::PathContent>>) -> Node {
        let parts = parts.into_iter().map(|part| match part {
            InterpolPart::Literal(text) => Part::Text(text.syntax().text().to_owned()),
            InterpolPart::Interpolation(inner) => Part::Interpolation(self.expr(inner.expr())),
        });
        Node::Path(parts.collect())
    }

    fn select(&mut self, select: &ast::Select) -> Node {
        let names = select.attrpath().into_iter().flat_map(|path| path.attrs());
        let Some(path) = names.map(|attr| self.static_name(&attr)).collect() else {
            return Node::Evaluated("an attribute name that is computed".to_owned());
        };
        let default = select
            .default_expr()
            .map(|default| Box::new(self.expr(Some(default))));
        Node::Select {
            base: Box::new(self.expr(select.expr())),
            path,
            default,
        }
    }

    fn operation(&mut self, operation: &ast::BinOp) -> Node {
        let make = match operation.operator() {
            Some(BinOpKind::Update) => Node::Update,
            Some(BinOpKind::Concat) => Node::Concat,
            _ => {
                let symbol = operation
                    .syntax()
                    .children_with_tokens()
                    .filter_map(|child| {
                        child
                            .into_token()
                            .filter(|token| BinOpKind::from_kind(token.kind()).is_some())
                    });
                let symbol: String = symbol.map(|token| token.text().to_owned()).collect();
                return Node::Evaluated(format!("the operator `{symbol}`"));
            }
        };
        make(
            Box::new(self.expr(operation.lhs())),
            Box::new(self.expr(operation.rhs())),
        )
    }
}

fn construct(syntax: &Syntax) -> String {
    let fixed = match syntax {
        Syntax::Apply(apply) => {
            let mut function = apply.lambda();
            while let Some(Syntax::Apply(inner)) = &function {
                function = inner.lambda();
            }
            return match function {
                Some(named @ (Syntax::Ident(_) | Syntax::Select(_))) => {
                    let name: String = named.syntax().text().to_string().chars().take(40).collect();
                    format!("the call of `{name}`")
                }
                _ => "a function call".to_owned(),
            };
        }
        Syntax::PathSearch(path) => return format!("the search path `{path}`"),
        Syntax::PathHome(_) => "a path in the home folder",
        Syntax::IfElse(_) => "`if`",
        Syntax::With(_) => "`with`",
        Syntax::Assert(_) => "`assert`",
        Syntax::Lambda(_) => "a function",
        Syntax::LegacyLet(_) => "`let { … }`",
        Syntax::HasAttr(_) => "the operator `?`",
        Syntax::UnaryOp(_) => "the operator `!`",
        Syntax::CurPos(_) => "`__curPos`",
        _ => "this expression",
    };
    fixed.to_owned()
}
