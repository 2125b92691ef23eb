//! Findings and trees as snapshots beside each case. `INSTA_UPDATE=always` rewrites them; what
//! nothing belongs to any more has to be deleted by hand.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use tailwright::artifact::MANIFEST;
use tailwright::finding::any_error;
use tailwright::report::{Diagnostic, human, json, summary};

use super::cases::{Case, Run, all, run};

/// The cases whose findings are also kept in their form for programs.
const AS_JSON: &[&str] = &["texts-attributes", "tw101-cilium-default"];

#[test]
fn every_case_comes_to_what_is_expected() {
    let mut failed = Vec::new();
    for case in all() {
        // Every case, whatever became of the ones before.
        if catch_unwind(AssertUnwindSafe(|| compare(&case))).is_err() {
            failed.push(case.name);
        }
    }
    assert!(failed.is_empty(), "not as expected: {failed:#?}");
}

fn compare(case: &Case) {
    let run = run(&case.file);
    let mut expected = BTreeSet::new();
    let diagnostics = diagnostics(&run);
    if !diagnostics.is_empty() {
        let text = human::render(&diagnostics, &run.source, false);
        let text = format!("{text}{}\n", summary(&diagnostics));
        expected.insert(snapshot(&case.expected, "findings", &text));
    }
    if AS_JSON.contains(&&*case.name) {
        let text = json::document(&diagnostics, None);
        expected.insert(snapshot(&case.expected, "findings.json", &text));
    }
    if case.sound.is_none() && !any_error(&run.checked.findings) {
        let only = only(case);
        for (path, content) in run.files() {
            if only.as_ref().is_none_or(|only| only.contains(&path)) {
                expected.insert(snapshot(
                    &case.expected.join("expected"),
                    &path,
                    &unversioned(&path, content),
                ));
            }
        }
    }
    let stale: Vec<PathBuf> = snapshots_in(&case.expected)
        .into_iter()
        .filter(|file| !expected.contains(file))
        .collect();
    assert!(stale.is_empty(), "nothing is generated there: {stale:#?}");
}

pub(crate) fn diagnostics(run: &Run) -> Vec<Diagnostic> {
    run.checked.findings.iter().map(Diagnostic::from).collect()
}

/// The files of the tree that the case is about, where it is not about all of them.
fn only(case: &Case) -> Option<Vec<String>> {
    let text = std::fs::read_to_string(case.expected.join("only.txt")).ok()?;
    let only: Vec<String> = text.lines().map(str::to_owned).collect();
    let files = run(&case.file).files();
    for path in &only {
        assert!(files.iter().any(|(known, _)| known == path), "no {path}");
    }
    Some(only)
}

/// A new version alone changes no snapshot.
fn unversioned(path: &str, content: String) -> String {
    let version = concat!("\"version\": \"", env!("CARGO_PKG_VERSION"), "\"");
    if path == MANIFEST {
        assert!(content.contains(version), "{content}");
        content.replace(version, "\"version\": \"[version]\"")
    } else {
        content
    }
}

/// Compares with the snapshot of a path below a folder, and says which file that is.
fn snapshot(folder: &Path, path: &str, content: &str) -> PathBuf {
    let file = folder.join(format!("{path}.snap"));
    let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
    insta::with_settings!({
        snapshot_path => file.parent().unwrap(),
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::assert_snapshot!(name, content);
    });
    file
}

fn snapshots_in(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    entries
        .map(|entry| entry.unwrap().path())
        .flat_map(|path| {
            if path.is_dir() {
                snapshots_in(&path)
            } else {
                vec![path]
            }
        })
        .filter(|path| path.extension().is_some_and(|ending| ending == "snap"))
        .collect()
}

#[test]
fn no_folder_of_expected_examples_lacks_its_example() {
    let known: BTreeSet<PathBuf> = all().into_iter().map(|case| case.expected).collect();
    for entry in std::fs::read_dir(super::cases::root().join("tests/examples")).unwrap() {
        let path = entry.unwrap().path();
        assert!(known.contains(&path), "{path:?} has no example");
    }
}
