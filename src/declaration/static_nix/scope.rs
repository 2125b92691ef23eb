//! Which names are defined where. Nix looks at this before it evaluates anything, so an
//! undefined variable is an error also where it is never used; and all are reported at once.

use std::ops::Range;

use super::Fault;
use super::expr::{Attributes, Expr, Meaning, Node, Part};
use crate::declaration::load_error::Problem;
use crate::suggest::closest;

/// As many undefined variables as are reported: beyond that, something else is wrong.
const MOST: usize = 20;

/// What Nix 2.8 defines for every file without the prefix `__`, save the constants
/// (`builtins.nix`, `primops.cc`).
const BUILTINS: [&str; 19] = [
    "abort",
    "baseNameOf",
    "break",
    "builtins",
    "derivation",
    "derivationStrict",
    "dirOf",
    "fetchGit",
    "fetchMercurial",
    "fetchTarball",
    "fetchTree",
    "fromTOML",
    "import",
    "isNull",
    "map",
    "placeholder",
    "removeAttrs",
    "scopedImport",
    "throw",
];

/// Whether a name that nothing in the file defines is one of Nix' own functions.
pub(super) fn is_builtin(name: &str) -> bool {
    name == "toString" || name.starts_with("__") || BUILTINS.contains(&name)
}

pub(super) fn is_constant(name: &str) -> bool {
    matches!(name, "true" | "false" | "null")
}

pub(super) fn check(root: &Expr) -> Result<(), Vec<Fault>> {
    let mut check = Check {
        scopes: Vec::new(),
        faults: Vec::new(),
    };
    check.expr(root);
    if check.faults.is_empty() {
        Ok(())
    } else {
        Err(check.faults)
    }
}

struct Check<'e> {
    scopes: Vec<&'e Attributes>,
    faults: Vec<Fault>,
}

impl<'e> Check<'e> {
    fn expr(&mut self, expr: &'e Expr) {
        match &expr.node {
            Node::Variable(name) => self.variable(name, &expr.span),
            Node::String(parts) | Node::Path(parts) => {
                for part in parts {
                    if let Part::Interpolation(inner) = part {
                        self.expr(inner);
                    }
                }
            }
            Node::List(items) => items.iter().for_each(|item| self.expr(item)),
            Node::Set(attributes) => self.attributes(attributes, None),
            Node::Let(attributes, body) => self.attributes(attributes, Some(body)),
            Node::Select { base, default, .. } => {
                self.expr(base);
                if let Some(default) = default {
                    self.expr(default);
                }
            }
            Node::Update(left, right) | Node::Concat(left, right) => {
                self.expr(left);
                self.expr(right);
            }
            Node::Negate(inner) => self.expr(inner),
            Node::Int(_) | Node::Float(_) | Node::Evaluated(_) => {}
        }
    }

    fn attributes(&mut self, attributes: &'e Attributes, body: Option<&'e Expr>) {
        for (name, definition) in &attributes.definitions {
            if matches!(definition.meaning, Meaning::Inherited) {
                self.variable(name, &definition.key);
            }
        }
        if attributes.recursive {
            self.scopes.push(attributes);
        }
        attributes
            .sources
            .iter()
            .for_each(|source| self.expr(source));
        for definition in attributes.definitions.values() {
            if let Meaning::Expr(inner) = &definition.meaning {
                self.expr(inner);
            }
        }
        if let Some(body) = body {
            self.expr(body);
        }
        if attributes.recursive {
            self.scopes.pop();
        }
    }

    fn variable(&mut self, name: &str, span: &Range<usize>) {
        let defined = is_constant(name)
            || is_builtin(name)
            || self
                .scopes
                .iter()
                .any(|scope| scope.definitions.contains_key(name));
        if !defined && self.faults.len() < MOST {
            let names = self
                .scopes
                .iter()
                .flat_map(|scope| scope.definitions.keys());
            let names = names.map(String::as_str).chain(["true", "false", "null"]);
            let problem = Problem::UndefinedVariable {
                name: name.to_owned(),
                suggestion: closest(name, names).map(ToOwned::to_owned),
            };
            self.faults.push((problem, span.clone()));
        }
    }
}
