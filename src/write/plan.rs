//! The comparison of what shall be there with what is there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::error::{Failure, WriteError};
use super::scan::{EntryKind, Scan};
use super::target::Target;
use crate::artifact::{ArtifactPath, MANIFEST, RESERVED, Tree};
use crate::manifest::{Header, Manifest, ManifestError};
use crate::nix_compat::Sha256;

mod classify;

/// What a run would do, and everything that it needs to do it.
#[derive(Debug, Clone)]
pub struct Plan {
    pub(super) target: Target,
    pub(super) scan: Scan,
    pub(super) tree: Tree,
    /// The record as it shall be.
    pub(super) manifest: Manifest,
    pub(super) manifest_current: bool,
    pub(super) actions: BTreeMap<ArtifactPath, Action>,
    /// The content on disk of all files that are ours or become ours.
    pub(super) on_disk: BTreeMap<ArtifactPath, Sha256>,
    /// Unfinished files of an interrupted run.
    pub(super) stale: BTreeSet<PathBuf>,
    /// Directories of ours that nothing is left in.
    pub(super) vanishing: BTreeSet<PathBuf>,
    edited: BTreeSet<ArtifactPath>,
    in_the_way: BTreeSet<PathBuf>,
    foreign: Vec<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Create,
    Change,
    Remove,
}

/// One way in which a directory differs from what would be generated.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// Relative to the output directory, with slashes.
    pub path: PathBuf,
    /// How it differs.
    pub kind: DifferenceKind,
}

/// How a file differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DifferenceKind {
    /// Would be generated, but is not there.
    Missing,
    /// Was generated, by another declaration or version, and would be replaced.
    Changed,
    /// Was generated, but would not be any more.
    LeftOver,
    /// Was generated and then edited by hand.
    Edited,
    /// Foreign, and where a file would be generated.
    InTheWay,
}

impl DifferenceKind {
    /// The word that reports use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Changed => "changed",
            Self::LeftOver => "left over",
            Self::Edited => "edited by hand",
            Self::InTheWay => "in the way",
        }
    }
}

/// Compares a directory, which need not exist, with the tree that shall be there. Writes nothing.
///
/// # Errors
/// When the directory or its record can't be read, or when something else has its name.
pub fn plan(out: &Path, tree: &Tree, header: &Header) -> Result<Plan, WriteError> {
    let target = Target::resolve(out)?;
    let scan = Scan::of(&target.real)?;
    let manifest = Manifest::of(tree, header)?;
    let found = read_manifest(&target.real, &scan)?;
    let manifest_current = found
        .as_ref()
        .is_some_and(|(_, bytes)| *bytes == manifest.to_json());
    let mut plan = Plan {
        target,
        scan,
        tree: tree.clone(),
        manifest,
        manifest_current,
        actions: BTreeMap::new(),
        on_disk: BTreeMap::new(),
        stale: BTreeSet::new(),
        vanishing: BTreeSet::new(),
        edited: BTreeSet::new(),
        in_the_way: BTreeSet::new(),
        foreign: Vec::new(),
    };
    plan.classify(found.as_ref().map(|(manifest, _)| manifest))?;
    Ok(plan)
}

fn read_manifest(root: &Path, scan: &Scan) -> Result<Option<(Manifest, Vec<u8>)>, WriteError> {
    let path = root.join(MANIFEST);
    match scan.get(MANIFEST).map(|meta| meta.kind) {
        None => Ok(None),
        Some(EntryKind::File) => {
            let bytes = read(&path)?;
            Ok(Some((Manifest::parse(&bytes, path)?, bytes)))
        }
        Some(_) => Err(ManifestError::NotAFile { path }.into()),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|source| Failure {
        action: "read",
        path: path.to_owned(),
        source,
    })
}

/// The name of an unfinished file: one per artifact, so that runs after an interrupted one know
/// what it left.
pub(super) fn temporary_name(path: &str) -> String {
    let hash = Sha256::of(path.as_bytes()).as_bytes()[..8]
        .iter()
        .fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    format!("{RESERVED}-new-{hash:016x}")
}

fn is_temporary(path: &Path) -> bool {
    path.file_name()
        .and_then(|name| name.to_str())
        .and_then(|name| name.strip_prefix(RESERVED)?.strip_prefix("-new-"))
        .is_some_and(|hash| {
            hash.len() == 16 && hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        })
}

