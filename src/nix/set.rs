//! Attribute sets and the bindings of `let`.

use super::expr::Expr;

/// Bindings in the order in which they were made.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Set {
    bindings: Vec<Binding>,
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
        let shared = |old: &Binding| shared(&old.path, &new.path);
        let Some(place) = self.bindings.iter().position(|old| shared(old) > 0) else {
            self.bindings.push(new);
            return self;
        };
        let depth = shared(&self.bindings[place]);
        let old = self.bindings.remove(place);
        match (old.clone().inside(depth), new.clone().inside(depth)) {
            (Some(inner), Some(added)) => {
                let all = added
                    .bindings
                    .into_iter()
                    .fold(inner, |set, b| set.add(b.comment, b.path, b.value));
                // A comment about the whole set stays with it.
                let about = |b: &Binding| {
                    if b.path.len() == depth {
                        b.comment.clone()
                    } else {
                        None
                    }
                };
                let comments: Vec<String> =
                    [about(&old), about(&new)].into_iter().flatten().collect();
                let merged = Binding {
                    comment: (!comments.is_empty()).then(|| comments.join("\n")),
                    path: new.path[..depth].to_vec(),
                    value: Expr::Set(all),
                };
                self.bindings.insert(place, merged);
            }
            _ => {
                self.bindings.insert(place, old);
                self.bindings.push(new);
            }
        }
        self
    }
}

impl Binding {
    /// What the binding adds to the set at the first `depth` keys of its path, if that is one.
    fn inside(mut self, depth: usize) -> Option<Set> {
        if self.path.len() > depth {
            self.path.drain(..depth);
            return Some(Set {
                bindings: vec![self],
            });
        }
        match self.value {
            Expr::Set(set) => Some(set),
            _ => None,
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
