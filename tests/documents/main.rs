//! The documents that are made from the code are current, and what the README shows is what
//! happens.
//!
//! With `TAILWRIGHT_WRITE_DOCUMENTS` set, the documents are written instead of compared.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod language;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use tailwright::declaration::Declaration;
use tailwright::rules::RULES;
use tailwright::trace::outcome::{CauseKind, Seen};

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")
}

/// Compares a document with what it would be now, or writes it.
fn is_current(path: &Path, now: &str) {
    if std::env::var_os("TAILWRIGHT_WRITE_DOCUMENTS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, now).unwrap();
        return;
    }
    let committed = fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == now,
        "{} is out of date: run TAILWRIGHT_WRITE_DOCUMENTS=1 cargo test --test documents",
        path.display()
    );
}

#[test]
fn the_language_reference_is_current() {
    let reference = language::reference(&Declaration::json_schema());
    is_current(&docs().join("LANGUAGE.md"), &reference);
}

#[test]
fn the_schema_is_current() {
    let schema = Declaration::json_schema();
    is_current(
        &docs().join("declaration.schema.json"),
        &format!("{schema:#}\n"),
    );
}

#[test]
fn every_page_has_its_parts() {
    for rule in RULES {
        let page = rule.page();
        for part in [
            "## What it does",
            "## Why is this bad?",
            "## Example",
            "## What to do",
        ] {
            assert!(page.contains(part), "{} lacks {part}", rule.code);
        }
    }
}

#[test]
fn the_pages_of_the_rules_are_current() {
    let folder = docs().join("rules");
    let mut index = "# Rules\n\n`tailwright explain CODE` prints these pages.\n\n\
                     | code | name | group | level | confidence |\n|---|---|---|---|---|\n"
        .to_owned();
    let mut expected = BTreeSet::from(["README.md".to_owned()]);
    for rule in RULES {
        let file = format!("{}.md", rule.code);
        is_current(&folder.join(&file), &rule.page());
        index += &format!(
            "| [{}]({file}) | {} | {} | {} | {} |\n",
            rule.code,
            rule.name,
            rule.group(),
            rule.level.as_str(),
            rule.confidence.as_str()
        );
        expected.insert(file);
    }
    is_current(&folder.join("README.md"), &index);
    let there: BTreeSet<String> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(there, expected);
}

/// Every word of a trace is defined once, in the table for its kind.
#[test]
fn the_words_of_a_trace_are_defined_once() {
    let page = fs::read_to_string(docs().join("TRACE.md")).unwrap();
    let defined = |heading: &str| -> Vec<String> {
        let (_, part) = page.split_once(heading).unwrap();
        let part = part.split("\n## ").next().unwrap();
        let rows = part.lines().filter_map(|line| line.strip_prefix("| `"));
        rows.map(|row| row.split('`').next().unwrap().to_owned())
            .collect()
    };
    assert_eq!(defined("## What is seen"), Seen::ALL.map(Seen::as_str));
    assert_eq!(defined("## Causes"), CauseKind::ALL.map(CauseKind::as_str));
}

#[test]
fn the_readme_shows_what_happens() {
    trycmd::TestCases::new().case("README.md").run();
}
