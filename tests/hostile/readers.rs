//! Reading back what was generated, with readers that are not the writers' own.

use std::collections::BTreeMap;

use pulldown_cmark::{Event, Parser, Tag};
use regex::Regex;
use serde_json::{Map, Value as Json};
use yaml_rust2::{Yaml, YamlLoader};

use crate::declaration::Files;
use crate::manifests::{is_manifest, manifests};

/// What the files that are not Nix say.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Texts {
    /// `secrets/sops.yaml`, with the file that each rule matches in place of its expression.
    pub(crate) rules: Vec<Json>,
    /// `README.md` and `secrets/README.md`: each piece of markup or text, inline code as `code: …`,
    /// each word of a command as `code: …` too.
    pub(crate) page: Vec<String>,
    /// `kubenix/` and `kubernetes/`: each file by its path.
    pub(crate) manifests: BTreeMap<String, Json>,
}

/// Reads the files that are not Nix. `declared` are the SOPS files of the declaration.
pub(crate) fn texts(files: &Files, declared: &[String]) -> Texts {
    let mut texts = Texts {
        manifests: manifests(files),
        ..Texts::default()
    };
    for (path, content) in files {
        match path.as_str() {
            "secrets/sops.yaml" => texts.rules = rules(content, declared),
            "README.md" | "secrets/README.md" => texts.page.extend(page(content)),
            _ if is_manifest(path) => {}
            // These are for `nix_parses`, or for Nix itself.
            _ if path.ends_with(".nix") => {}
            _ => panic!("no reader for {path}: add one to tests/hostile/readers.rs"),
        }
    }
    texts
}

/// Every Nix file has the syntax of one.
pub(crate) fn nix_parses(files: &Files) {
    for (path, content) in files.iter().filter(|(path, _)| path.ends_with(".nix")) {
        let errors = rnix::Root::parse(content).errors().to_vec();
        assert!(errors.is_empty(), "{path}: {errors:?}\n{content}");
    }
}

fn rules(content: &str, declared: &[String]) -> Vec<Json> {
    let documents = YamlLoader::load_from_str(content)
        .unwrap_or_else(|error| panic!("sops.yaml is not YAML: {error}\n{content}"));
    let [document] = documents.as_slice() else {
        panic!("sops.yaml has {} documents\n{content}", documents.len());
    };
    let Json::Object(document) = to_json(document) else {
        panic!("sops.yaml holds no mapping\n{content}");
    };
    assert!(document.keys().eq(["creation_rules"]), "{content}");
    let mut rules = document["creation_rules"]
        .as_array()
        .expect("a list")
        .clone();
    for rule in &mut rules {
        let expression = rule["path_regex"].as_str().expect("an expression");
        rule["path_regex"] = only_match(expression, declared).into();
    }
    rules.sort_by_key(Json::to_string);
    rules
}

/// The one of the declared files that an expression matches; it must match nothing like it.
fn only_match(expression: &str, declared: &[String]) -> String {
    let regex = Regex::new(expression).unwrap_or_else(|error| panic!("{expression}: {error}"));
    let matched: Vec<&String> = declared
        .iter()
        .filter(|file| regex.is_match(file))
        .collect();
    let [file] = matched.as_slice() else {
        panic!("{expression} matches {matched:?}, of {declared:?}");
    };
    for (position, character) in file.char_indices() {
        let end = position + character.len_utf8();
        let other = if character == 'x' { "y" } else { "x" };
        for neighbour in [
            format!("{}{other}{}", &file[..position], &file[end..]),
            format!("{}{}", &file[..position], &file[end..]),
            format!("{}{other}{}", &file[..end], &file[end..]),
        ] {
            let is_other = neighbour != **file;
            assert!(
                !is_other || !regex.is_match(&neighbour),
                "{expression}: {neighbour}"
            );
        }
        if file.len() > 200 {
            break;
        }
    }
    for neighbour in [format!("x{file}"), format!("{file}x"), format!("{file}/x")] {
        assert!(!regex.is_match(&neighbour), "{expression}: {neighbour}");
    }
    (*file).clone()
}

fn to_json(yaml: &Yaml) -> Json {
    match yaml {
        Yaml::String(text) => text.as_str().into(),
        Yaml::Array(items) => items.iter().map(to_json).collect(),
        Yaml::Hash(entries) => {
            let entries = entries.iter().map(|(key, value)| {
                let key = key.as_str().expect("keys are texts").to_owned();
                (key, to_json(value))
            });
            entries.collect::<Map<_, _>>().into()
        }
        other => panic!("sops.yaml has {other:?} where texts stand"),
    }
}

fn page(content: &str) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut is_command = false;
    let finish = |text: &mut String, pieces: &mut Vec<String>| {
        if !text.is_empty() {
            pieces.push(format!("text: {}", std::mem::take(text)));
        }
    };
    for event in Parser::new(content) {
        match event {
            Event::Text(more) if is_command => {
                let lines = more.lines().filter(|line| !line.starts_with('#'));
                let lines = lines.inspect(|line| no_magic(line));
                // `./` only keeps a path from being an option.
                let words = lines.flat_map(words);
                pieces.extend(
                    words.map(|word| format!("code: {}", word.strip_prefix("./").unwrap_or(&word))),
                );
            }
            Event::Text(more) => text.push_str(&more),
            Event::Code(code) => {
                finish(&mut text, &mut pieces);
                pieces.push(format!("code: {code}"));
            }
            other => {
                finish(&mut text, &mut pieces);
                is_command = matches!(other, Event::Start(Tag::CodeBlock(_)));
                pieces.push(format!("{other:?}"));
            }
        }
    }
    finish(&mut text, &mut pieces);
    pieces
}

/// The words of a command, by the rules of POSIX (XCU 2.2): what is special to a shell stands
/// in single quotes, but for a pipe, an "and" and what discards output.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match character {
            ' ' => words.extend(word.take()),
            '\'' => {
                let quoted = word.get_or_insert_default();
                loop {
                    match characters.next() {
                        Some('\'') => break,
                        Some(inside) => quoted.push(inside),
                        None => panic!("a quote is left open: {line}"),
                    }
                }
            }
            '\\' => {
                let escaped = characters.next().expect("something is escaped");
                word.get_or_insert_default().push(escaped);
            }
            plain => word.get_or_insert_default().push(plain),
        }
    }
    words.extend(word);
    words
}

/// What a shell would take for something else than text, outside quotes.
fn no_magic(line: &str) {
    let bare = line.replace(r"'\''", "");
    let outside: String = bare.split('\'').step_by(2).collect();
    let known = outside.replace(" > /dev/null && ", " ").replace(" | ", " ");
    let magic = known.contains(|c: char| "|&;<>()$`\\\"*?[#~!{}\t".contains(c));
    assert!(!magic, "{line}");
}

/// The declared SOPS files.
pub(crate) fn sops_files(declaration: &Json) -> Vec<String> {
    let secrets = declaration["secrets"].as_object();
    let files: BTreeMap<String, ()> = secrets
        .into_iter()
        .flat_map(Map::values)
        .filter_map(|secret| Some((secret["sops"]["file"].as_str()?.to_owned(), ())))
        .collect();
    files.into_keys().collect()
}
