//! What a real store says of a path that was added to it. The store is the test's own.

use std::path::{Path, PathBuf};
use std::process::Command;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use tailwright::nix_compat::{Sha256, nar};

use crate::trees::{Entry, entry};
use crate::{EXPERIMENTAL, base16};

/// The lines that Nix prints.
fn lines<S: AsRef<std::ffi::OsStr>>(program: &str, arguments: &[&str], more: &[S]) -> Vec<String> {
    let output = Command::new(program)
        .args(arguments)
        .args(more)
        .output()
        .unwrap_or_else(|error| panic!("this test needs Nix' `{program}`: {error}"));
    assert!(output.status.success(), "{program}: {output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(str::to_owned).collect()
}

/// What the store at `root` records as the hashes of these paths once they are in it.
pub(crate) fn recorded(root: &Path, paths: &[PathBuf]) -> Vec<String> {
    let store = format!("local?root={}", root.display());
    let added = lines("nix-store", &["--store", &store, "--add"], paths);
    lines("nix-store", &["--store", &store, "-q", "--hash"], &added)
}

/// What `nix-store -q --hash` prints of a hash.
pub(crate) fn in_store(hash: Sha256) -> String {
    format!("sha256:{}", hash.to_nix_base32())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(6) })]

    #[test]
    fn a_store_records_the_same_hash(trees in proptest::collection::vec(entry(), 1..8)) {
        let temporary = tempfile::tempdir().unwrap();
        let root = temporary.path();
        let paths: Vec<PathBuf> = (0..trees.len()).map(|n| root.join(format!("tree-{n}"))).collect();
        for (tree, path) in trees.iter().zip(&paths) {
            tree.write(path);
        }
        let own: Vec<String> = paths
            .iter()
            .map(|path| in_store(nar::hash_path(path, &[]).unwrap()))
            .collect();
        prop_assert_eq!(recorded(&root.join("store"), &paths), own);
        for path in &paths {
            crate::same_as_nix(path);
        }
    }

    #[test]
    fn texts_are_those_of_nix(all in proptest::collection::vec(any::<[u8; 32]>(), 100)) {
        let all: Vec<Sha256> = all.iter().map(|bytes| Sha256::of(bytes)).collect();
        let texts = |form: fn(Sha256) -> String| -> Vec<String> {
            all.iter().map(|hash| form(*hash)).collect()
        };
        let (sri, base32, hex) = (
            texts(|hash| hash.to_sri()),
            texts(|hash| hash.to_nix_base32()),
            texts(base16),
        );
        let convert = |form: &str, from: &[String]| {
            let arguments = [EXPERIMENTAL, "nix-command", "hash", form, "--type", "sha256"];
            lines("nix", &arguments, from)
        };
        prop_assert_eq!(&convert("to-sri", &base32), &sri);
        prop_assert_eq!(&convert("to-sri", &hex), &sri);
        prop_assert_eq!(&convert("to-base32", &sri), &base32);
        prop_assert_eq!(&lines("nix-hash", &["--type", "sha256", "--to-base32"], &hex), &base32);
        prop_assert_eq!(&lines("nix-hash", &["--type", "sha256", "--to-base16"], &base32), &hex);
    }
}

#[test]
fn random_trees_have_everything() {
    // What the strategy is for; without it the comparison above could be one of plain files.
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut seen = [false; 5];
    for _ in 0..200 {
        let tree = entry().new_tree(&mut runner).unwrap().current();
        look(&tree, &mut seen);
    }
    assert_eq!(seen, [true; 5]);
}

/// Notes an empty file, an executable, a big file, a symlink, an empty directory.
fn look(entry: &Entry, seen: &mut [bool; 5]) {
    match entry {
        Entry::File(content, mode) => {
            seen[0] |= content.is_empty();
            seen[1] |= mode & 0o100 != 0;
            seen[2] |= content.len() > 64 * 1024;
        }
        Entry::Symlink(_) => seen[3] = true,
        Entry::Directory(entries) => {
            seen[4] |= entries.is_empty();
            entries.values().for_each(|entry| look(entry, seen));
        }
    }
}