impl Plan {
    /// Whether the directory is exactly as it would be generated, foreign files aside.
    #[must_use]
    pub fn is_current(&self) -> bool {
        self.manifest_current
            && self.actions.is_empty()
            && self.stale.is_empty()
            && self.in_the_way.is_empty()
    }

    /// All differences, by path; `manifest.json` among them when it would be replaced.
    #[must_use]
    pub fn differences(&self) -> Vec<Difference> {
        let ours = self.actions.iter().map(|(path, action)| {
            let kind = if self.edited.contains(path) {
                DifferenceKind::Edited
            } else {
                match action {
                    Action::Create => DifferenceKind::Missing,
                    Action::Change => DifferenceKind::Changed,
                    Action::Remove => DifferenceKind::LeftOver,
                }
            };
            (Path::new(path.as_str()), kind)
        });
        let record = match self.scan.get(MANIFEST) {
            None => DifferenceKind::Missing,
            Some(_) => DifferenceKind::Changed,
        };
        let record = (!self.manifest_current).then_some((Path::new(MANIFEST), record));
        let left = self
            .stale
            .iter()
            .map(|path| (path.as_path(), DifferenceKind::LeftOver));
        let blocked = self
            .in_the_way
            .iter()
            .map(|path| (path.as_path(), DifferenceKind::InTheWay));
        let mut differences: Vec<Difference> = ours
            .chain(record)
            .chain(left)
            .chain(blocked)
            .map(|(path, kind)| Difference {
                path: path.to_owned(),
                kind,
            })
            .collect();
        differences.sort();
        differences
    }

    /// Listed files that were edited by hand.
    pub fn edited(&self) -> impl Iterator<Item = &ArtifactPath> {
        self.edited.iter()
    }

    /// Foreign things where artifacts would have to go, relative to the output directory.
    pub fn in_the_way(&self) -> impl Iterator<Item = &Path> {
        self.in_the_way.iter().map(PathBuf::as_path)
    }

    /// All foreign files, symlinks and devices, relative to the output directory.
    pub fn foreign(&self) -> impl Iterator<Item = &Path> {
        self.foreign.iter().map(PathBuf::as_path)
    }

    /// The record that would be written.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    pub(super) fn refuse(&self, force: bool) -> Result<(), WriteError> {
        if !self.in_the_way.is_empty() {
            let root = &self.target.real;
            let paths = self.in_the_way.iter().map(|path| root.join(path)).collect();
            Err(WriteError::InTheWay(paths))
        } else if !force && !self.edited.is_empty() {
            Err(WriteError::Edited(self.edited.iter().cloned().collect()))
        } else {
            Ok(())
        }
    }

    /// That a directory, the target or where the exchange has put it, is still as it was.
    pub(super) fn check_unchanged(&self, directory: &Path) -> Result<(), WriteError> {
        if Scan::of(directory)?.same(&self.scan) {
            Ok(())
        } else {
            Err(WriteError::ChangedMeanwhile(directory.to_owned()))
        }
    }

    /// Files to be created or replaced, with their content.
    pub(super) fn to_write(&self) -> impl Iterator<Item = (&ArtifactPath, &[u8])> {
        self.tree
            .files()
            .iter()
            .filter(|(path, _)| self.actions.contains_key(path))
            .map(|(path, content)| (path, &content[..]))
    }

    pub(super) fn to_remove(&self) -> impl Iterator<Item = &ArtifactPath> {
        self.actions
            .iter()
            .filter(|(_, action)| **action == Action::Remove)
            .map(|(path, _)| path)
    }

    /// The existing directories whose own entries change, and whose time stamp therefore does.
    pub(super) fn touched(&self) -> BTreeSet<&Path> {
        let root_changes = (!self.manifest_current).then_some(Path::new(MANIFEST));
        let changes = self.actions.keys().map(|path| Path::new(path.as_str()));
        changes
            .chain(self.stale.iter().map(PathBuf::as_path))
            .chain(self.vanishing.iter().map(PathBuf::as_path))
            .chain(root_changes)
            .filter_map(|path| {
                path.ancestors()
                    .skip(1)
                    .find(|path| path.as_os_str().is_empty() || self.scan.get(path).is_some())
            })
            .collect()
    }
}
