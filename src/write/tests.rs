//! Any single operation may fail, and the process may be killed before any: the old tree is
//! untouched then, or the next run finishes the work.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt as _, symlink};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};

use rustix::io::Errno;

use super::disk::Disk;
use super::{How, WriteError, Written, plan, write_on, write_tree};
use crate::artifact::{Artifact, ArtifactPath, Tree};
use crate::manifest::{Header, Manifest};
use crate::nix_compat::Sha256;

/// Content, inode and time stamp of everything; symlinks and directories too.
type Snapshot = BTreeMap<PathBuf, (String, u64, i64)>;

fn snapshot(root: &Path) -> Snapshot {
    let mut snapshot = BTreeMap::new();
    let mut pending = vec![root.to_owned()];
    while let Some(path) = pending.pop() {
        let Ok(meta) = fs::symlink_metadata(&path) else {
            continue;
        };
        let content = if meta.is_dir() {
            pending.extend(
                fs::read_dir(&path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
            "directory".to_owned()
        } else if meta.is_symlink() {
            format!("to {}", fs::read_link(&path).unwrap().display())
        } else {
            String::from_utf8(fs::read(&path).unwrap()).unwrap()
        };
        snapshot.insert(path, (content, meta.ino(), meta.mtime_nsec()));
    }
    snapshot
}

fn contents(snapshot: &Snapshot) -> Vec<(&Path, &str)> {
    snapshot
        .iter()
        .map(|(path, (content, ..))| (path.as_path(), content.as_str()))
        .collect()
}

/// In memory where there is such a place: these tests write much, and wait for the medium.
fn scratch() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() {
        tempfile::tempdir_in(memory).unwrap()
    } else {
        tempfile::tempdir().unwrap()
    }
}

fn tree(files: &[(&str, &str)]) -> Tree {
    Tree::new(files.iter().map(|(path, content)| Artifact {
        path: ArtifactPath::new(*path).unwrap(),
        content: (*content).to_owned(),
    }))
    .unwrap()
}

fn header() -> Header {
    Header {
        version: "1.2.3".to_owned(),
        declaration: Sha256::of(b"declaration"),
    }
}

/// Something of each kind: kept, changed, removed, new, file to directory and back.
fn old_tree() -> Tree {
    tree(&[
        ("README.md", "same\n"),
        ("nixos/a/default.nix", "old\n"),
        ("nixos/b/default.nix", "goes\n"),
        ("turns/into/file", "x\n"),
        ("becomes-directory", "x\n"),
    ])
}

fn new_tree() -> Tree {
    tree(&[
        ("README.md", "same\n"),
        ("nixos/a/default.nix", "new\n"),
        ("nixos/c/d/default.nix", "comes\n"),
        ("turns/into", "y\n"),
        ("becomes-directory/file", "y\n"),
    ])
}

fn prepare(root: &Path) -> PathBuf {
    let out = root.join("generated");
    write_tree(&out, &old_tree(), &header(), false).unwrap();
    fs::write(out.join("nixos/mine.nix"), "foreign\n").unwrap();
    fs::create_dir(out.join("empty")).unwrap();
    symlink("/nowhere", out.join("nixos/link")).unwrap();
    out
}

fn assert_new(out: &Path) {
    for (path, content) in new_tree().files() {
        assert_eq!(&fs::read(out.join(path)).unwrap(), content, "{path}");
    }
    assert!(!out.join("nixos/b").exists());
    assert_eq!(fs::read(out.join("nixos/mine.nix")).unwrap(), b"foreign\n");
    assert!(out.join("empty").is_dir());
    assert!(out.join("nixos/link").is_symlink());
    let plan = plan(out, &new_tree(), &header()).unwrap();
    assert!(plan.is_current(), "{:?}", plan.differences());
    assert_eq!(plan.foreign().count(), 2);
    let beside: Vec<_> = fs::read_dir(out.parent().unwrap()).unwrap().collect();
    assert_eq!(beside.len(), 1, "{beside:?}");
}

#[derive(Clone, Copy, PartialEq)]
enum End {
    Failure,
    Kill,
}

/// Writes the new tree, with an end at the operation with a number, and without an exchange if
/// asked. `None`: there are fewer operations, and all went well.
fn write_until(out: &Path, number: u32, end: End, one_by_one: bool) -> Option<WriteError> {
    let count = Cell::new(0);
    let before = |action: &'static str, _: &Path| {
        if one_by_one && action == "exchange the tree with" {
            return Err(Errno::INVAL.into());
        }
        count.set(count.get() + 1);
        match end {
            _ if count.get() != number => Ok(()),
            End::Failure => Err(Errno::NOSPC.into()),
            End::Kill => resume_unwind(Box::new("killed")),
        }
    };
    let plan = plan(out, &new_tree(), &header()).unwrap();
    let result = catch_unwind(AssertUnwindSafe(|| {
        write_on(&plan, false, &Disk::new(&before))
    }));
    match result {
        Ok(Ok(Written { how, kept })) => {
            assert!(count.get() < number);
            assert_eq!(how == How::OneByOne, one_by_one);
            assert_eq!(kept, None);
            None
        }
        Ok(Err(error)) => Some(error),
        Err(panic) => {
            assert_eq!(panic.downcast_ref(), Some(&"killed"));
            Some(WriteError::Io(super::Failure {
                action: "survive",
                path: out.to_owned(),
                source: io::Error::other("killed"),
            }))
        }
    }
}

