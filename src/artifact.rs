//! Artifacts: what the emitters hand over to be written.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};
use thiserror::Error;

/// How names begin that the writer keeps for files it has not finished.
pub(crate) const RESERVED: &str = ".tailwright";

/// The name of the record of ownership, in the tree's root.
pub const MANIFEST: &str = "manifest.json";

/// Where an artifact stands in the tree: a relative path with slashes, without empty, `.` and
/// `..` components, without control characters and backslashes. It is never `manifest.json`,
/// nor anything that the writer keeps for itself (a component that begins with
/// `.tailwright`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ArtifactPath(String);

/// Why a text is no [`ArtifactPath`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{path:?} can't be the path of a generated file: {reason}")]
pub struct PathError {
    /// The text.
    pub path: String,
    /// What is wrong with it.
    pub reason: &'static str,
}

impl ArtifactPath {
    /// Reads a path.
    ///
    /// # Errors
    /// When the text could name something outside the tree, or something of the writer's own.
    pub fn new(path: impl Into<String>) -> Result<Self, PathError> {
        let path = path.into();
        match objection(&path) {
            None => Ok(Self(path)),
            Some(reason) => Err(PathError { path, reason }),
        }
    }

    /// The path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The directories above, the nearest first, without the root.
    pub(crate) fn parents(&self) -> impl Iterator<Item = &str> {
        self.0.rmatch_indices('/').map(|(at, _)| &self.0[..at])
    }
}

fn objection(path: &str) -> Option<&'static str> {
    let first = path.split('/').next().unwrap_or_default();
    if path.is_empty() {
        Some("it is empty")
    } else if path.starts_with('/') {
        Some("it is absolute")
    } else if path.contains(|c: char| c.is_control() || c == '\\') {
        Some("it has a control character or a backslash")
    } else if path.split('/').any(|part| matches!(part, "" | "." | "..")) {
        Some("it has an empty, `.` or `..` component")
    } else if path.split('/').any(|part| part.len() > 255) {
        Some("a component is longer than 255 bytes")
    } else if first.eq_ignore_ascii_case(MANIFEST) {
        Some("`manifest.json` is the record of the other files")
    } else if path.split('/').any(|part| part.starts_with(RESERVED)) {
        Some("names that begin with `.tailwright` belong to the writer")
    } else {
        None
    }
}

impl fmt::Display for ArtifactPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ArtifactPath {
    type Err = PathError;

    fn from_str(path: &str) -> Result<Self, PathError> {
        Self::new(path)
    }
}

impl AsRef<Path> for ArtifactPath {
    fn as_ref(&self) -> &Path {
        Path::new(&self.0)
    }
}

impl<'de> Deserialize<'de> for ArtifactPath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// One generated file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    /// Where it stands in the tree.
    pub path: ArtifactPath,
    /// The whole content, final line break included.
    pub content: String,
}

/// All artifacts of a run, by path: no path twice, none both file and directory.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tree {
    files: BTreeMap<ArtifactPath, Vec<u8>>,
}

/// Why artifacts don't make a tree.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TreeError {
    /// Two artifacts have one path, or paths that are one where case does not count (macOS).
    #[error("`{0}` and `{1}` would be one file: two artifacts have one path")]
    Twice(ArtifactPath, ArtifactPath),
    /// A path is a file and also the directory of another file.
    #[error("`{0}` can't be a file: it is the directory of `{1}`")]
    FileAndDirectory(ArtifactPath, ArtifactPath),
}

impl Tree {
    /// Orders artifacts by path.
    ///
    /// # Errors
    /// When two of them get in each other's way.
    pub fn new(artifacts: impl IntoIterator<Item = Artifact>) -> Result<Self, TreeError> {
        let mut files = BTreeMap::new();
        let mut folded: BTreeMap<String, ArtifactPath> = BTreeMap::new();
        for Artifact { path, content } in artifacts {
            if let Some(other) = folded.insert(path.0.to_lowercase(), path.clone()) {
                return Err(TreeError::Twice(other, path));
            }
            files.insert(path, content.into_bytes());
        }
        for path in files.keys() {
            let above = path
                .parents()
                .find_map(|parent| folded.get(&parent.to_lowercase()));
            if let Some(file) = above {
                return Err(TreeError::FileAndDirectory(file.clone(), path.clone()));
            }
        }
        Ok(Self { files })
    }

    /// Content by path.
    #[must_use]
    pub fn files(&self) -> &BTreeMap<ArtifactPath, Vec<u8>> {
        &self.files
    }
}
