//! Where in a declaration something stands: its attribute path and its position.

use std::fmt;
use std::sync::Arc;

use crate::declaration::value::Location;
use crate::invisible::spelled_out;
use crate::nix::escape;

/// The path of an attribute, e.g. `nodes.lab-alpha-cp.address` or `expectations[0].name`.
///
/// Cheap to clone; two paths are ordered by what they print.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct AttrPath(Arc<str>);

impl AttrPath {
    /// The declaration itself: prints as nothing.
    #[must_use]
    pub fn root() -> Self {
        Self::default()
    }

    /// The path of an attribute of what stands at this path. A name that is no plain
    /// identifier is quoted as Nix quotes it; what can't be seen in it is spelled out.
    #[must_use]
    pub fn attr(&self, name: &str) -> Self {
        let name = if is_plain(name) {
            name.to_owned()
        } else {
            format!("\"{}\"", spelled_out(&escape(name)))
        };
        Self(match &*self.0 {
            "" => name.into(),
            parent => format!("{parent}.{name}").into(),
        })
    }

    /// The path of a list element, counted from 0.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        Self(format!("{}[{index}]", self.0).into())
    }

    /// Whether this is `other` or something inside it.
    #[must_use]
    pub fn is_within(&self, other: &str) -> bool {
        self.0
            .strip_prefix(other)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_plain(name: &str) -> bool {
    let mut characters = name.chars();
    characters
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && characters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '\''))
}

impl fmt::Display for AttrPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() {
            "the declaration"
        } else {
            &self.0
        })
    }
}

/// An attribute path together with its position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Which attribute.
    pub path: AttrPath,
    /// Where it stands.
    pub location: Location,
}

/// A value of the declaration that remembers where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Its place.
    pub place: Place,
}

impl<T> Located<T> {
    /// The same place with another value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Located<U> {
        Located {
            value: f(self.value),
            place: self.place,
        }
    }
}

impl<T> std::ops::Deref for Located<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

#[cfg(test)]
mod tests {
    use super::AttrPath;

    #[test]
    fn names_that_are_no_identifiers_are_quoted() {
        let path = AttrPath::root().attr("tags").attr("tag:router").index(0);
        assert_eq!(path.as_str(), "tags.\"tag:router\"[0]");
        let path = AttrPath::root().attr("a\"${b}\n\u{202e}");
        assert_eq!(path.as_str(), r#""a\"\${b}\n\u{202e}""#);
    }

    #[test]
    fn a_path_is_within_its_parents_but_not_within_a_longer_name() {
        let path = AttrPath::root().attr("nodes").attr("alpha").attr("address");
        assert!(path.is_within("nodes.alpha"));
        assert!(path.is_within("nodes.alpha.address"));
        assert!(!path.is_within("nodes.alp"));
    }
}
