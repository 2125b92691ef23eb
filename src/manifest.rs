//! `manifest.json`: the record of which files of a tree are ours.
//!
//! It is read from a directory that anybody may have edited, so nothing in it is believed:
//! every path has to be an [`ArtifactPath`], every hash a hash, and an attribute that is not
//! known is an error, since a later version could mean something by it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::artifact::{ArtifactPath, Tree};
use crate::nix_compat::Sha256;
use crate::nix_compat::nar::{self, NarError};

/// The format that this version writes, and the only one that it reads.
pub const FORMAT: u32 = 1;

/// What a run knows about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// tailwright's version.
    pub version: String,
    /// The hash of the declaration.
    pub declaration: Sha256,
}

/// The record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: u32,
    /// The version of tailwright that wrote the tree.
    pub version: String,
    /// The hash of the declaration that the tree was generated from.
    pub declaration: Sha256,
    /// The NAR hash of the listed files, without this record and without foreign files.
    pub tree: Sha256,
    /// Each of our files with the hash of its content.
    pub files: BTreeMap<ArtifactPath, Sha256>,
    /// Only in a tree whose writing was interrupted, or is going on, where files had to be
    /// renamed one by one: what each of these files is being replaced by. A file with this
    /// hash is ours as much as one with the hash in `files`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub pending: BTreeMap<ArtifactPath, Sha256>,
}

/// Why a record can't be used.
#[derive(Debug, Error)]
pub enum ManifestError {
    /// Not JSON, or not a record of ours.
    #[error(
        "{} can't be read as tailwright's record: {source}. Without it, nothing tells generated \
         files from yours. Restore it from version control, or delete it together with the \
         files that were generated, or choose another directory", path.display()
    )]
    Unreadable {
        /// The record.
        path: PathBuf,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// Written in a format that is not known.
    #[error(
        "{} has format {found}, this version of tailwright knows format {FORMAT}. Use the version \
         that wrote the tree, or a newer one", path.display()
    )]
    Format {
        /// The record.
        path: PathBuf,
        /// Its format.
        found: u64,
    },
    /// A directory, symlink or device has the record's name.
    #[error(
        "{} is not a regular file, so it can't be tailwright's record. Move it away, or choose \
         another directory", path.display()
    )]
    NotAFile {
        /// What stands there.
        path: PathBuf,
    },
}

#[derive(Deserialize)]
struct FormatOnly {
    format: u64,
}

impl Manifest {
    /// The record of a tree.
    ///
    /// # Errors
    /// When the tree has no NAR hash, which no [`Tree`] is known to cause.
    pub fn of(tree: &Tree, header: &Header) -> Result<Self, NarError> {
        let files = tree.files();
        Ok(Self {
            format: FORMAT,
            version: header.version.clone(),
            declaration: header.declaration,
            tree: nar::hash_tree(
                files
                    .iter()
                    .map(|(path, content)| (path.as_str(), &content[..])),
            )?,
            files: files
                .iter()
                .map(|(path, content)| (path.clone(), Sha256::of(content)))
                .collect(),
            pending: BTreeMap::new(),
        })
    }

    /// Reads a record. `path` is for the messages.
    ///
    /// # Errors
    /// When it is not a record of [`FORMAT`].
    pub fn parse(bytes: &[u8], path: impl Into<PathBuf>) -> Result<Self, ManifestError> {
        let path = path.into();
        // First the format alone: what a later one holds would only give a misleading error.
        let parsed = serde_json::from_slice::<FormatOnly>(bytes);
        match parsed {
            Ok(FormatOnly { format }) if format != u64::from(FORMAT) => {
                Err(ManifestError::Format {
                    path,
                    found: format,
                })
            }
            Ok(_) => serde_json::from_slice(bytes)
                .map_err(|source| ManifestError::Unreadable { path, source }),
            Err(source) => Err(ManifestError::Unreadable { path, source }),
        }
    }

    /// The record's text: indented JSON, ordered by path, with a final line break.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        #[expect(
            clippy::expect_used,
            reason = "maps have string keys, and nothing can fail to serialize"
        )]
        let mut json = serde_json::to_vec_pretty(self).expect("strings and numbers are JSON");
        json.push(b'\n');
        json
    }

    /// Whether a file with this content is recorded as ours.
    #[must_use]
    pub fn owns(&self, path: &ArtifactPath, content: Sha256) -> bool {
        [&self.files, &self.pending]
            .iter()
            .any(|listed| listed.get(path) == Some(&content))
    }

    /// Whether a path is listed, whatever its content.
    #[must_use]
    pub fn lists(&self, path: &ArtifactPath) -> bool {
        self.files.contains_key(path) || self.pending.contains_key(path)
    }
}
