//! What is refused, and that nothing is changed by it.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use crate::common::{force, header, planned, put, read, snapshot, tree, write};
use tailwright::artifact::{Artifact, ArtifactPath, Tree, TreeError};
use tailwright::nix_compat::Sha256;
use tailwright::write::{WriteError, plan};

/// Puts something foreign at a path.
type Obstacle<'a> = &'a dyn Fn(&Path);

/// That writing is refused, with `--force` too if so said, without any change to a directory.
fn refused(around: &Path, out: &Path, files: &[(&str, &str)], even_forced: bool) -> String {
    let before = snapshot(around);
    let error = write(out, files).unwrap_err().to_string();
    if even_forced {
        assert_eq!(force(out, files).unwrap_err().to_string(), error);
    }
    assert_eq!(before, snapshot(around));
    assert!(
        error.to_lowercase().contains("nothing was changed"),
        "{error}"
    );
    error
}

fn with_tree(files: &[(&str, &str)]) -> (tempfile::TempDir, PathBuf) {
    let temporary = tempfile::tempdir().unwrap();
    let out = temporary.path().join("generated");
    write(&out, files).unwrap();
    (temporary, out)
}

#[test]
fn all_files_that_were_edited_by_hand() {
    let (temporary, out) = with_tree(&[("a", "1"), ("b/c", "1"), ("d", "1"), ("e", "1")]);
    put(&out, "a", "by hand");
    put(&out, "b/c", "by hand");
    fs::remove_file(out.join("d")).unwrap();
    symlink("/nowhere", out.join("d")).unwrap();
    // One that would be replaced, one that would be removed, one that is a symlink now; and the
    // run would also be refused if nothing else had to be done.
    for files in [
        &[("a", "1"), ("d", "1"), ("e", "2")][..],
        &[("a", "1"), ("b/c", "1"), ("d", "1"), ("e", "1")],
    ] {
        let error = refused(temporary.path(), &out, files, false);
        assert!(error.contains("\n  a\n  b/c\n  d\n"), "{error}");
        assert!(
            error.contains("declaration") && error.contains("--force"),
            "{error}"
        );
    }
    force(&out, &[("a", "1"), ("d", "1"), ("e", "2")]).unwrap();
    assert_eq!((read(&out, "a"), read(&out, "d")), ("1".into(), "1".into()));
    assert!(!out.join("d").is_symlink() && !out.join("b").exists());
}

#[test]
fn an_edit_that_makes_the_file_what_it_shall_be_is_none() {
    let (_temporary, out) = with_tree(&[("a", "1")]);
    put(&out, "a", "2");
    assert_eq!(planned(&out, &[("a", "2")]).edited().count(), 0);
    write(&out, &[("a", "2")]).unwrap();
    assert!(planned(&out, &[("a", "2")]).is_current());
}

#[test]
fn foreign_things_in_the_way() {
    let outside = tempfile::tempdir().unwrap();
    put(outside.path(), "victim", "outside");
    let new = [("a", "1"), ("x/y/z", "2")];
    let obstacles: [(&str, Obstacle); 8] = [
        ("x/y/z", &|path| fs::write(path, "mine").unwrap()),
        ("x/y/z", &|path| fs::create_dir(path).unwrap()),
        ("x/y/z", &|path| put(path, "deep/file", "mine")),
        ("x/y/z", &|path| symlink("/nowhere", path).unwrap()),
        ("x/y/z", &|path| {
            symlink(outside.path().join("victim"), path).unwrap()
        }),
        ("x/y", &|path| fs::write(path, "mine").unwrap()),
        ("x", &|path| symlink(outside.path(), path).unwrap()),
        ("x/y", &|path| symlink("/nowhere", path).unwrap()),
    ];
    for (place, obstacle) in obstacles {
        let (temporary, out) = with_tree(&[("a", "1")]);
        let place = out.join(place);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        obstacle(&place);
        let error = refused(temporary.path(), &out, &new, true);
        assert!(
            error.contains(&format!("\n  {}\n", place.display())),
            "{error}"
        );
        assert_eq!(read(outside.path(), "victim"), "outside");
        assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 1);
    }
}

#[test]
fn a_directory_of_ours_with_something_foreign_in_it_does_not_become_a_file() {
    let (temporary, out) = with_tree(&[("a/b", "1")]);
    put(&out, "a/mine", "foreign");
    refused(temporary.path(), &out, &[("a", "2")], true);
}

