//! How each construct is laid out: RFC 166, "Nix formatting", as nixfmt does it.

mod call;
mod operator;
mod string;
mod term;

use super::doc::{Doc, Gap};
use super::render::render;
use super::syntax::Node;

/// The text of a file with that expression. `brackets` is how many are numbered in it.
pub(super) fn layout(node: &Node, brackets: usize) -> String {
    // nixfmt keeps brackets open that its input has on several lines. Whether they are is
    // known only after laying them out, and opening one may open others: so it is repeated
    // until nothing changes. Brackets never close again, and two rounds are the rule.
    let mut open = vec![false; brackets];
    loop {
        let style = Style { open };
        let mut doc = Doc::default();
        doc.group(|doc| style.expr(doc, node));
        let (out, lines) = render(doc.finish(), brackets);
        open = lines.iter().map(|[start, end]| start != end).collect();
        if open == style.open {
            return out;
        }
        for (now, before) in open.iter_mut().zip(&style.open) {
            *now |= before;
        }
        if open == style.open {
            return out;
        }
    }
}

/// Which brackets were on several lines in the round before.
struct Style {
    open: Vec<bool>,
}

/// Whether a set in an absorbed place is opened in any case.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Width {
    Regular,
    Wide,
}

impl Style {
    fn expr(&self, doc: &mut Doc, node: &Node) {
        match node {
            Node::Word(word) | Node::Path(word) => doc.text(word),
            Node::Negative(digits) => doc.text(format!("-{digits}")),
            Node::Quoted(pieces) => self.quoted(doc, pieces),
            Node::Indented(lines) => indented(doc, lines),
            Node::List(id, items) => doc.group(|doc| self.list(doc, *id, items, Gap::HardLine)),
            Node::Set(id, items) => self.set(doc, *id, items, Width::Regular),
            Node::Select {
                base,
                path,
                default,
            } => self.select(doc, base, path, default.as_deref()),
            Node::Paren(inner) => self.paren(doc, inner),
            Node::Apply(function, arg) => self.call(doc, function, arg, call::Place::Plain),
            Node::Has(base, path) => doc.group(|doc| {
                self.expr(doc, base);
                doc.nested(|doc| {
                    doc.gap(Gap::Space);
                    doc.text("?");
                    doc.gap(Gap::HardSpace);
                    keys(doc, path);
                });
            }),
            Node::Not(operand) => {
                doc.text("!");
                self.expr(doc, operand);
            }
            Node::Binary { op, left, right } => self.binary(doc, node, *op, left, right),
            Node::Lambda(name, body) => doc.group(|doc| {
                doc.gap(Gap::Break);
                doc.text(format!("{name}:"));
                self.lambda_body(doc, body, 1);
            }),
            Node::Function { id, names, body } => {
                self.pattern(doc, *id, names);
                doc.text(":");
                doc.gap(Gap::HardLine);
                self.expr(doc, body);
            }
            Node::Let(items, body) => {
                doc.group(|doc| {
                    doc.text("let");
                    doc.gap(Gap::HardLine);
                    doc.nested(|doc| self.items(doc, items));
                });
                doc.gap(Gap::HardLine);
                doc.group(|doc| {
                    doc.text("in");
                    doc.gap(Gap::HardLine);
                    self.expr(doc, body);
                });
            }
            Node::Commented(node) => match &**node {
                // With a comment before it, an empty set may be broken in two lines.
                Node::Set(id, items) if items.is_empty() => {
                    doc.marked("{", (*id, false));
                    doc.gap(if self.open[*id] {
                        Gap::HardLine
                    } else {
                        Gap::Space
                    });
                    doc.marked("}", (*id, true));
                }
                node => self.expr(doc, node),
            },
            Node::If(..) => doc.group(|doc| self.conditional(doc, node, Gap::Space)),
        }
    }

    fn lambda_body(&self, doc: &mut Doc, body: &Node, depth: usize) {
        match body {
            Node::Lambda(name, body) => {
                doc.gap(Gap::HardSpace);
                doc.text(format!("{name}:"));
                self.lambda_body(doc, body, depth + 1);
            }
            body if body.is_absorbable() => {
                doc.gap(Gap::HardSpace);
                doc.priority(|doc| self.absorbed(doc, body, Width::Regular));
            }
            body => {
                doc.gap(if depth <= 2 {
                    Gap::Space
                } else {
                    Gap::HardLine
                });
                self.expr(doc, body);
            }
        }
    }

    fn pattern(&self, doc: &mut Doc, id: usize, names: &[String]) {
        let dots = usize::from(names.last().is_some_and(|name| name == "..."));
        let gap = match names.len() - dots {
            0 => Gap::HardSpace,
            1 | 2 if !self.open[id] => Gap::Space,
            _ => Gap::HardLine,
        };
        doc.group(|doc| {
            doc.marked("{", (id, false));
            doc.gap(gap);
            doc.nested(|doc| {
                for (i, name) in names.iter().enumerate() {
                    doc.text(name);
                    if i + 1 < names.len() {
                        doc.text(",");
                        doc.gap(gap);
                    } else if name != "..." {
                        doc.when_expanded(",");
                    }
                }
            });
            doc.gap(gap);
            doc.marked("}", (id, true));
        });
    }

    /// `if` and what follows it; `gap` surrounds the first branch.
    fn conditional(&self, doc: &mut Doc, node: &Node, gap: Gap) {
        let Node::If(cond, then, otherwise) = node else {
            doc.gap(Gap::Space);
            doc.nested(|doc| doc.group(|doc| self.expr(doc, node)));
            return;
        };
        doc.group(|doc| {
            doc.text("if");
            doc.gap(Gap::Space);
            doc.nested(|doc| self.expr(doc, cond));
            doc.gap(Gap::Space);
            doc.text("then");
        });
        doc.gap(gap);
        doc.nested(|doc| doc.group(|doc| self.expr(doc, then)));
        doc.gap(gap);
        doc.text("else");
        doc.gap(Gap::HardSpace);
        self.conditional(doc, otherwise, Gap::HardLine);
    }

    /// A term that is opened at the end of the line before, or a function around one.
    fn absorbed(&self, doc: &mut Doc, node: &Node, width: Width) {
        match node {
            Node::List(id, items) => self.list(doc, *id, items, Gap::HardLine),
            Node::Set(id, items) => self.set(doc, *id, items, width),
            node => self.expr(doc, node),
        }
    }
}

/// A `''` string. Its lines keep their own indentation behind that of the string.
fn indented(doc: &mut Doc, lines: &[String]) {
    doc.group(|doc| {
        doc.text("''");
        doc.gap(Gap::Break);
        doc.nested(|doc| {
            for (i, line) in lines.iter().enumerate() {
                if i > 0 {
                    doc.gap(Gap::Lines(1));
                }
                doc.text(line);
            }
        });
        doc.text("''");
    });
}

fn keys(doc: &mut Doc, path: &[super::syntax::Key]) {
    for (i, key) in path.iter().enumerate() {
        if i > 0 {
            doc.text(".");
        }
        term::key(doc, key);
    }
}
