//! Every text that a finding can have stands in the findings of a case.

use std::path::Path;

use tailwright::report::{github, human, json, sarif};

use super::cases::{all, root, run};
use super::snapshots::diagnostics;

/// What all cases say.
fn said() -> String {
    all()
        .iter()
        .flat_map(|case| run(&case.file).checked.findings)
        .map(|finding| {
            format!(
                "{}\n{}\n{}\n{}\n",
                finding.message,
                finding.label,
                finding.notes.join("\n"),
                finding.help.unwrap_or_default()
            )
        })
        .collect()
}

/// The string literals that follow `call` in the sources of a folder: each as the longest part
/// of it without a placeholder.
fn literals(folder: &str, call: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut files: Vec<_> = std::fs::read_dir(root().join(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "rs"))
        .collect();
    files.sort();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let (code, _) = text.split_once("#[cfg(test)]").unwrap_or((&text, ""));
        for (at, _) in code.match_indices(call) {
            let rest = &code[at + call.len()..];
            if let Some(literal) = first_literal(rest) {
                found.push((name(&file), longest_part(&literal)));
            }
        }
    }
    found
}

fn name(file: &Path) -> String {
    file.file_name().unwrap().to_string_lossy().into_owned()
}

/// The first string literal of a text, unless the call ends before it.
fn first_literal(rest: &str) -> Option<String> {
    let start = rest.find('"')? + 1;
    if rest[..start].contains(';') {
        return None;
    }
    let end = start + rest[start..].find('"')?;
    Some(rest[start..end].to_owned())
}

fn longest_part(literal: &str) -> String {
    let joined: Vec<&str> = literal.split("\\\n").map(str::trim_start).collect();
    let joined = joined.concat();
    let outside = joined
        .split('{')
        .map(|part| part.rsplit_once('}').map_or(part, |(_, rest)| rest));
    outside
        .max_by_key(|part| part.len())
        .unwrap_or_default()
        .to_owned()
}

#[test]
fn every_reason_for_an_invalid_value_has_a_case() {
    let said = said();
    let literals = literals("src/scalar", "Invalid::new(");
    assert!(literals.len() > 30, "found only {}", literals.len());
    for (file, part) in literals {
        assert!(said.contains(&part), "no case for `{part}` of {file}");
    }
}

#[test]
fn every_text_about_the_structure_has_a_case() {
    let said = said();
    for (folder, call) in [
        ("src/rules", "Finding::new("),
        ("src/topology/resolve", "structure::contradiction("),
        ("src/topology/resolve", "missing("),
    ] {
        let literals = literals(folder, call);
        assert!(!literals.is_empty(), "nothing calls {call} in {folder}");
        for (file, part) in literals {
            assert!(said.contains(&part), "no case for `{part}` of {file}");
        }
    }
}

/// The only thing in the cases that looks like a key.
const KEY: &str = "this-is-no-key";

#[test]
fn no_key_is_repeated() {
    let mut with_keys = 0;
    for case in all() {
        let run = run(&case.file);
        with_keys += usize::from(run.source.text.contains(KEY));
        let diagnostics = diagnostics(&run);
        let defaults = run.checked.topology.defaults.as_slice();
        for text in [
            human::render(&diagnostics, &run.source, false),
            human::defaults(defaults),
            json::document(&diagnostics, Some(defaults)),
            sarif::document(&diagnostics, &run.source),
            github::render(&diagnostics, &run.source),
        ] {
            let text = text.to_ascii_lowercase();
            assert!(!text.contains(KEY), "{}: {text}", case.name);
        }
    }
    assert_eq!(with_keys, 2);
}
