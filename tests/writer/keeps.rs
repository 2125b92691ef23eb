//! What stays, and what goes.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;

use crate::common::{contents, force, planned, put, read, snapshot, state, write};
use tailwright::write::How;

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn foreign_and_unchanged_files_stay_the_same_files() {
    let temporary = tempfile::tempdir().unwrap();
    let out = temporary.path().join("generated");
    write(
        &out,
        &[
            ("same", "1"),
            ("changed", "1"),
            ("nixos/same", "1"),
            ("nixos/x/y", "1"),
        ],
    )
    .unwrap();
    put(&out, "mine", "foreign");
    put(&out, "nixos/mine", "foreign");
    put(&out, "own/directory/file", "foreign");
    fs::create_dir_all(out.join("own/empty")).unwrap();
    fs::create_dir(out.join("nixos/x/empty")).unwrap();
    symlink("/nowhere", out.join("dangling")).unwrap();
    symlink("own", out.join("nixos/link")).unwrap();
    let _listener = UnixListener::bind(out.join("socket")).unwrap();
    set_mode(&out.join("mine"), 0o4711);
    set_mode(&out.join("own"), 0o2550);
    set_mode(&out.join("nixos/same"), 0o600);
    set_mode(&out, 0o1750);
    chown(out.join("own/empty"), Some(12), Some(34)).unwrap();
    chown(out.join("mine"), Some(12), Some(34)).unwrap();

    let before = snapshot(&out);
    let new = [
        ("same", "1"),
        ("changed", "2"),
        ("nixos/same", "1"),
        ("nixos/x/y", "1"),
    ];
    assert_eq!(write(&out, &new).unwrap().how, How::Exchanged);
    let mut after = snapshot(&out);

    assert_eq!(
        before.keys().collect::<Vec<_>>(),
        after.keys().collect::<Vec<_>>()
    );
    for path in ["", "changed", "manifest.json"] {
        let (before, after) = (
            &before[Path::new(path)],
            after.remove(Path::new(path)).unwrap(),
        );
        assert_ne!(before.inode, after.inode, "{path}");
        assert_eq!(
            (before.mode, before.owner),
            (after.mode, after.owner),
            "{path}"
        );
    }
    for (path, mut after) in after {
        let before = &before[&path];
        if before.content.is_none() && path != Path::new("socket") {
            // A directory is another one, but looks the same.
            assert_ne!(before.inode, after.inode);
            after.inode = before.inode;
        }
        assert_eq!(before, &after, "{}", path.display());
    }
}

#[test]
fn a_replaced_file_keeps_mode_and_owner() {
    let temporary = tempfile::tempdir().unwrap();
    let out = temporary.path().join("generated");
    write(&out, &[("file", "1")]).unwrap();
    chown(out.join("file"), Some(12), Some(34)).unwrap();
    set_mode(&out.join("file"), 0o640);
    let before = state(&out.join("file"));
    write(&out, &[("file", "2")]).unwrap();
    let after = state(&out.join("file"));
    assert_eq!((before.mode, before.owner), (after.mode, after.owner));
    assert_eq!(read(&out, "file"), "2");
}

#[test]
fn what_is_no_longer_generated_goes_with_the_directories_it_empties() {
    let temporary = tempfile::tempdir().unwrap();
    let out = temporary.path().join("generated");
    let old = [
        ("a/b/c/file", "1"),
        ("mixed/d/file", "1"),
        ("mixed/file", "1"),
        ("stays", "1"),
    ];
    write(&out, &old).unwrap();
    put(&out, "mixed/mine", "foreign");
    fs::create_dir(out.join("mixed/empty")).unwrap();
    write(&out, &[("stays", "1")]).unwrap();
    let found: Vec<_> = snapshot(&out).into_keys().collect();
    let expected = [
        "",
        "manifest.json",
        "mixed",
        "mixed/empty",
        "mixed/mine",
        "stays",
    ];
    assert_eq!(found, expected.map(Path::new));
}

#[test]
fn files_and_directories_of_ours_change_places() {
    let temporary = tempfile::tempdir().unwrap();
    let out = temporary.path().join("generated");
    write(&out, &[("a/b", "1"), ("c", "1")]).unwrap();
    write(&out, &[("a", "2"), ("c/d/e", "2")]).unwrap();
    assert_eq!(
        (read(&out, "a"), read(&out, "c/d/e")),
        ("2".into(), "2".into())
    );
    write(&out, &[("a/b", "1"), ("c", "1")]).unwrap();
    assert_eq!(
        (read(&out, "a/b"), read(&out, "c")),
        ("1".into(), "1".into())
    );
    assert_eq!(contents(&out).len(), 3);
}

