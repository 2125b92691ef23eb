//! Annotations, read back as GitHub's runner reads them.

use std::collections::BTreeMap;

use tailwright::report::{Diagnostic, github};

use super::cases::{all, run};
use super::{REFUSED, diagnostics, refused};

/// A command as the runner takes it apart: name, properties, message.
fn parsed(line: &str) -> (String, BTreeMap<String, String>, String) {
    let rest = line.strip_prefix("::").expect("a command begins with ::");
    let (head, message) = rest.split_once("::").expect("the message follows ::");
    let (name, properties) = head.split_once(' ').expect("properties follow a space");
    let properties = properties.split(',').map(|property| {
        let (name, value) = property.split_once('=').expect("a property has a value");
        let value = value.replace("%3A", ":").replace("%2C", ",");
        (name.to_owned(), plain(&value))
    });
    (name.to_owned(), properties.collect(), plain(message))
}

fn plain(text: &str) -> String {
    text.replace("%0D", "\r")
        .replace("%0A", "\n")
        .replace("%25", "%")
}

fn number(properties: &BTreeMap<String, String>, name: &str) -> Option<u32> {
    properties.get(name).map(|text| text.parse().unwrap())
}

fn checked(name: &str, diagnostics: &[Diagnostic], text: &str) {
    assert_eq!(text.lines().count(), diagnostics.len(), "{name}: {text}");
    for (line, diagnostic) in text.lines().zip(diagnostics) {
        let (command, properties, message) = parsed(line);
        assert!(["error", "warning", "notice"].contains(&&*command));
        assert!(message.starts_with(&diagnostic.message), "{name}: {line}");
        let title = &properties["title"];
        match diagnostic.rule {
            Some(rule) => assert_eq!(*title, format!("{} {}", rule.code, rule.name)),
            None => assert_eq!(title, "tailwright"),
        }
        let location = diagnostic.location.as_ref().unwrap();
        assert_eq!(properties["file"], *location.file);
        assert_eq!(number(&properties, "line"), Some(location.line));
        let (start, end) = (number(&properties, "col"), number(&properties, "endColumn"));
        // What the runner refuses.
        if number(&properties, "endLine").is_some_and(|end| end != location.line) {
            assert_eq!((start, end), (None, None), "{name}: {line}");
        } else {
            assert_eq!(start, Some(location.column));
            assert!(end.is_none_or(|end| Some(end) >= start), "{name}: {line}");
        }
    }
}

#[test]
fn the_runner_reads_every_annotation() {
    let mut with_ends = 0;
    for case in all() {
        let run = run(&case.file);
        let text = github::render(&diagnostics(&run), &run.source);
        with_ends += text.matches("endColumn=").count();
        checked(&case.name, &diagnostics(&run), &text);
    }
    assert!(with_ends > 100, "only {with_ends}");
    for file in REFUSED {
        let (diagnostics, source) = refused(file);
        checked(file, &diagnostics, &github::render(&diagnostics, &source));
    }
}
