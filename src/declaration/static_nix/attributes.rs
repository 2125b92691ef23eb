//! Sets and `let` as Nix' parser builds them: nested names make sets, and a set that is
//! defined in several places is merged, one level deep (`addAttr` in `parser.y` of Nix 2.8).

use std::collections::btree_map::Entry as Slot;
use std::ops::Range;

use rnix::ast::{self, Expr as Syntax, HasEntry};

use super::expr::{Attributes, Definition, Expr, Meaning, Name, Node, Part};
use super::lower::{Lowering, span};
use crate::declaration::load_error::Problem;

impl Lowering<'_> {
    pub(super) fn attributes(&mut self, set: &impl HasEntry, recursive: bool) -> Attributes {
        let mut attributes = Attributes {
            recursive,
            ..Attributes::default()
        };
        for entry in set.entries() {
            match entry {
                ast::Entry::Inherit(inherit) => self.inherit(&mut attributes, &inherit),
                ast::Entry::AttrpathValue(definition) => {
                    let Some(path) = definition.attrpath() else {
                        continue;
                    };
                    let path: Vec<_> = path.attrs().collect();
                    let value = self.expr(definition.value());
                    self.define(&mut attributes, &path, value);
                }
            }
        }
        attributes
    }

    fn inherit(&mut self, attributes: &mut Attributes, inherit: &ast::Inherit) {
        let source = inherit.from().map(|from| {
            attributes.sources.push(self.expr(from.expr()));
            attributes.sources.len() - 1
        });
        for attr in inherit.attrs() {
            let Some(name) = self.static_name(&attr) else {
                attributes.dynamic = Some(span(&attr));
                continue;
            };
            let meaning = source.map_or(Meaning::Inherited, Meaning::From);
            self.insert(attributes, &name, meaning, &name.text);
        }
    }

    fn define(&mut self, attributes: &mut Attributes, path: &[ast::Attr], value: Expr) {
        let end = value.span.end;
        let mut inner = attributes;
        let mut shown = String::new();
        let Some((last, parents)) = path.split_last() else {
            return;
        };
        for attr in parents {
            let Some(name) = self.static_name(attr) else {
                inner.dynamic = Some(span(attr));
                return;
            };
            shown.push_str(&name.text);
            let definition = inner
                .definitions
                .entry(name.text.clone())
                .or_insert_with(|| {
                    let nested = Node::Set(Attributes::default());
                    let nested = Expr {
                        span: name.span.start..end,
                        node: nested,
                    };
                    Definition {
                        key: name.span.clone(),
                        meaning: Meaning::Expr(nested),
                    }
                });
            match &mut definition.meaning {
                Meaning::Expr(Expr {
                    node: Node::Set(nested),
                    ..
                }) => inner = nested,
                _ => {
                    let first = definition.key.clone();
                    return self.duplicate(shown, name.span, first);
                }
            }
            shown.push('.');
        }
        let Some(name) = self.static_name(last) else {
            inner.dynamic = Some(span(last));
            return;
        };
        shown.push_str(&name.text);
        self.insert(inner, &name, Meaning::Expr(value), &shown);
    }

    fn insert(&mut self, into: &mut Attributes, name: &Name, meaning: Meaning, shown: &str) {
        let mut existing = match into.definitions.entry(name.text.clone()) {
            Slot::Vacant(slot) => {
                slot.insert(Definition {
                    key: name.span.clone(),
                    meaning,
                });
                return;
            }
            Slot::Occupied(existing) => existing,
        };
        let first = existing.get().key.clone();
        match (&mut existing.get_mut().meaning, meaning) {
            (
                Meaning::Expr(Expr {
                    node: Node::Set(old),
                    ..
                }),
                Meaning::Expr(Expr {
                    node: Node::Set(new),
                    ..
                }),
            ) => self.merge(old, new, shown),
            _ => self.duplicate(shown.to_owned(), name.span.clone(), first),
        }
    }

    /// Whether the result is recursive is up to the first of the two, as in Nix.
    fn merge(&mut self, old: &mut Attributes, new: Attributes, shown: &str) {
        let offset = old.sources.len();
        old.sources.extend(new.sources);
        old.dynamic = old.dynamic.take().or(new.dynamic);
        for (name, mut definition) in new.definitions {
            if let Meaning::From(source) = &mut definition.meaning {
                *source += offset;
            }
            match old.definitions.entry(name) {
                Slot::Vacant(slot) => {
                    slot.insert(definition);
                }
                Slot::Occupied(existing) => {
                    let shown = format!("{shown}.{}", existing.key());
                    let first = existing.get().key.clone();
                    self.duplicate(shown, definition.key, first);
                }
            }
        }
    }

    fn duplicate(&mut self, name: String, span: Range<usize>, first: Range<usize>) {
        let first = (self.locate)(first);
        self.faults
            .push((Problem::DuplicateAttribute { name, first }, span));
    }

    /// The name of an attribute, `None` if only evaluation could tell. `${"a"}` is as good as
    /// `a` in Nix, too.
    pub(super) fn static_name(&mut self, attr: &ast::Attr) -> Option<Name> {
        let text = match attr {
            ast::Attr::Ident(name) => Some(name.to_string()),
            ast::Attr::Str(string) => self.plain(string),
            ast::Attr::Dynamic(dynamic) => {
                let mut inner = dynamic.expr();
                while let Some(Syntax::Paren(paren)) = inner {
                    inner = paren.expr();
                }
                match inner {
                    Some(Syntax::Str(string)) => self.plain(&string),
                    _ => None,
                }
            }
        };
        text.map(|text| Name {
            text,
            span: span(attr),
        })
    }

    fn plain(&mut self, string: &ast::Str) -> Option<String> {
        self.string(string)
            .into_iter()
            .map(|part| match part {
                Part::Text(text) => Some(text),
                Part::Interpolation(_) => None,
            })
            .collect()
    }
}
