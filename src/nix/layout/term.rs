//! Lists, sets, selections, parentheses, and the values of bindings.

use super::super::doc::{Doc, Gap, Kind};
use super::super::expr::Op;
use super::super::syntax::{Item, Key, Node};
use super::call::Place;
use super::{Style, Width, keys};

/// Operators whose operands nixfmt opens at the end of a line.
pub(super) fn is_joining(op: Op) -> bool {
    matches!(op, Op::Update | Op::Concat | Op::Add)
}

impl Style {
    /// `between` separates the items.
    pub(super) fn list(&self, doc: &mut Doc, id: usize, items: &[Node], between: Gap) {
        let around = match () {
            () if items.is_empty() => Gap::HardSpace,
            () if self.open[id] => Gap::HardLine,
            () => Gap::Space,
        };
        doc.marked("[", (id, false));
        doc.gap(around);
        doc.nested(|doc| {
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    doc.gap(between);
                }
                doc.group(|doc| self.expr(doc, item));
            }
        });
        if !items.is_empty() {
            doc.gap(around);
        }
        doc.marked("]", (id, true));
    }

    pub(super) fn set(&self, doc: &mut Doc, id: usize, items: &[Item], width: Width) {
        let around = match () {
            () if items.is_empty() => Gap::HardSpace,
            () if self.open[id] || width == Width::Wide => Gap::HardLine,
            () => Gap::Space,
        };
        doc.marked("{", (id, false));
        doc.gap(around);
        doc.nested(|doc| self.items(doc, items));
        if !items.is_empty() {
            doc.gap(around);
        }
        doc.marked("}", (id, true));
    }

    pub(super) fn items(&self, doc: &mut Doc, items: &[Item]) {
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                doc.gap(Gap::HardLine);
            }
            match item {
                Item::Comment(line) => {
                    doc.gap(Gap::HardLine);
                    doc.text(line);
                    doc.gap(Gap::HardLine);
                }
                Item::Assign(path, value) => doc.group(|doc| self.assignment(doc, path, value)),
                Item::Inherit(from, name) => doc.group(|doc| {
                    doc.text("inherit");
                    match from {
                        None => {
                            doc.gap(Gap::Space);
                            doc.nested(|doc| inherited(doc, name));
                        }
                        Some(from) => doc.nested(|doc| {
                            doc.group(|doc| {
                                doc.gap(Gap::Space);
                                self.paren(doc, from);
                            });
                            doc.gap(Gap::Space);
                            inherited(doc, name);
                        }),
                    }
                }),
            }
        }
    }

    fn assignment(&self, doc: &mut Doc, path: &[Key], value: &Node) {
        keys(doc, path);
        doc.nested(|doc| {
            doc.gap(Gap::HardSpace);
            doc.text("=");
            if path.len() <= 4 && path.iter().all(|key| !key.quoted) {
                self.value(doc, value);
            } else {
                doc.gap(Gap::Break);
                doc.priority(|doc| self.value(doc, value));
            }
        });
        doc.text(";");
    }

    /// What follows `=`: on the same line where it can be opened there, else on the next one
    /// if it does not fit.
    fn value(&self, doc: &mut Doc, value: &Node) {
        let after = |doc: &mut Doc, gap: Gap, inside: &dyn Fn(&mut Doc)| {
            doc.nested(|doc| {
                doc.gap(gap);
                doc.group(inside);
            });
        };
        match value {
            Node::Set(_, items) if matches!(&**items, [Item::Inherit(..)]) => {
                after(doc, Gap::HardSpace, &|doc| {
                    self.absorbed(doc, value, Width::Regular)
                });
            }
            value if value.is_absorbable() => {
                after(doc, Gap::HardSpace, &|doc| {
                    self.absorbed(doc, value, Width::Wide)
                });
            }
            Node::Quoted(_) | Node::Indented(_) | Node::Path(_) => {
                after(doc, Gap::HardSpace, &|doc| self.expr(doc, value));
            }
            value if value.is_term() => doc.nested(|doc| {
                doc.group(|doc| {
                    doc.gap(Gap::Space);
                    self.expr(doc, value);
                });
            }),
            Node::Apply(function, arg) => {
                doc.nested(|doc| self.call(doc, function, arg, Place::Value));
            }
            Node::Binary { op, left, .. } if is_joining(*op) && left.is_absorbable_term() => {
                doc.gap(Gap::HardSpace);
                self.chain(doc, value, *op, Width::Wide);
            }
            Node::Binary { op, left, right } if is_joining(*op) && right.is_absorbable_term() => {
                doc.nested(|doc| {
                    doc.group(|doc| {
                        doc.gap(Gap::Space);
                        self.expr(doc, left);
                        doc.gap(Gap::Space);
                        doc.group_of(Kind::Transparent, |doc| {
                            doc.text(op.symbol());
                            doc.gap(Gap::HardSpace);
                            doc.priority(|doc| self.absorbed(doc, right, Width::Wide));
                        });
                    });
                });
            }
            value => after(doc, Gap::Space, &|doc| self.expr(doc, value)),
        }
    }

    pub(super) fn select(&self, doc: &mut Doc, base: &Node, path: &[Key], default: Option<&Node>) {
        self.expr(doc, base);
        let base = if let Node::Commented(base) = base {
            base
        } else {
            base
        };
        match base {
            Node::Word(_) => {}
            Node::Paren(_) => doc.gap(Gap::SoftBreak),
            _ => doc.gap(Gap::Break),
        }
        doc.text(".");
        keys(doc, path);
        if let Some(default) = default {
            doc.gap(Gap::SoftSpace);
            doc.nested(|doc| {
                doc.text("or");
                doc.gap(Gap::HardSpace);
                self.expr(doc, default);
            });
        }
    }

    pub(super) fn paren(&self, doc: &mut Doc, inner: &Node) {
        doc.group(|doc| {
            doc.text("(");
            doc.nested(|doc| self.bracketed(doc, inner));
            doc.text(")");
        });
    }

    /// The inside of parentheses or of `${}`.
    pub(super) fn bracketed(&self, doc: &mut Doc, inner: &Node) {
        match inner {
            inner if inner.is_absorbable() => {
                doc.group(|doc| self.absorbed(doc, inner, Width::Regular));
            }
            Node::Apply(function, arg) => self.call(doc, function, arg, Place::Paren),
            inner => {
                let hugs = matches!(inner, Node::Select { base, .. } if !base.is_absorbable_term());
                if !hugs {
                    doc.gap(Gap::Break);
                }
                doc.group(|doc| self.expr(doc, inner));
                doc.gap(Gap::Break);
            }
        }
    }
}

fn inherited(doc: &mut Doc, name: &Key) {
    key(doc, name);
    doc.gap(Gap::Break);
    doc.text(";");
}

pub(super) fn key(doc: &mut Doc, key: &Key) {
    if key.quoted {
        doc.group(|doc| doc.text(&key.text));
    } else {
        doc.text(&key.text);
    }
}