fn for_each_operation(mut check: impl FnMut(u32) -> bool) -> u32 {
    (1..).find(|number| !check(*number)).unwrap() - 1
}

#[test]
fn exchange_that_fails_anywhere_changes_nothing() {
    let operations = for_each_operation(|number| {
        let temporary = scratch();
        let out = prepare(temporary.path());
        let before = snapshot(temporary.path());
        let Some(error) = write_until(&out, number, End::Failure, false) else {
            assert_new(&out);
            return false;
        };
        assert!(matches!(error, WriteError::Io(_)), "{error}");
        assert!(
            error.to_string().ends_with("nothing was changed"),
            "{error}"
        );
        let mut after = snapshot(temporary.path());
        // The parent's own time stamp: a sibling came and went.
        after.insert(
            temporary.path().to_owned(),
            before[temporary.path()].clone(),
        );
        assert_eq!(before, after, "operation {number}");
        true
    });
    assert!(operations > 20, "only {operations} operations were seen");
}

#[test]
fn exchange_that_is_killed_anywhere_changes_nothing_and_is_tidied_up() {
    for_each_operation(|number| {
        let temporary = scratch();
        let out = prepare(temporary.path());
        let before = snapshot(&out);
        if write_until(&out, number, End::Kill, false).is_none() {
            return false;
        }
        assert_eq!(before, snapshot(&out), "operation {number}");
        // A process is killed once: the next one has another number.
        let staging = format!(".generated.tailwright-{}", std::process::id());
        let other = temporary.path().join(".generated.tailwright-1");
        if temporary.path().join(&staging).exists() {
            fs::rename(temporary.path().join(&staging), &other).unwrap();
        }
        write_tree(&out, &new_tree(), &header(), false).unwrap();
        if other.exists() {
            // Killed before it had its marker: nothing tells that it is ours.
            assert_eq!(fs::read_dir(&other).unwrap().count(), 0);
            fs::remove_dir(&other).unwrap();
        }
        assert_new(&out);
        true
    });
}

#[test]
fn one_by_one_that_fails_anywhere_is_untouched_or_finished_by_the_next_run() {
    let (mut untouched, mut interrupted) = (0, 0);
    for_each_operation(|number| {
        let temporary = scratch();
        let out = prepare(temporary.path());
        let before = snapshot(&out);
        let Some(error) = write_until(&out, number, End::Failure, true) else {
            assert_new(&out);
            return false;
        };
        if let WriteError::Interrupted(_) = error {
            interrupted += 1;
        } else {
            untouched += 1;
            assert_eq!(
                contents(&before),
                contents(&snapshot(&out)),
                "operation {number}"
            );
        }
        write_tree(&out, &new_tree(), &header(), false).unwrap();
        assert_new(&out);
        true
    });
    assert!(
        untouched > 20 && interrupted > 8,
        "{untouched} {interrupted}"
    );
}