#[test]
fn a_file_that_is_missing_is_written_again_and_one_that_fits_is_adopted() {
    let temporary = tempfile::tempdir().unwrap();
    let out = temporary.path().join("generated");
    put(&out, "fits", "1");
    let before = state(&out.join("fits"));
    write(&out, &[("fits", "1"), ("gone/file", "1")]).unwrap();
    assert_eq!(before, state(&out.join("fits")));
    fs::remove_dir_all(out.join("gone")).unwrap();
    write(&out, &[("fits", "1"), ("gone/file", "1")]).unwrap();
    assert_eq!(read(&out, "gone/file"), "1");
    // It is ours now.
    write(&out, &[("fits", "2")]).unwrap();
    assert_eq!(read(&out, "fits"), "2");
    assert!(!out.join("gone").exists());
}

#[test]
fn the_directory_may_be_reached_through_a_symlink() {
    let temporary = tempfile::tempdir().unwrap();
    let real = temporary.path().join("elsewhere/real");
    fs::create_dir_all(&real).unwrap();
    let link = temporary.path().join("generated");
    symlink("elsewhere/real", &link).unwrap();
    assert_eq!(write(&link, &[("a", "1")]).unwrap().how, How::Exchanged);
    assert_eq!(
        write(&link.join("../real"), &[("a", "2")]).unwrap().how,
        How::Exchanged
    );
    assert!(link.is_symlink());
    assert_eq!(read(&real, "a"), "2");
    assert_eq!(
        fs::read_dir(temporary.path().join("elsewhere"))
            .unwrap()
            .count(),
        1
    );
}

#[test]
fn only_what_a_killed_run_left_is_tidied_up() {
    let temporary = tempfile::tempdir().unwrap();
    let out = temporary.path().join("generated");
    write(&out, &[("a", "1")]).unwrap();
    let marker = "tailwright makes a tree ready here. If no tailwright is running, this directory \
                  is what a killed one left, and the next run removes it.\n";
    put(temporary.path(), ".generated.tailwright-77/staging", marker);
    put(temporary.path(), ".generated.tailwright-77/tree/a", "2");
    put(
        temporary.path(),
        ".generated.tailwright-78/staging",
        "a file of somebody else's",
    );
    put(temporary.path(), ".generated.tailwright-x/staging", marker);
    put(temporary.path(), ".other.tailwright-79/staging", marker);
    put(temporary.path(), "victim/staging", marker);
    symlink("victim", temporary.path().join(".generated.tailwright-80")).unwrap();
    put(temporary.path(), ".generated.tailwright-81/staging", marker);
    chown(
        temporary.path().join(".generated.tailwright-81"),
        Some(12),
        None,
    )
    .unwrap();
    let before = snapshot(&out);
    assert_eq!(write(&out, &[("a", "1")]).unwrap().how, How::Nothing);
    assert_eq!(before, snapshot(&out));
    let mut names: Vec<_> = fs::read_dir(temporary.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let expected = [
        ".generated.tailwright-78",
        ".generated.tailwright-80",
        ".generated.tailwright-81",
        ".generated.tailwright-x",
        ".other.tailwright-79",
        "generated",
        "victim",
    ];
    assert_eq!(names, expected);
    assert!(temporary.path().join("victim/staging").exists());
}

#[test]
fn unfinished_files_of_an_interrupted_run_are_tidied_up() {
    let temporary = tempfile::tempdir().unwrap();
    let out = temporary.path().join("generated");
    write(&out, &[("a/b", "1")]).unwrap();
    put(&out, "a/.tailwright-new-0123456789abcdef", "unfinished");
    put(&out, "a/.tailwright-new-mine", "foreign");
    assert!(!planned(&out, &[("a/b", "1")]).is_current());
    force(&out, &[("a/b", "1")]).unwrap();
    assert!(!out.join("a/.tailwright-new-0123456789abcdef").exists());
    assert_eq!(read(&out, "a/.tailwright-new-mine"), "foreign");
}
