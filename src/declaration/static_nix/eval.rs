//! Evaluation of what static files may contain, lazily.

use std::ops::Range;
use std::rc::Rc;

use super::Fault;
use super::expr::{Attributes, Expr, Meaning, Name, Node, Part};
use super::force::{Data, Found, ScopeId, Slot, Slots, Thunk, ThunkId, Work};
use super::scope::is_builtin;
use crate::declaration::load_error::Problem;
use crate::suggest::closest;

/// How deep names may lead to names.
const MAX_RECURSION: usize = 2000;

/// How many values may be made. The syntax bounds the work of everything but merging,
/// concatenation, interpolation and the final unfolding of what is shared.
const MAX_VALUES: usize = 1_000_000;

/// How many bytes of text count as one value.
const BYTES_PER_VALUE: usize = 64;

pub(super) struct Evaluation<'e> {
    pub(super) thunks: Vec<Thunk<'e>>,
    /// The thunks that wait for each other.
    pub(super) running: Vec<(ThunkId, &'e str)>,
    scopes: Vec<(ScopeId, Rc<Slots<'e>>)>,
    depth: usize,
    spent: usize,
}

impl<'e> Evaluation<'e> {
    pub(super) fn new() -> Self {
        Self {
            thunks: vec![],
            running: vec![],
            scopes: vec![],
            depth: 0,
            spent: 0,
        }
    }

    pub(super) fn spend(&mut self, values: usize, span: &Range<usize>) -> Result<(), Fault> {
        self.spent += values;
        if self.spent > MAX_VALUES {
            Err((Problem::TooManyValues, span.clone()))
        } else {
            Ok(())
        }
    }

    pub(super) fn spend_text(&mut self, bytes: usize, span: &Range<usize>) -> Result<(), Fault> {
        self.spend(1 + bytes / BYTES_PER_VALUE, span)
    }

    pub(super) fn eval(&mut self, expr: &'e Expr, scope: ScopeId) -> Result<Found<'e>, Fault> {
        if self.depth >= MAX_RECURSION {
            return Err((Problem::TooDeep, expr.span.clone()));
        }
        self.depth += 1;
        let found = self.node(expr, scope);
        self.depth -= 1;
        found
    }

    fn node(&mut self, expr: &'e Expr, scope: ScopeId) -> Result<Found<'e>, Fault> {
        let span = &expr.span;
        let data = match &expr.node {
            Node::Int(int) => Data::Int(*int),
            Node::Float(float) => Data::Float(*float),
            Node::String(parts) => Data::String(self.text(parts, span, scope)?.into()),
            Node::Path(parts) => {
                let text = self.text(parts, span, scope)?;
                Data::Path(normalize(&text).into())
            }
            Node::List(items) => {
                let item = |item| self.thunk("a list element", Work::Expr(item), scope);
                Data::List(items.iter().map(item).collect())
            }
            Node::Set(attributes) => Data::Set(self.bind(attributes, scope)?.0),
            Node::Let(attributes, body) => {
                let (_, inner) = self.bind(attributes, scope)?;
                return self.eval(body, inner);
            }
            Node::Variable(name) => return self.variable(name, span, scope),
            Node::Select {
                base,
                path,
                default,
            } => {
                return self.select(base, path, default.as_deref(), scope);
            }
            Node::Update(left, right) => {
                let left = self.set(left, scope)?;
                let right = self.set(right, scope)?;
                self.spend(left.len() + right.len(), span)?;
                let mut merged = (*left).clone();
                merged.extend(right.iter().map(|(&name, slot)| (name, slot.clone())));
                Data::Set(Rc::new(merged))
            }
            Node::Concat(left, right) => {
                let left = self.list(left, scope)?;
                let right = self.list(right, scope)?;
                self.spend(left.len() + right.len(), span)?;
                Data::List(left.iter().chain(right.iter()).copied().collect())
            }
            Node::Negate(inner) => {
                let found = self.eval(inner, scope)?;
                match found.data {
                    Data::Int(int) => Data::Int(int.checked_neg().ok_or_else(|| {
                        (
                            Problem::NumberOutOfRange {
                                literal: format!("-({int})"),
                            },
                            span.clone(),
                        )
                    })?),
                    // As Nix computes it; `-x` would make a negative zero.
                    Data::Float(float) => Data::Float(0.0 - float),
                    other => return Err(wrong("the operator `-`", "a number", &other, inner)),
                }
            }
            Node::Evaluated(construct) => {
                return Err(needs_evaluation(construct.clone(), span));
            }
        };
        Ok(Found {
            span: span.clone(),
            data,
        })
    }

    /// Makes the thunks of a set; the scope is the one in which its definitions stand.
    fn bind(
        &mut self,
        attributes: &'e Attributes,
        outer: ScopeId,
    ) -> Result<(Rc<Slots<'e>>, ScopeId), Fault> {
        if let Some(span) = &attributes.dynamic {
            let construct = "an attribute name that is computed".to_owned();
            return Err(needs_evaluation(construct, span));
        }
        // The number of the scope is known before its slots are.
        let inner = if attributes.recursive {
            self.scopes.push((outer, Rc::default()));
            Some(self.scopes.len() - 1)
        } else {
            outer
        };
        let mut sources = Vec::with_capacity(attributes.sources.len());
        for source in &attributes.sources {
            sources.push(self.thunk("inherit (…)", Work::Expr(source), inner));
        }
        let mut slots = Slots::new();
        for (name, definition) in &attributes.definitions {
            let key = definition.key.clone();
            let thunk = match &definition.meaning {
                Meaning::Expr(expr) => self.thunk(name, Work::Expr(expr), inner),
                Meaning::Inherited => self.thunk(name, Work::Variable(key.clone()), outer),
                Meaning::From(source) => {
                    self.thunk(name, Work::From(sources[*source], key.clone()), inner)
                }
            };
            slots.insert(name.as_str(), Slot { key, thunk });
        }
        let slots = Rc::new(slots);
        if attributes.recursive {
            if let Some(slot) = slots.get("__overrides") {
                return Err(needs_evaluation("`__overrides`".to_owned(), &slot.key));
            }
            if let Some((_, names)) = inner.and_then(|inner| self.scopes.get_mut(inner)) {
                *names = Rc::clone(&slots);
            }
        }
        Ok((slots, inner))
    }

    pub(super) fn variable(
        &mut self,
        name: &str,
        span: &Range<usize>,
        mut scope: ScopeId,
    ) -> Result<Found<'e>, Fault> {
        while let Some((outer, names)) = scope.map(|scope| &self.scopes[scope]) {
            if let Some(slot) = names.get(name) {
                let thunk = slot.thunk;
                return self.force(thunk, span);
            }
            scope = *outer;
        }
        let data = match name {
            "true" => Data::Bool(true),
            "false" => Data::Bool(false),
            "null" => Data::Null,
            _ if is_builtin(name) => {
                return Err(needs_evaluation(format!("`{name}`"), span));
            }
            // `scope::check` was here before, with a better message.
            _ => {
                let problem = Problem::UndefinedVariable {
                    name: name.to_owned(),
                    suggestion: None,
                };
                return Err((problem, span.clone()));
            }
        };
        Ok(Found {
            span: span.clone(),
            data,
        })
    }

    fn select(
        &mut self,
        base: &'e Expr,
        path: &'e [Name],
        default: Option<&'e Expr>,
        scope: ScopeId,
    ) -> Result<Found<'e>, Fault> {
        let mut found = self.eval(base, scope)?;
        for name in path {
            let there =
                matches!(&found.data, Data::Set(set) if set.contains_key(name.text.as_str()));
            found = match default {
                Some(default) if !there => return self.eval(default, scope),
                _ => self.attribute(&found, &name.text, &name.span)?,
            };
        }
        Ok(found)
    }

    pub(super) fn attribute(
        &mut self,
        found: &Found<'e>,
        name: &str,
        span: &Range<usize>,
    ) -> Result<Found<'e>, Fault> {
        let Data::Set(set) = &found.data else {
            let found = found.data.type_name();
            let operation = "the selection of an attribute";
            let problem = Problem::WrongType {
                operation,
                wanted: "an attribute set",
                found,
            };
            return Err((problem, span.clone()));
        };
        match set.get(name) {
            Some(slot) => self.force(slot.thunk, span),
            None => {
                let suggestion = closest(name, set.keys().copied()).map(ToOwned::to_owned);
                let problem = Problem::MissingAttribute {
                    name: name.to_owned(),
                    suggestion,
                };
                Err((problem, span.clone()))
            }
        }
    }

    fn set(&mut self, expr: &'e Expr, scope: ScopeId) -> Result<Rc<Slots<'e>>, Fault> {
        match self.eval(expr, scope)?.data {
            Data::Set(set) => Ok(set),
            other => Err(wrong("the operator `//`", "an attribute set", &other, expr)),
        }
    }

    fn list(&mut self, expr: &'e Expr, scope: ScopeId) -> Result<Rc<[ThunkId]>, Fault> {
        match self.eval(expr, scope)?.data {
            Data::List(list) => Ok(list),
            other => Err(wrong("the operator `++`", "a list", &other, expr)),
        }
    }

    fn text(
        &mut self,
        parts: &'e [Part],
        span: &Range<usize>,
        scope: ScopeId,
    ) -> Result<String, Fault> {
        let mut text = String::new();
        for part in parts {
            match part {
                Part::Text(part) => text.push_str(part),
                Part::Interpolation(inner) => match self.eval(inner, scope)?.data {
                    Data::String(part) => text.push_str(&part),
                    Data::Path(_) => {
                        let construct = "a path inside a string".to_owned();
                        return Err(needs_evaluation(construct, &inner.span));
                    }
                    Data::Set(set) if converts(&set) => {
                        let construct = "a set inside a string".to_owned();
                        return Err(needs_evaluation(construct, &inner.span));
                    }
                    other => return Err(wrong("`${…}`", "a string", &other, inner)),
                },
            }
            self.spend_text(text.len(), span)?;
        }
        Ok(text)
    }
}

/// Whether Nix turns the set into a string where one is wanted, and in JSON.
pub(super) fn converts(set: &Slots<'_>) -> bool {
    set.contains_key("outPath") || set.contains_key("__toString")
}

pub(super) fn needs_evaluation(construct: String, span: &Range<usize>) -> Fault {
    (Problem::NeedsEvaluation { construct }, span.clone())
}

fn wrong(operation: &'static str, wanted: &'static str, data: &Data<'_>, expr: &Expr) -> Fault {
    (
        Problem::WrongType {
            operation,
            wanted,
            found: data.type_name(),
        },
        expr.span.clone(),
    )
}

/// A path without `.`, without `name/..`, without doubled slashes.
fn normalize(text: &str) -> String {
    let absolute = text.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in text.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|&last| last != "..") => {
                parts.pop();
            }
            ".." if absolute => {}
            other => parts.push(other),
        }
    }
    let joined = parts.join("/");
    match (absolute, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}
