//! The page at the root of the tree.

use std::process::Command;

use proptest::prelude::*;
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

use crate::declaration::{Files, Run};
use crate::order::topology;

/// The commands of a page, each block as one text.
fn commands(page: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut block = None;
    for event in Parser::new(page) {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                assert_eq!(kind, CodeBlockKind::Fenced("sh".into()));
                block = Some(String::new());
            }
            Event::Text(text) => {
                if let Some(block) = &mut block {
                    block.push_str(&text);
                }
            }
            Event::End(TagEnd::CodeBlock) => blocks.extend(block.take()),
            _ => {}
        }
    }
    blocks
}

/// What stands in the first column of the table of parts.
fn parts(page: &str) -> Vec<String> {
    let rows = page
        .lines()
        .skip_while(|line| *line != "| part | what it is for |");
    let rows = rows.skip(2).take_while(|line| line.starts_with('|'));
    rows.map(|row| {
        let path = row.split('|').nth(1).expect("a cell").trim();
        path.trim_matches('`').to_owned()
    })
    .collect()
}

fn page(files: &Files) -> &str {
    &files["README.md"]
}

/// Whether a shell takes all of it as commands, without running one.
fn is_shell(text: &str) -> bool {
    let output = Command::new("sh")
        .args(["-n", "-c", text])
        .output()
        .expect("a shell runs");
    output.status.success()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn commands_are_commands_and_every_file_has_a_part(declaration in topology()) {
        let run = Run::json(&declaration);
        let files = run.files().expect("it is sound");
        let page = page(&files);
        let commands = commands(page).join("\n");
        prop_assert!(is_shell(&commands), "{}", commands);
        prop_assert!(!commands.contains("  "), "{}", commands);
        let parts = parts(page);
        for file in files.keys().filter(|file| *file != "README.md") {
            let named = parts.iter().filter(|part| {
                *part == file || (part.ends_with('/') && file.starts_with(part.as_str()))
            });
            prop_assert!(named.count() > 0, "{} in {:?}", file, parts);
        }
        for part in &parts {
            let is_there = files.keys().any(|file| file.starts_with(part.as_str()));
            prop_assert!(is_there, "{}", part);
        }
        // Each step is done once and taken back once, in opposite orders.
        let numbers = |before: &str| -> Vec<usize> {
            let headings = page.lines().filter_map(|line| line.strip_prefix(before));
            let numbers = headings.filter_map(|rest| rest.split('.').next()?.parse().ok());
            numbers.collect()
        };
        let (done, mut undone) = (numbers("### "), numbers("### Undo "));
        undone.reverse();
        prop_assert_eq!(&done, &(1..=done.len()).collect::<Vec<_>>());
        prop_assert_eq!(done, undone);
    }
}

#[test]
fn what_is_no_command_is_found() {
    assert!(!is_shell("dig 'example"));
}
