//! Who owns what, and what has to happen to it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{Action, Plan, is_temporary, read};
use crate::artifact::{ArtifactPath, MANIFEST};
use crate::manifest::Manifest;
use crate::nix_compat::Sha256;
use crate::write::error::Failure;
use crate::write::scan::EntryKind;

impl Plan {
    pub(super) fn classify(&mut self, record: Option<&Manifest>) -> Result<(), Failure> {
        let listed: BTreeSet<ArtifactPath> = record
            .map(|record| {
                record
                    .files
                    .keys()
                    .chain(record.pending.keys())
                    .cloned()
                    .collect()
            })
            .unwrap_or_default();
        self.stale = self
            .scan
            .entries
            .iter()
            .filter(|(path, meta)| meta.kind == EntryKind::File && is_temporary(path))
            .map(|(path, _)| path.clone())
            .collect();
        let paths: BTreeSet<ArtifactPath> =
            self.tree.files().keys().chain(&listed).cloned().collect();
        for path in &paths {
            self.classify_file(path, record)?;
        }
        self.find_vanishing(&listed);
        self.find_obstacles();
        self.find_foreign(&paths);
        Ok(())
    }

    fn classify_file(
        &mut self,
        path: &ArtifactPath,
        record: Option<&Manifest>,
    ) -> Result<(), Failure> {
        let wanted = self.tree.files().contains_key(path);
        let is_listed = record.is_some_and(|record| record.lists(path));
        let Some((kind, mode)) = self.scan.get(path).map(|meta| (meta.kind, meta.mode)) else {
            if wanted {
                self.actions.insert(path.clone(), Action::Create);
            }
            return Ok(());
        };
        let action = if wanted {
            Action::Change
        } else {
            Action::Remove
        };
        match kind {
            EntryKind::File => {
                let hash = Sha256::of(&read(&self.target.real.join(path))?);
                // No generated file is executable, and the tree's NAR hash says so.
                let fits = mode & 0o100 == 0 && self.manifest.files.get(path) == Some(&hash);
                if fits {
                    self.on_disk.insert(path.clone(), hash);
                } else if is_listed {
                    if !record.is_some_and(|record| record.owns(path, hash)) {
                        self.edited.insert(path.clone());
                    }
                    self.on_disk.insert(path.clone(), hash);
                    self.actions.insert(path.clone(), action);
                } else {
                    self.in_the_way.insert(path.as_str().into());
                }
            }
            // Whether it may give way depends on what is in it.
            EntryKind::Directory if wanted => {
                self.actions.insert(path.clone(), Action::Create);
            }
            EntryKind::Directory => {}
            EntryKind::Symlink | EntryKind::Other if is_listed => {
                self.edited.insert(path.clone());
                self.actions.insert(path.clone(), action);
            }
            EntryKind::Symlink | EntryKind::Other => {
                self.in_the_way.insert(path.as_str().into());
            }
        }
        Ok(())
    }

    fn goes(&self, path: &Path) -> bool {
        self.stale.contains(path)
            || self.vanishing.contains(path)
            || self.action(path) == Some(Action::Remove)
    }

    fn action(&self, path: &Path) -> Option<Action> {
        let path = ArtifactPath::new(path.to_str()?).ok()?;
        self.actions.get(&path).copied()
    }

    /// Directories that only removed files of ours were in. One that is empty is ours only if
    /// the record has a file in it.
    fn find_vanishing(&mut self, listed: &BTreeSet<ArtifactPath>) {
        let with_listed: BTreeSet<&str> = listed.iter().flat_map(ArtifactPath::parents).collect();
        let needed: BTreeSet<String> = self
            .tree
            .files()
            .keys()
            .flat_map(ArtifactPath::parents)
            .map(str::to_owned)
            .collect();
        let mut kept: BTreeSet<PathBuf> = needed.into_iter().map(PathBuf::from).collect();
        // Entries come after their directory, so the reverse order is from the leaves upwards.
        let entries: Vec<(PathBuf, EntryKind)> = self
            .scan
            .entries
            .iter()
            .rev()
            .map(|(path, meta)| (path.clone(), meta.kind))
            .collect();
        for (path, kind) in entries {
            let ours = path.to_str().is_some_and(|path| with_listed.contains(path));
            if kind == EntryKind::Directory && ours && !kept.contains(&path) {
                self.vanishing.insert(path);
            } else if !self.goes(&path) {
                kept.extend(path.ancestors().skip(1).map(Path::to_owned));
            }
        }
    }

    fn find_obstacles(&mut self) {
        let mut found = Vec::new();
        for path in self.tree.files().keys() {
            let is_directory = |path: &Path| {
                self.scan
                    .get(path)
                    .is_some_and(|meta| meta.kind == EntryKind::Directory)
            };
            let own: &Path = path.as_ref();
            if is_directory(own) && !self.goes(own) {
                found.push(own.to_owned());
            }
            for parent in path.parents().map(Path::new) {
                if self.scan.get(parent).is_some() && !is_directory(parent) && !self.goes(parent) {
                    found.push(parent.to_owned());
                }
            }
        }
        self.in_the_way.extend(found);
    }

    fn find_foreign(&mut self, ours: &BTreeSet<ArtifactPath>) {
        let ours: BTreeSet<&Path> = ours.iter().map(AsRef::as_ref).collect();
        self.foreign = self
            .scan
            .entries
            .iter()
            .filter(|(path, meta)| {
                meta.kind != EntryKind::Directory
                    && path.as_os_str() != MANIFEST
                    && !self.stale.contains(*path)
                    && (!ours.contains(path.as_path()) || self.in_the_way.contains(*path))
            })
            .map(|(path, _)| path.clone())
            .collect();
    }
}
