//! Function calls. nixfmt's aim: the function and all but the last argument on one line, the
//! last one opened at its end.

use super::super::doc::{Doc, Elem, Gap, Kind, compact};
use super::super::syntax::{Node, is_simple_call};
use super::{Style, Width};

/// Where a call stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Plain,
    /// Between parentheses.
    Paren,
    /// Behind `=` or an operator: it may start on the next line.
    Value,
}

/// Lists of more items than that are opened also as arguments.
const SHORT_LIST: usize = 6;

impl Style {
    pub(super) fn call(&self, doc: &mut Doc, function: &Node, arg: &Node, place: Place) {
        let lead = |doc: &mut Doc| {
            if place == Place::Value {
                doc.gap(Gap::Space);
            }
        };
        let close = |doc: &mut Doc| {
            if place == Place::Paren {
                doc.gap(Gap::Break);
            }
        };
        if let Some((function, first)) = list_pair(function, arg) {
            doc.group(|doc| {
                lead(doc);
                doc.group_of(Kind::Transparent, |doc| self.head(doc, function, place));
                for list in [first, arg] {
                    doc.gap(Gap::Space);
                    doc.nested(|doc| doc.group(|doc| self.inner_arg(doc, list)));
                }
                close(doc);
            });
            return;
        }
        let head = doc.detached(|doc| {
            lead(doc);
            doc.group_of(Kind::Transparent, |doc| self.head(doc, function, place));
        });
        let simple: Option<Vec<Elem>> = if is_simple_call(function, arg) {
            compact(&head, None)
        } else {
            None
        };
        doc.group(|doc| match simple {
            Some(head) => {
                doc.append(head);
                doc.gap(Gap::HardSpace);
                self.last_arg(doc, arg);
            }
            None => {
                doc.append(head);
                doc.gap(Gap::Space);
                self.last_arg(doc, arg);
                close(doc);
            }
        });
    }

    /// The function and all arguments but the last.
    fn head(&self, doc: &mut Doc, node: &Node, place: Place) {
        let Node::Apply(function, arg) = node else {
            if place == Place::Paren {
                doc.nested(|doc| {
                    doc.group(|doc| {
                        doc.gap(Gap::Break);
                        self.expr(doc, node);
                    });
                });
            } else {
                self.expr(doc, node);
            }
            return;
        };
        // Two lists in a row are opened together.
        if let Some((function, first)) = list_pair(function, arg) {
            doc.group_of(Kind::Transparent, |doc| {
                doc.group_of(Kind::Transparent, |doc| self.head(doc, function, place));
                doc.nested(|doc| {
                    doc.group(|doc| {
                        for list in [first, arg] {
                            doc.gap(Gap::Space);
                            doc.group(|doc| self.inner_arg(doc, list));
                        }
                    });
                });
            });
            return;
        }
        doc.group_of(Kind::Transparent, |doc| self.head(doc, function, place));
        doc.gap(Gap::Space);
        let kind = match **arg {
            Node::Select { .. } => Kind::Regular,
            _ => Kind::Priority,
        };
        doc.nested(|doc| doc.group_of(kind, |doc| self.inner_arg(doc, arg)));
    }

    fn inner_arg(&self, doc: &mut Doc, arg: &Node) {
        match arg {
            Node::List(id, items)
                if !items.is_empty()
                    && items.len() <= SHORT_LIST
                    && items.iter().all(Node::is_simple) =>
            {
                self.list(doc, *id, items, Gap::Space);
            }
            arg => self.expr(doc, arg),
        }
    }

    fn last_arg(&self, doc: &mut Doc, arg: &Node) {
        if arg.is_absorbable_term() {
            doc.priority(|doc| doc.nested(|doc| self.absorbed_arg(doc, arg)));
            return;
        }
        let Node::Paren(inner) = arg else {
            doc.group(|doc| doc.nested(|doc| self.expr(doc, arg)));
            return;
        };
        // `(name: { … })` and `(name { … })` open with their last bracket.
        let hugging = match &**inner {
            Node::Lambda(name, body) => Some((format!("{name}:"), body)),
            Node::Apply(function, body) => match &**function {
                Node::Word(name) if name.starts_with(|c: char| !c.is_ascii_digit()) => {
                    Some((name.clone(), body))
                }
                _ => None,
            },
            _ => None,
        };
        match hugging.filter(|(_, body)| body.is_absorbable_term()) {
            Some((name, body)) => doc.priority(|doc| {
                doc.nested(|doc| {
                    doc.text("(");
                    doc.text(name);
                    doc.gap(Gap::HardSpace);
                    self.absorbed(doc, body, Width::Wide);
                    doc.text(")");
                });
            }),
            None => doc.priority(|doc| {
                doc.nested(|doc| {
                    doc.text("(");
                    doc.gap(Gap::Break);
                    doc.group(|doc| doc.nested(|doc| self.expr(doc, inner)));
                    doc.gap(Gap::Break);
                    doc.text(")");
                });
            }),
        }
    }

    fn absorbed_arg(&self, doc: &mut Doc, arg: &Node) {
        self.absorbed(doc, arg, Width::Regular);
    }
}

/// The function and the list before `arg`, if that is a list, too.
fn list_pair<'a>(function: &'a Node, arg: &Node) -> Option<(&'a Node, &'a Node)> {
    match (function, arg) {
        (Node::Apply(function, first), Node::List(..)) if matches!(**first, Node::List(..)) => {
            Some((function, first))
        }
        _ => None,
    }
}
