//! All or nothing: the new tree is made ready beside the old one, then takes its place.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rustix::io::Errno;

use super::disk::Disk;
use super::error::{Failure, WriteError};
use super::plan::Plan;
use super::scan::{EntryKind, Meta};
use super::target::Target;
use super::{How, Written};
use crate::artifact::MANIFEST;

/// Says inside a staging directory that it is one.
const MARKER: &str = "staging";
const MARKER_TEXT: &str = "tailwright makes a tree ready here. If no tailwright is running, this \
                           directory is what a killed one left, and the next run removes it.\n";
const STAGED: &str = "tree";

pub(super) enum Outcome {
    Done(Written),
    /// Nothing was changed; files have to be replaced one by one.
    Impossible,
}

pub(super) fn write(plan: &Plan, disk: &Disk<'_>) -> Result<Outcome, WriteError> {
    let Some((parent, name)) = plan.target.parent_and_name() else {
        return Ok(Outcome::Impossible);
    };
    if !is_possible(plan, parent) {
        return Ok(Outcome::Impossible);
    }
    let container = parent.join(format!("{}{}", prefix(name), std::process::id()));
    let staged = container.join(STAGED);
    if let Err(failure) = disk.create_directory(&container) {
        return impossible_or(failure.into());
    }
    let result = stage(plan, disk, &container, &staged)
        .map_err(WriteError::Io)
        .and_then(|()| plan.check_unchanged(&plan.target.real))
        .and_then(|()| Ok(commit(plan, disk, &staged)?));
    match result {
        Ok(how) => {
            disk.sync_directory(parent);
            let kept = dispose(plan, how, &container);
            Ok(Outcome::Done(Written { how, kept }))
        }
        Err(error) => {
            let _ = fs::remove_dir_all(&container);
            impossible_or(error)
        }
    }
}

fn impossible_or(error: WriteError) -> Result<Outcome, WriteError> {
    match error {
        WriteError::Io(failure) if is_lacking(&failure.source) => Ok(Outcome::Impossible),
        error => Err(error),
    }
}

/// What is known without trying: everything has to be on the file system of the parent, to be
/// readable, and nobody may stand in the directory.
fn is_possible(plan: &Plan, parent: &Path) -> bool {
    if plan.scan.root.is_none() {
        return true;
    }
    !plan.scan.incomplete
        && !plan.target.holds_working_directory()
        && fs::metadata(parent)
            .is_ok_and(|metadata| plan.scan.is_on_device(Meta::of(&metadata).device))
}

/// Whether the place lacks what is needed, so that another way may still lead there: mount
/// points, read-only or foreign parents, file systems without hard links or exchange.
fn is_lacking(error: &io::Error) -> bool {
    let Some(errno) = Errno::from_io_error(error) else {
        return false;
    };
    [
        Errno::XDEV,
        Errno::BUSY,
        Errno::ROFS,
        Errno::ACCESS,
        Errno::PERM,
        Errno::INVAL,
        Errno::NOSYS,
        Errno::NOTSUP,
        Errno::OPNOTSUPP,
        Errno::MLINK,
        Errno::NAMETOOLONG,
    ]
    .contains(&errno)
}

/// How the names of the staging directories of an output directory begin.
fn prefix(name: &OsStr) -> String {
    format!(".{}.tailwright-", name.to_string_lossy())
}

fn stage(plan: &Plan, disk: &Disk<'_>, container: &Path, staged: &Path) -> Result<(), Failure> {
    disk.create_file(&container.join(MARKER), MARKER_TEXT.as_bytes(), None)?;
    disk.create_directory(staged)?;
    if let Some(root) = &plan.scan.root {
        disk.own_like(staged, root)?;
    }
    keep(plan, disk, staged)?;
    for (path, content) in plan.to_write() {
        create_parents(disk, staged, Path::new(path.as_str()))?;
        disk.create_file(&staged.join(path), content, plan.scan.get(path))?;
    }
    if !plan.manifest_current {
        let manifest = plan.manifest.to_json();
        disk.create_file(&staged.join(MANIFEST), &manifest, plan.scan.get(MANIFEST))?;
    }
    restore_directories(plan, disk, staged)
}

