//! Hashes are compared with those of the real Nix.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

#[path = "nix_hashes/manifest.rs"]
mod manifest;
#[path = "nix_hashes/store.rs"]
mod store;
#[path = "nix_hashes/trees.rs"]
mod trees;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::{Command, Stdio};

use proptest::prelude::*;
use tailwright::nix_compat::Sha256;
use tailwright::nix_compat::nar::{self, NarError};

/// `nix-hash` learned `--sri` only after Nix 2.8.
const EXPERIMENTAL: &str = "--extra-experimental-features";

fn nix(program: &str, arguments: &[&str], path: &Path) -> String {
    let output = Command::new(program)
        .args(arguments)
        .arg(path)
        .output()
        .unwrap_or_else(|error| panic!("this test needs Nix' `{program}`: {error}"));
    assert!(output.status.success(), "{program}: {output:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// The text that Nix calls base 16.
fn base16(hash: Sha256) -> String {
    let bytes = hash.as_bytes().iter();
    bytes.map(|byte| format!("{byte:02x}")).collect()
}

fn same_as_nix(path: &Path) {
    let hash = nar::hash_path(path, &[]).unwrap();
    let sri = nix(
        "nix",
        &["hash", "path", "--sri", EXPERIMENTAL, "nix-command"],
        path,
    );
    let base32 = nix("nix-hash", &["--type", "sha256", "--base32"], path);
    assert_eq!(hash.to_sri(), sri);
    assert_eq!(hash.to_nix_base32(), base32);
    assert_eq!(base16(hash), nix("nix-hash", &["--type", "sha256"], path));
    assert_eq!(Sha256::from_sri(&sri), Ok(hash));
    assert_eq!(Sha256::from_nix_base32(&base32), Ok(hash));

    let mut dump = Command::new("nix-store")
        .arg("--dump")
        .arg(path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("this test needs Nix' `nix-store`: {error}"));
    let mut nar = Vec::new();
    std::io::copy(&mut dump.stdout.take().unwrap(), &mut nar).unwrap();
    assert!(dump.wait().unwrap().success());
    assert_eq!(hash, Sha256::of(&nar));
}

fn put(root: &Path, path: &str, content: &[u8], mode: u32) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, content).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_tree_with_everything_a_nar_can_hold() {
    let temporary = tempfile::tempdir().unwrap();
    let root = temporary.path().join("tree");
    fs::create_dir(&root).unwrap();
    same_as_nix(&root);
    for (number, name) in [
        "a",
        "a.b",
        "a/b",
        "a-b",
        "B",
        "_",
        "ä",
        "é",
        "日本",
        " ",
        "with space",
        "new\nline",
        "quote\"'",
        "back\\slash",
        "-dash",
        ".hidden",
        "~",
        "$HOME",
        "*",
        "\u{10ffff}",
    ]
    .into_iter()
    .filter(|name| *name != "a")
    .enumerate()
    {
        put(&root, name, &vec![b'x'; number], 0o644);
    }
    put(&root, &"n".repeat(255), b"long name", 0o600);
    for mode in [0o755, 0o744, 0o700, 0o655, 0o611, 0o601, 0o444, 0o4755] {
        put(&root, &format!("modes/{mode:o}"), b"#!/bin/sh\n", mode);
    }
    for size in [0, 1, 7, 8, 9, 1023, 1024, 65_535, 65_536, 65_537, 300_000] {
        put(&root, &format!("sizes/{size}"), &vec![7; size], 0o644);
    }
    fs::create_dir_all(root.join("empty/also empty")).unwrap();
    symlink("a.b", root.join("link")).unwrap();
    symlink("/nowhere", root.join("dangling")).unwrap();
    symlink("..", root.join("empty/up")).unwrap();
    symlink("t/".repeat(2000), root.join("long target")).unwrap();
    same_as_nix(&root);
    same_as_nix(&root.join("a.b"));
    same_as_nix(&root.join("modes/755"));
    same_as_nix(&root.join("link"));
}

#[test]
fn left_out_paths() {
    let temporary = tempfile::tempdir().unwrap();
    let (with, without) = (
        temporary.path().join("with"),
        temporary.path().join("without"),
    );
    for root in [&with, &without] {
        put(root, "nixos/default.nix", b"{ }\n", 0o644);
        put(root, "nixos/manifest.json", b"not the one\n", 0o644);
    }
    put(&with, "manifest.json", b"{}\n", 0o644);
    put(&with, "whole/directory", b"x", 0o644);
    let hash = nar::hash_path(&with, &["manifest.json", "whole"]).unwrap();
    assert_eq!(hash, nar::hash_path(&without, &[]).unwrap());
    assert_ne!(hash, nar::hash_path(&with, &["whole"]).unwrap());
    same_as_nix(&without);
}

#[test]
fn flat_hashes() {
    let temporary = tempfile::tempdir().unwrap();
    for content in [&b""[..], b"abc", &[0xff; 1000]] {
        let path = temporary.path().join("file");
        fs::write(&path, content).unwrap();
        let sri = nix(
            "nix",
            &["hash", "file", "--sri", EXPERIMENTAL, "nix-command"],
            &path,
        );
        assert_eq!(Sha256::of(content).to_sri(), sri);
    }
}

#[test]
fn what_a_nar_of_ours_cannot_hold_is_an_error_that_names_it() {
    let temporary = tempfile::tempdir().unwrap();
    let root = temporary.path();
    let missing = nar::hash_path(&root.join("missing"), &[]).unwrap_err();
    assert!(missing.to_string().contains("missing"), "{missing}");

    let socket = root.join("socket");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    let error = nar::hash_path(root, &[]).unwrap_err().to_string();
    assert!(
        error.contains("socket") && error.contains("neither"),
        "{error}"
    );
    fs::remove_file(socket).unwrap();

    fs::write(root.join(std::ffi::OsStr::from_bytes(b"\xff")), "").unwrap();
    let error = nar::hash_path(root, &[]).unwrap_err().to_string();
    assert!(error.contains("not UTF-8"), "{error}");
}

#[test]
fn paths_that_make_no_tree() {
    let hash = |paths: &[&'static str]| nar::hash_tree(paths.iter().map(|path| (*path, &b""[..])));
    for path in ["", "/a", "a/", "a//b", ".", "a/../b", "./a"] {
        assert!(matches!(hash(&[path]), Err(NarError::Path(found)) if found == path));
    }
    for paths in [["a", "a/b"], ["a/b", "a"], ["a/b", "a/b/c"], ["a", "a"]] {
        assert!(
            matches!(hash(&paths), Err(NarError::FileAndDirectory(_))),
            "{paths:?}"
        );
    }
}

#[test]
fn texts_that_are_no_hash() {
    let hash = Sha256::of(b"abc");
    let sri = hash.to_sri();
    let base32 = hash.to_nix_base32();
    for text in [
        "",
        "sha256-",
        "abc",
        &sri[7..],
        &sri[..50],
        &format!("{sri}A"),
        &format!(" {sri}"),
        &sri.replace("sha256", "sha512"),
        &sri.replace('=', ""),
        &base32,
        // Bits beyond the 256th.
        &format!("{}1=", &sri[..49]),
    ] {
        assert!(Sha256::from_sri(text).is_err(), "{text}");
    }
    for text in [
        "",
        &base32[1..],
        &format!("0{base32}"),
        &"e".repeat(52),
        &"z".repeat(52),
        &sri,
    ] {
        assert!(Sha256::from_nix_base32(text).is_err(), "{text}");
    }
    assert!(
        Sha256::from_nix_base32("é")
            .unwrap_err()
            .to_string()
            .contains("52 characters")
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn memory_disk_and_nix_agree(
        files in prop::collection::btree_map(
            prop::collection::vec("[a-c.A -]{1,3}", 1..4)
                .prop_map(|parts| parts.join("/"))
                .prop_filter("normal", |path| !path.split('/').any(|part| matches!(part, "." | ".."))),
            prop::collection::vec(any::<u8>(), 0..40),
            1..12,
        )
    ) {
        let mut tree: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        for (path, content) in files {
            let below = format!("{path}/");
            let clashes = tree
                .keys()
                .any(|other| other.starts_with(&below) || path.starts_with(&format!("{other}/")));
            if !clashes {
                tree.insert(path, content);
            }
        }
        let temporary = tempfile::tempdir().unwrap();
        let root = temporary.path();
        for (path, content) in &tree {
            put(root, path, content, 0o644);
        }
        let in_memory = nar::hash_tree(tree.iter().map(|(path, content)| (&path[..], &content[..])));
        prop_assert_eq!(in_memory.unwrap(), nar::hash_path(root, &[]).unwrap());
        same_as_nix(root);
    }

    #[test]
    fn every_hash_survives_both_texts(bytes: [u8; 8]) {
        let hash = Sha256::of(&bytes);
        prop_assert_eq!(Sha256::from_sri(&hash.to_sri()), Ok(hash));
        prop_assert_eq!(Sha256::from_nix_base32(&hash.to_nix_base32()), Ok(hash));
    }
}
