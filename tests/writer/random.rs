//! Any old tree, any new one, any foreign files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::common::{header, put, scratch, state};
use proptest::prelude::*;
use tailwright::artifact::{Artifact, ArtifactPath, Tree};
use tailwright::manifest::Manifest;
use tailwright::nix_compat::Sha256;
use tailwright::write::{WriteError, plan, write_tree};

type Files = BTreeMap<String, String>;

fn files() -> impl Strategy<Value = Files> {
    let path = prop::collection::vec("[a-c]", 1..4).prop_map(|parts| parts.join("/"));
    prop::collection::btree_map(path, "[xy]", 0..8).prop_map(|files| {
        let mut tree = Files::new();
        for (path, content) in files {
            let clashes = |other: &String| {
                other.starts_with(&format!("{path}/")) || path.starts_with(&format!("{other}/"))
            };
            if !tree.keys().any(clashes) {
                tree.insert(path, content);
            }
        }
        tree
    })
}

fn tree(files: &Files) -> Tree {
    Tree::new(files.iter().map(|(path, content)| Artifact {
        path: ArtifactPath::new(path).unwrap(),
        content: content.clone(),
    }))
    .unwrap()
}

/// Puts a foreign file where that is possible.
fn put_foreign(out: &Path, path: &str, content: &str) -> bool {
    let target = out.join(path);
    let free = fs::symlink_metadata(&target).is_err()
        && target.ancestors().all(|parent| !parent.is_file());
    if free {
        put(out, path, content);
    }
    free
}

fn all_files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = crate::common::contents(root);
    files.remove(Path::new("manifest.json"));
    files
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn listed_is_new_and_foreign_is_intact(
        old in files(),
        new in files(),
        foreign in files(),
        edits in prop::collection::vec("[a-c]", 0..2),
        force: bool,
    ) {
        let temporary = scratch();
        let out = temporary.path().join("generated");
        write_tree(&out, &tree(&old), &header(), false).unwrap();
        let foreign: Files = foreign
            .into_iter()
            .filter(|(path, content)| put_foreign(&out, path, content))
            .collect();
        let edited: Vec<&String> = edits.iter().filter(|path| old.contains_key(*path)).collect();
        for path in &edited {
            put(&out, path, "edited");
        }
        let before = all_files(&out);
        let states: BTreeMap<_, _> = before.keys().map(|path| (path, state(&out.join(path)))).collect();
        let result = write_tree(&out, &tree(&new), &header(), force);
        let after = all_files(&out);
        match result {
            Ok(_) => {
                prop_assert!(force || edited.is_empty());
                let mut expected: BTreeMap<PathBuf, Vec<u8>> = BTreeMap::new();
                for (path, content) in foreign.iter().chain(&new) {
                    expected.insert(path.into(), content.clone().into());
                }
                prop_assert_eq!(&after, &expected);
                for path in foreign.keys().map(Path::new) {
                    prop_assert_eq!(&states[&path.to_owned()], &state(&out.join(path)));
                }
                let text = fs::read(out.join("manifest.json")).unwrap();
                let record = Manifest::parse(&text, "manifest.json").unwrap();
                let listed: BTreeMap<String, Sha256> = new
                    .iter()
                    .map(|(path, content)| (path.clone(), Sha256::of(content.as_bytes())))
                    .collect();
                let found: BTreeMap<String, Sha256> = record
                    .files
                    .iter()
                    .map(|(path, hash)| (path.to_string(), *hash))
                    .collect();
                prop_assert_eq!(found, listed);
                prop_assert!(plan(&out, &tree(&new), &header()).unwrap().is_current());
            }
            Err(WriteError::Edited(paths)) => {
                prop_assert!(!force);
                prop_assert_eq!(paths.len(), edited.len());
                prop_assert_eq!(before, after);
            }
            Err(WriteError::InTheWay(paths)) => {
                for path in paths {
                    let path = path.strip_prefix(out.canonicalize().unwrap()).unwrap().to_owned();
                    let is_foreign = foreign.keys().any(|file| Path::new(file).starts_with(&path));
                    prop_assert!(is_foreign, "{:?}", path);
                }
                prop_assert_eq!(before, after);
            }
            Err(error) => return Err(TestCaseError::fail(error.to_string())),
        }
        prop_assert_eq!(fs::read_dir(temporary.path()).unwrap().count(), 1);
    }
}
