//! One by one, where the tree can't be exchanged as a whole.
//!
//! First every new file is written under a temporary name; until then a failure leaves
//! everything as it was. Then an interim record replaces the old one: it lists each file as it
//! is on disk, and what it is becoming. Only then files are removed and renamed into place, the
//! final record last.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::disk::Disk;
use super::error::{Failure, WriteError};
use super::exchange::create_parents;
use super::plan::{Plan, temporary_name};
use super::scan::EntryKind;
use crate::artifact::{ArtifactPath, MANIFEST};
use crate::manifest::Manifest;

/// Gives the interim record a temporary name of its own; no artifact has this path.
const INTERIM: &str = "manifest.json/interim";

pub(super) fn write(plan: &Plan, disk: &Disk<'_>) -> Result<(), WriteError> {
    let root = &plan.target.real;
    let mut prepared = Vec::new();
    if let Err(failure) = prepare(plan, disk, &mut prepared) {
        for path in &prepared {
            let _ = fs::remove_file(path);
        }
        if plan.scan.root.is_none() {
            let _ = fs::remove_dir(root);
        }
        return Err(failure.into());
    }
    commit(plan, disk).map_err(WriteError::Interrupted)
}

fn prepare(plan: &Plan, disk: &Disk<'_>, prepared: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let root = &plan.target.real;
    if plan.scan.root.is_none() {
        disk.create_directory(root)?;
    }
    // Only what an interrupted run left: no entry that anybody else could miss.
    for path in &plan.stale {
        disk.remove_file(&root.join(path))?;
    }
    let mut create = |path: PathBuf, content: &[u8], like| {
        disk.create_file(&path, content, like)?;
        prepared.push(path);
        Ok(())
    };
    for (path, content) in plan.to_write() {
        create(temporary(plan, path), content, plan.scan.get(path))?;
    }
    let old = plan.scan.get(MANIFEST);
    if !plan.actions.is_empty() {
        create(
            root.join(temporary_name(INTERIM)),
            &interim(plan).to_json(),
            old,
        )?;
    }
    let record = plan.manifest.to_json();
    create(root.join(temporary_name(MANIFEST)), &record, old)?;
    // From here on the next run finishes what this one may not.
    if !plan.actions.is_empty() {
        disk.replace(&root.join(temporary_name(INTERIM)), &root.join(MANIFEST))?;
        disk.sync_directory(root);
    }
    Ok(())
}

/// In the directory that the file will be in, or the nearest above that exists: a rename must
/// not cross file systems.
fn temporary(plan: &Plan, path: &ArtifactPath) -> PathBuf {
    let directory = path
        .parents()
        .find(|parent| {
            plan.scan
                .get(parent)
                .is_some_and(|meta| meta.kind == EntryKind::Directory)
        })
        .unwrap_or_default();
    plan.target
        .real
        .join(directory)
        .join(temporary_name(path.as_str()))
}

fn interim(plan: &Plan) -> Manifest {
    let pending: BTreeMap<_, _> = plan
        .to_write()
        .filter_map(|(path, _)| Some((path.clone(), *plan.manifest.files.get(path)?)))
        .collect();
    Manifest {
        files: plan.on_disk.clone(),
        pending,
        ..plan.manifest.clone()
    }
}

fn commit(plan: &Plan, disk: &Disk<'_>) -> Result<(), Failure> {
    let root = &plan.target.real;
    for path in plan.to_remove() {
        disk.remove_file(&root.join(path))?;
    }
    for directory in plan.vanishing.iter().rev() {
        disk.remove_directory(&root.join(directory))?;
    }
    for (path, _) in plan.to_write() {
        create_parents(disk, root, Path::new(path.as_str()))?;
        disk.replace(&temporary(plan, path), &root.join(path))?;
    }
    disk.replace(&root.join(temporary_name(MANIFEST)), &root.join(MANIFEST))?;
    disk.sync_directory(root);
    Ok(())
}
