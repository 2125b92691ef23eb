//! The YAML of texts that some reader takes for something else.

use serde_json::{Map, Value, json};
use yaml_rust2::{Yaml, YamlLoader};

use super::to_yaml;

/// What YAML 1.1 has in plain text beside YAML 1.2 (yaml.org/type), and Go's yaml.v2, with which
/// Blocky and kubectl read (gopkg.in/yaml.v2, resolve.go).
const WORDS: [&str; 62] = [
    "y",
    "Y",
    "n",
    "N",
    "yes",
    "Yes",
    "YES",
    "no",
    "No",
    "NO",
    "on",
    "On",
    "ON",
    "off",
    "Off",
    "OFF",
    "true",
    "True",
    "TRUE",
    "false",
    "False",
    "FALSE",
    "~",
    "",
    "null",
    "Null",
    "NULL",
    "=",
    "<<",
    "1:30",
    "-1:30",
    "190:20:30",
    "1:3:0.5",
    "010",
    "-010",
    "0o10",
    "0b1",
    "0x1F",
    "+1",
    "1_000",
    "0x_1F",
    "1e3",
    "1E+3",
    ".5",
    "5.",
    "0.",
    "1.e1",
    "+.5",
    ".inf",
    "-.INF",
    "+.Inf",
    ".NaN",
    "2001-01-01",
    "2001-1-1",
    "2001-12-14t21:59:43.10-05:00",
    "2001-12-14 21:59:43.10 -5",
    "2001-12-14 21:59:43",
    "2001-99-99",
    "1.2.",
    "0b-1",
    "+0x1",
    "99999999999999999999",
];

/// What has a meaning to the syntax of YAML, or is lost in one of its styles.
const TEXTS: [&str; 60] = [
    "a: b",
    "a:",
    ": a",
    "a\t: b",
    "a #b",
    "#a",
    "- a",
    "-",
    "? a",
    "?",
    "&a",
    "*a",
    "!a",
    "!!str a",
    "|",
    "> a",
    "%YAML 1.1",
    "@a",
    "`a",
    "[a]",
    "{a}",
    ", a",
    "'a'",
    "\"a",
    "\\",
    "---",
    "--- a",
    "...",
    " a",
    "a ",
    "\ta",
    "a\t",
    "\n",
    "\n\n",
    "a\n",
    "a\n\n",
    "\na",
    "a\nb",
    " a\nb",
    "a\n b",
    "\ta\nb",
    "\n\ta\nb",
    " \ta\nb",
    "a\n\tb\n",
    "  \n a\n",
    "a \nb \n",
    "a\n---\nb",
    "a\n...\n",
    "# a\nb: c\n",
    "a\n\n\n b\n\n",
    "a\u{2028}b",
    "\u{85}",
    "\u{feff}a",
    "\u{feff}a\nb",
    "a\u{85}b\nc",
    "🦀",
    "🦀: 名",
    "\u{a0}",
    "\u{10ffff}",
    "u\u{308}",
];

fn texts() -> Vec<String> {
    let words = WORDS.iter().chain(&TEXTS).map(|text| (*text).to_owned());
    let long = [
        "word ".repeat(100),
        format!(" {}", "word ".repeat(100)),
        format!("{}: {} #", "a ".repeat(60), "b".repeat(90)),
        format!("{}\n{}", "word ".repeat(60), "x".repeat(300)),
        format!("{}   {}", "a".repeat(79), "b".repeat(79)),
        "ü 🦀 ".repeat(80),
    ];
    words.chain(long).collect()
}

/// What the texts are put into: values and names, at several depths.
fn places(text: &str) -> [Value; 4] {
    let named = |value: Value| Value::Object(Map::from_iter([(text.to_owned(), value)]));
    [
        json!({ "a": text, "b": [text, [text]] }),
        named(json!(1)),
        json!([{ "a": named(json!([named(json!(text))])) }]),
        json!([named(named(json!(text)))]),
    ]
}

/// As a reader that is not the writer's own has it. It reads YAML 1.2; whatever is more in 1.1
/// is looked for in what is not quoted.
fn read(yaml: &Yaml) -> Value {
    match yaml {
        Yaml::String(text) => text.as_str().into(),
        Yaml::Integer(number) => (*number).into(),
        Yaml::Array(elements) => elements.iter().map(read).collect(),
        Yaml::Hash(entries) => {
            let entries = entries.iter();
            let name = |name: &Yaml| name.as_str().map(str::to_owned);
            let entries = entries.map(|(key, value)| {
                let key = name(key).unwrap_or_else(|| panic!("{key:?} is no text"));
                (key, read(value))
            });
            Value::Object(entries.collect())
        }
        other => panic!("{other:?} where a text was written"),
    }
}

#[test]
fn every_text_is_read_as_it_was_written() {
    for text in texts() {
        for value in places(&text) {
            let yaml = to_yaml(&value).unwrap();
            let documents = YamlLoader::load_from_str(&yaml)
                .unwrap_or_else(|error| panic!("{text:?}: {error}\n{yaml}"));
            let [document] = documents.as_slice() else {
                panic!("{text:?}: {} documents\n{yaml}", documents.len());
            };
            assert_eq!(read(document), value, "{yaml}");
        }
    }
}

/// A file within a file, as a ConfigMap holds it.
#[test]
fn yaml_within_yaml_is_read_as_it_was_written() {
    let whole = Value::from(
        texts()
            .iter()
            .flat_map(|text| places(text))
            .collect::<Vec<_>>(),
    );
    let inner = to_yaml(&whole).unwrap();
    let outer = to_yaml(&json!({ "data": { "config.yml": inner } })).unwrap();
    let read_outer = YamlLoader::load_from_str(&outer).unwrap();
    assert_eq!(read_outer[0]["data"]["config.yml"].as_str(), Some(&*inner));
    let read_inner = YamlLoader::load_from_str(&inner).unwrap();
    assert_eq!(read(&read_inner[0]), whole);
}

#[test]
fn words_of_yaml_1_1_are_quoted() {
    for word in WORDS {
        for value in places(word) {
            let yaml = to_yaml(&value).unwrap();
            let is_bare = |line: &str| {
                let line = line.trim_start_matches(['-', ' ']);
                let (name, value) = line
                    .split_once(": ")
                    .unwrap_or((line.trim_end_matches(':'), ""));
                [name, value].contains(&word) && !word.is_empty()
            };
            assert!(!yaml.lines().any(is_bare), "{word:?}:\n{yaml}");
        }
    }
}

/// libyaml and what was made after it refuse such a block.
#[test]
fn no_block_begins_with_white_space() {
    for text in texts() {
        for value in places(&text) {
            let yaml = to_yaml(&value).unwrap();
            let mut lines = yaml.lines();
            while let Some(header) = lines.next() {
                if header.ends_with(['|', '>']) || header.ends_with("|-") || header.ends_with("|+")
                {
                    let first = lines.next().unwrap_or_default();
                    assert!(!first.trim_start_matches(' ').starts_with('\t'), "{yaml}");
                }
            }
        }
    }
}