#[test]
fn one_by_one_that_is_killed_anywhere_is_finished_by_the_next_run() {
    for_each_operation(|number| {
        // The next run may have the same tree, the old one or a third, and may be killed too.
        for next in [new_tree(), old_tree(), tree(&[("turns", "z\n")])] {
            let temporary = scratch();
            let out = prepare(temporary.path());
            if write_until(&out, number, End::Kill, true).is_none() {
                return false;
            }
            write_until(&out, number, End::Kill, true);
            let staging = format!(".generated.tailwright-{}", std::process::id());
            let _ = fs::remove_dir_all(temporary.path().join(staging));
            write_tree(&out, &next, &header(), false)
                .unwrap_or_else(|error| panic!("operation {number}: {error}"));
            assert!(plan(&out, &next, &header()).unwrap().is_current());
            write_tree(&out, &new_tree(), &header(), false).unwrap();
            assert_new(&out);
        }
        true
    });
}

#[test]
fn interim_record_names_both_states() {
    let temporary = scratch();
    let out = prepare(temporary.path());
    let error = for_each_operation(|number| {
        !matches!(
            write_until(&out, number, End::Failure, true),
            Some(WriteError::Interrupted(_))
        )
    });
    assert!(error > 0);
    let path = out.join("manifest.json");
    let record = Manifest::parse(&fs::read(&path).unwrap(), path).unwrap();
    let file = ArtifactPath::new("nixos/a/default.nix").unwrap();
    assert_eq!(record.files[&file], Sha256::of(b"old\n"));
    assert_eq!(record.pending[&file], Sha256::of(b"new\n"));
    assert!(record.owns(&file, Sha256::of(b"old\n")) && record.owns(&file, Sha256::of(b"new\n")));
    let plan = plan(&out, &new_tree(), &header()).unwrap();
    assert_eq!(plan.edited().count(), 0);
}

#[test]
fn what_comes_into_the_old_tree_at_the_exchange_is_kept() {
    let temporary = scratch();
    let out = prepare(temporary.path());
    let before = |action: &'static str, target: &Path| {
        if action == "exchange the tree with" {
            fs::write(target.join("late"), "foreign\n")?;
        }
        Ok(())
    };
    let plan = plan(&out, &new_tree(), &header()).unwrap();
    let written = write_on(&plan, false, &Disk::new(&before)).unwrap();
    let kept = written.kept.unwrap();
    assert_eq!(fs::read(kept.join("tree/late")).unwrap(), b"foreign\n");
    // It is nothing that a later run would take for a leftover of its own.
    write_tree(&out, &old_tree(), &header(), false).unwrap();
    assert!(kept.join("tree/late").exists());
}

#[test]
fn a_change_while_staging_is_noticed_in_time() {
    let temporary = scratch();
    let out = prepare(temporary.path());
    let before = |action: &'static str, _: &Path| {
        if action == "keep the mode of" {
            fs::write(out.join("nixos/mine.nix"), "changed\n")?;
        }
        Ok(())
    };
    let plan = plan(&out, &new_tree(), &header()).unwrap();
    let error = write_on(&plan, false, &Disk::new(&before)).unwrap_err();
    assert!(matches!(error, WriteError::ChangedMeanwhile(_)), "{error}");
    assert_eq!(fs::read(out.join("nixos/a/default.nix")).unwrap(), b"old\n");
    assert_eq!(fs::read_dir(temporary.path()).unwrap().count(), 1);
}

#[test]
fn a_lock_that_is_not_released_is_an_error() {
    let temporary = scratch();
    let take = || super::lock::Lock::take(temporary.path(), std::time::Duration::ZERO);
    let held = take().unwrap();
    assert!(held.is_held());
    let error = take().err().unwrap();
    assert!(error.to_string().contains("another tailwright"), "{error}");
    drop(held);
    assert!(take().unwrap().is_held());
}