#[test]
fn a_directory_that_became_a_symlink_is_not_followed() {
    let (temporary, out) = with_tree(&[("a", "1"), ("nixos/b", "1")]);
    let outside = temporary.path().join("outside");
    fs::rename(out.join("nixos"), &outside).unwrap();
    symlink(&outside, out.join("nixos")).unwrap();
    refused(temporary.path(), &out, &[("nixos/b", "2")], true);
    // Not wanted any more: it would be removed, but it is not in the tree any more either.
    write(&out, &[("a", "2")]).unwrap();
    assert_eq!(read(&outside, "b"), "1");
    assert!(out.join("nixos").is_symlink());
}

#[test]
fn what_is_no_directory() {
    let temporary = tempfile::tempdir().unwrap();
    let around = temporary.path();
    put(around, "file", "mine");
    symlink("file", around.join("link")).unwrap();
    symlink("nowhere", around.join("dangling")).unwrap();
    for path in ["file", "link", "file/below"] {
        let error = refused(around, &around.join(path), &[("a", "1")], true);
        assert!(error.contains("is not a directory"), "{error}");
    }
    for path in ["dangling", "dangling/below", "missing/../below"] {
        let error = refused(around, &around.join(path), &[("a", "1")], true);
        assert!(error.contains("can't be resolved"), "{error}");
    }
}

#[test]
fn records_that_cannot_be_trusted() {
    let (temporary, out) = with_tree(&[("a", "1")]);
    put(temporary.path(), "victim", "outside");
    let record = read(&out, "manifest.json");
    let victim = temporary.path().join("victim");
    let mut texts = vec![
        (String::new(), "EOF"),
        ("[]".to_owned(), "invalid"),
        ("<<<<<<< HEAD\n".to_owned(), "expected value"),
        (record.replace("\"format\": 1", "\"format\": 2"), "version"),
        (
            record.replace("\"format\": 1", "\"format\": 1, \"more\": 1"),
            "unknown field",
        ),
        (record.replace("\"version\"", "\"form\""), "unknown field"),
        (record.replace("sha256-", "sha512-"), "sha256"),
        (record.replace("\"format\": 1,", ""), "missing field"),
    ];
    for path in [
        "../victim",
        victim.to_str().unwrap(),
        "x/../../victim",
        "",
        "a//b",
        "./a",
        "manifest.json",
        "a\\u0000b",
        ".tailwright-new-0123456789abcdef",
    ] {
        texts.push((
            record.replace("\"a\":", &format!("\"{path}\":")),
            "can't be the path",
        ));
    }
    for (text, reason) in texts {
        // A hash that fits makes the record look like that of a file of ours.
        let text = text.replace(&Sha256::of(b"1").to_sri(), &Sha256::of(b"outside").to_sri());
        put(&out, "manifest.json", &text);
        let error = refused(temporary.path(), &out, &[("b", "1")], true);
        assert!(error.contains(reason), "{reason}: {error}");
        assert!(error.contains("manifest.json"), "{error}");
    }
    for obstacle in [
        |path: &Path| fs::create_dir(path).unwrap(),
        |path: &Path| {
            symlink("../victim", path).unwrap();
        },
    ] {
        let _ = fs::remove_file(out.join("manifest.json"));
        obstacle(&out.join("manifest.json"));
        let error = refused(temporary.path(), &out, &[("b", "1")], true);
        assert!(error.contains("not a regular file"), "{error}");
        let _ = fs::remove_dir(out.join("manifest.json"));
    }
    assert_eq!(read(temporary.path(), "victim"), "outside");
}

#[test]
fn a_tree_that_cannot_be_read_names_the_file() {
    let temporary = tempfile::tempdir().unwrap();
    let out = temporary.path().join("n".repeat(300));
    let error = plan(&out, &tree(&[("a", "1")]), &header()).unwrap_err();
    assert!(matches!(error, WriteError::Io(_)));
    let text = error.to_string();
    assert!(text.contains("nnn") && text.contains("too long"), "{text}");
}

#[test]
fn artifacts_that_get_in_each_others_way() {
    let tree = |paths: &[&str]| {
        Tree::new(paths.iter().map(|path| Artifact {
            path: ArtifactPath::new(*path).unwrap(),
            content: String::new(),
        }))
    };
    assert!(tree(&["a", "a.b", "a-b", "b/a"]).is_ok());
    for paths in [["a", "a"], ["nixos/Alpha", "nixos/alpha"]] {
        assert!(
            matches!(tree(&paths), Err(TreeError::Twice(..))),
            "{paths:?}"
        );
    }
    for paths in [["a", "a/b"], ["a/b/c", "a"], ["A", "a/b"]] {
        assert!(
            matches!(tree(&paths), Err(TreeError::FileAndDirectory(..))),
            "{paths:?}"
        );
    }
}