/// Links what stays as it is.
fn keep(plan: &Plan, disk: &Disk<'_>, staged: &Path) -> Result<(), Failure> {
    let written = plan.actions.keys().map(|path| Path::new(path.as_str()));
    let dropped: BTreeSet<&Path> = written
        .chain((!plan.manifest_current).then_some(Path::new(MANIFEST)))
        .chain(plan.stale.iter().map(PathBuf::as_path))
        .chain(plan.vanishing.iter().map(PathBuf::as_path))
        .collect();
    for (path, meta) in &plan.scan.entries {
        if dropped.contains(path.as_path()) {
            continue;
        }
        let copy = staged.join(path);
        if meta.kind == EntryKind::Directory {
            disk.create_directory(&copy)?;
            disk.own_like(&copy, meta)?;
        } else {
            disk.link(&plan.target.real.join(path), &copy, meta.kind)?;
        }
    }
    Ok(())
}

/// Creates the directories above `path` that are not there yet.
pub(super) fn create_parents(disk: &Disk<'_>, root: &Path, path: &Path) -> Result<(), Failure> {
    let missing: Vec<PathBuf> = path
        .ancestors()
        .skip(1)
        .map(|parent| root.join(parent))
        .take_while(|parent| !parent.exists())
        .collect();
    missing
        .iter()
        .rev()
        .try_for_each(|parent| disk.create_directory(parent))
}

/// Modes come last, since a read-only directory could not have been filled.
fn restore_directories(plan: &Plan, disk: &Disk<'_>, staged: &Path) -> Result<(), Failure> {
    let touched = plan.touched();
    let root = plan.scan.root.iter().map(|meta| (Path::new(""), meta));
    let directories = plan
        .scan
        .entries
        .iter()
        .map(|(path, meta)| (path.as_path(), meta))
        .filter(|(path, meta)| {
            meta.kind == EntryKind::Directory && !plan.vanishing.contains(*path)
        });
    for (path, meta) in directories.rev().chain(root) {
        let copy = staged.join(path);
        disk.set_mode(&copy, meta.mode)?;
        if !touched.contains(path) {
            disk.set_times(&copy, meta)?;
        }
    }
    Ok(())
}

fn commit(plan: &Plan, disk: &Disk<'_>, staged: &Path) -> Result<How, Failure> {
    let target = &plan.target.real;
    if plan.scan.root.is_none() {
        disk.rename_new(staged, target)?;
        Ok(How::Created)
    } else {
        disk.exchange(staged, target)?;
        Ok(How::Exchanged)
    }
}

/// Deletes the old tree, unless something got into it between the last look and the exchange.
/// Gives the place where it was kept.
fn dispose(plan: &Plan, how: How, container: &Path) -> Option<PathBuf> {
    let old = container.join(STAGED);
    let known = how == How::Created || plan.check_unchanged(&old).is_ok();
    if known && fs::remove_dir_all(container).is_ok() {
        return None;
    }
    // Under this name the next run takes it for nothing of its own.
    let kept = container.with_extension(format!("tailwright-kept-{}", std::process::id()));
    match fs::rename(container, &kept) {
        Ok(()) => Some(kept),
        Err(_) => Some(container.to_owned()),
    }
}

/// What killed runs left beside the output directory: real directories of this user with the
/// name and the marker of a staging directory. A run that is going on has one too, so they
/// may only be removed under the lock, and only if they were listed under it.
pub(super) fn leftovers(target: &Target) -> Vec<PathBuf> {
    let Some((parent, name)) = target.parent_and_name() else {
        return Vec::new();
    };
    let prefix = prefix(name);
    let is_named = |path: &PathBuf| {
        path.file_name()
            .and_then(|name| name.to_str()?.strip_prefix(&prefix))
            .is_some_and(|process| process.parse::<u32>().is_ok())
    };
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.path())
        .filter(is_named)
        .filter(|path| is_leftover(path))
        .collect()
}

fn is_leftover(container: &Path) -> bool {
    let is_own_directory = fs::symlink_metadata(container).is_ok_and(|metadata| {
        metadata.is_dir() && Meta::of(&metadata).uid == rustix::process::geteuid().as_raw()
    });
    let marker = container.join(MARKER);
    is_own_directory
        && fs::symlink_metadata(&marker).is_ok_and(|metadata| metadata.is_file())
        && fs::read(&marker).is_ok_and(|text| text == MARKER_TEXT.as_bytes())
}
