//! Attribute sets and the bindings of `let`.

use std::collections::BTreeMap;

use super::expr::Expr;

/// Bindings in the order in which they were made.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Set {
    bindings: Vec<Binding>,
    /// Where the binding is whose path starts with that name.
    places: BTreeMap<String, usize>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Binding {
    pub(super) comment: Option<String>,
    pub(super) path: Vec<String>,
    pub(super) value: Expr,
}

impl Set {
    /// `a.b."c d" = value;`. An attribute that shares the start of its path with an earlier
    /// one is written beside it, in a nested set: no key is ever repeated. Two values for one
    /// path are both written, and Nix refuses the file and names the place.
    ///
    /// # Panics
    /// When the path is empty.
    #[must_use]
    pub fn bind(self, path: impl IntoPath, value: impl Into<Expr>) -> Self {
        self.add(None, path.into_path(), value.into())
    }

    /// Like [`Set::bind`], with comment lines above. Any text is safe as a comment.
    #[must_use]
    pub fn bind_commented(
        self,
        comment: impl Into<String>,
        path: impl IntoPath,
        value: impl Into<Expr>,
    ) -> Self {
        self.add(Some(comment.into()), path.into_path(), value.into())
    }

    /// Binds only where there is a value.
    #[must_use]
    pub fn bind_some(self, path: impl IntoPath, value: Option<impl Into<Expr>>) -> Self {
        match value {
            Some(value) => self.bind(path, value),
            None => self,
        }
    }

    /// Whether there is no binding.
    pub fn is_empty(&self) -> bool {
        self.bindings.is_empty()
    }

    pub(super) fn bindings(&self) -> &[Binding] {
        &self.bindings
    }

    fn add(mut self, comment: Option<String>, path: Vec<String>, value: Expr) -> Self {
        assert!(!path.is_empty(), "a binding needs a name");
        let new = Binding {
            comment,
            path,
            value,
        };
        let Some(&place) = self.places.get(&new.path[0]) else {
            self.push(new);
            return self;
        };
        let depth = shared(&self.bindings[place].path, &new.path);
        if !self.bindings[place].is_set_at(depth) || !new.is_set_at(depth) {
            self.push(new);
            return self;
        }
        let path = new.path[..depth].to_vec();
        let none = Binding {
            comment: None,
            path: Vec::new(),
            value: Expr::Null,
        };
        let (old_comment, old) = std::mem::replace(&mut self.bindings[place], none).into_set(depth);
        let (new_comment, new) = new.into_set(depth);
        let both = new
            .bindings
            .into_iter()
            .fold(old, |set, b| set.add(b.comment, b.path, b.value));
        let comments: Vec<String> = [old_comment, new_comment].into_iter().flatten().collect();
        self.bindings[place] = Binding {
            comment: (!comments.is_empty()).then(|| comments.join("\n")),
            path,
            value: Expr::Set(both),
        };
        self
    }

    fn push(&mut self, binding: Binding) {
        let place = self.bindings.len();
        self.places.entry(binding.path[0].clone()).or_insert(place);
        self.bindings.push(binding);
    }
}

impl Binding {
    /// Whether there is a set behind the first `depth` keys of the path.
    fn is_set_at(&self, depth: usize) -> bool {
        self.path.len() > depth || matches!(self.value, Expr::Set(_))
    }

    /// That set, and the comment if it is about all of it.
    fn into_set(mut self, depth: usize) -> (Option<String>, Set) {
        match self.value {
            Expr::Set(set) if self.path.len() == depth => (self.comment, set),
            _ => {
                self.path.drain(..depth);
                let mut set = Set::default();
                set.push(self);
                (None, set)
            }
        }
    }
}

/// How many keys two paths share from their start.
fn shared(a: &[String], b: &[String]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

/// The name of an attribute, or the names on the way to it. A text is one name whatever is in
/// it: `"a.b"` is the attribute `"a.b"`, `["a", "b"]` is `a.b`.
pub trait IntoPath {
    /// The names, outermost first.
    fn into_path(self) -> Vec<String>;
}

impl IntoPath for &str {
    fn into_path(self) -> Vec<String> {
        vec![self.to_owned()]
    }
}

impl IntoPath for String {
    fn into_path(self) -> Vec<String> {
        vec![self]
    }
}

impl IntoPath for &String {
    fn into_path(self) -> Vec<String> {
        vec![self.clone()]
    }
}

impl<S: Into<String>, const N: usize> IntoPath for [S; N] {
    fn into_path(self) -> Vec<String> {
        self.into_iter().map(Into::into).collect()
    }
}

impl IntoPath for Vec<String> {
    fn into_path(self) -> Vec<String> {
        self
    }
}
