//! Documents that are made from the code are current. `TAILWRIGHT_WRITE_DOCS=1` writes them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use tailwright::declaration::Declaration;
use tailwright::rules::RULES;

use super::cases::root;

/// Every document by its path.
fn documents() -> BTreeMap<PathBuf, String> {
    let rules = root().join("docs/rules");
    let mut index =
        "# The rules\n\nWhat `tailwright explain CODE` prints, one page for each rule.\n\n\
                     | code | level | name |\n|---|---|---|\n"
            .to_owned();
    let mut documents = BTreeMap::new();
    for rule in RULES {
        let (code, name) = (rule.code, rule.name);
        index += &format!(
            "| [{code}]({code}.md) | {} | {name} |\n",
            rule.level.as_str()
        );
        documents.insert(rules.join(format!("{code}.md")), rule.page());
    }
    documents.insert(rules.join("README.md"), index);
    documents.insert(
        root().join("docs/declaration.schema.json"),
        format!("{:#}\n", Declaration::json_schema()),
    );
    documents
}

#[test]
fn documents_are_current() {
    let documents = documents();
    if std::env::var_os("TAILWRIGHT_WRITE_DOCS").is_some() {
        std::fs::create_dir_all(root().join("docs/rules")).unwrap();
        for (path, text) in &documents {
            std::fs::write(path, text).unwrap();
        }
    }
    for (path, text) in &documents {
        let found = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            found == *text,
            "{} is not current; TAILWRIGHT_WRITE_DOCS=1 cargo test --test golden writes it",
            path.display()
        );
    }
    for entry in std::fs::read_dir(root().join("docs/rules")).unwrap() {
        let path = entry.unwrap().path();
        assert!(documents.contains_key(&path), "{path:?} has no rule");
    }
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
