//! Reading back what is generated for clusters: YAML, YAML within YAML, kubenix modules, zone
//! files, server blocks of a Corefile, references for vals.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use regex::Regex;
use serde_json::{Map, Value as Json, json};
use sha2::{Digest, Sha256};
use yaml_rust2::{Yaml, YamlLoader};

use crate::declaration::{Files, nix_to_json};

/// The files of clusters by their paths, each as the values in it.
pub(crate) fn manifests(files: &Files) -> BTreeMap<String, Json> {
    let own = files.iter().filter(|(path, _)| is_manifest(path));
    let mut read: BTreeMap<String, Json> = own
        .map(|(path, content)| (path.clone(), file(path, content)))
        .collect();
    let checksums: Vec<String> = read.values().flat_map(checksums).collect();
    for (path, value) in &mut read {
        within(path, value, &checksums);
    }
    read
}

/// Whether this is the reader of a file.
pub(crate) fn is_manifest(path: &str) -> bool {
    path.starts_with("kubenix/") || path.starts_with("kubernetes/")
}

fn file(path: &str, content: &str) -> Json {
    let is_for_vals = path.ends_with(".enc.nix") || path.ends_with(".vals.yaml");
    assert!(
        is_for_vals || reference().find(content).is_none(),
        "{path}: vals finds a reference\n{content}"
    );
    match path.rsplit_once('.').map(|(_, ending)| ending) {
        Some("nix") => nix_to_json(content),
        Some("yaml") => yaml(content),
        Some("server") => corefile(content),
        _ => panic!("no reader for {path}: add one to tests/hostile/manifests.rs"),
    }
}

/// The documents of a YAML file, by a reader that is not the writer's own.
pub(crate) fn yaml(content: &str) -> Json {
    let documents = YamlLoader::load_from_str(content)
        .unwrap_or_else(|error| panic!("no YAML: {error}\n{content}"));
    documents.iter().map(value).collect()
}

fn value(yaml: &Yaml) -> Json {
    match yaml {
        Yaml::String(text) => text.as_str().into(),
        Yaml::Integer(number) => (*number).into(),
        Yaml::Boolean(is_true) => (*is_true).into(),
        Yaml::Array(items) => items.iter().map(value).collect(),
        Yaml::Hash(entries) => {
            let entries = entries.iter().map(|(key, entry)| {
                let key = key.as_str().expect("keys are texts").to_owned();
                (key, value(entry))
            });
            entries.collect::<Map<_, _>>().into()
        }
        other => panic!("{other:?} in what is generated"),
    }
}

/// The name under which a configuration stands in a ConfigMap.
const CONFIG: &str = "config.yml";

fn checksums(value: &Json) -> Vec<String> {
    match value {
        Json::Array(items) => items.iter().flat_map(checksums).collect(),
        Json::Object(set) => {
            let own = set.get(CONFIG).and_then(Json::as_str);
            let own = own.map(|text| HEXLOWER.encode(&Sha256::digest(text)));
            own.into_iter()
                .chain(set.values().flat_map(checksums))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// Reads what stands in texts, and takes out what follows from it: hashes, the order of files.
fn within(path: &str, value: &mut Json, checksums: &[String]) {
    match value {
        Json::Array(items) => {
            for item in items {
                within(path, item, checksums);
            }
        }
        Json::Object(set) => {
            for (name, value) in set {
                match (name.as_str(), value.as_str()) {
                    (CONFIG, Some(text)) => *value = config(text),
                    ("checksum/config", Some(text)) => {
                        assert!(checksums.iter().any(|hash| hash == text), "{path}: {text}");
                        *value = Json::Null;
                    }
                    (name, Some(text)) if name.ends_with(".server") => *value = corefile(text),
                    ("stringData", _) => references(path, value),
                    ("imports" | "resources", _) if value.is_array() => sort(value),
                    _ => within(path, value, checksums),
                }
            }
        }
        _ => {}
    }
}

fn sort(list: &mut Json) {
    if let Some(list) = list.as_array_mut() {
        list.sort_by_key(Json::to_string);
    }
}

/// A configuration of Blocky; the zone in it as its records.
pub(crate) fn config(text: &str) -> Json {
    let mut documents = yaml(text);
    let mut config = documents[0].take();
    if let Some(zone) = config.pointer_mut("/customDNS/zone") {
        let records = zone.as_str().expect("a text").lines().map(record);
        *zone = records.collect();
    }
    config
}

/// A line of a zone file: its words; strings without quotation marks and escapes, put together
/// (RFC 1035 section 5.1).
fn record(line: &str) -> Json {
    let (head, strings) = line.split_at(line.find('"').unwrap_or(line.len()));
    let mut words: Vec<String> = head.split_whitespace().map(str::to_owned).collect();
    assert!(!head.contains([';', '(', ')', '\\', '$', '@']), "{line}");
    let mut text = String::new();
    let mut is_inside = false;
    let mut characters = strings.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => is_inside = !is_inside,
            '\\' => {
                let next = characters.next().expect("something is escaped");
                if next.is_ascii_digit() {
                    let digits: String = [next]
                        .into_iter()
                        .chain(characters.by_ref().take(2))
                        .collect();
                    text.push(char::from(digits.parse::<u8>().expect("three digits")));
                } else {
                    text.push(next);
                }
            }
            other if is_inside => text.push(other),
            other => assert_eq!(other, ' ', "{line}"),
        }
    }
    assert!(!is_inside, "{line}");
    if !strings.is_empty() {
        words.push(text);
    }
    json!(words)
}

/// Server blocks: their words, without comments and punctuation
/// (coredns.io/manual/configuration, "Comments", "Server Blocks").
fn corefile(content: &str) -> Json {
    let lines = content.lines().map(|line| match line.find('#') {
        Some(comment) if comment == 0 || line[..comment].ends_with(' ') => &line[..comment],
        _ => line,
    });
    let known = |c: char| c.is_ascii_alphanumeric() || " ,.:_-{}[]".contains(c);
    let words = lines.flat_map(|line| {
        assert!(line.chars().all(known), "{line}");
        line.split_whitespace()
    });
    let words = words.map(|word| word.trim_end_matches(',').trim_end_matches(":53"));
    words.map(Json::from).collect()
}

/// What vals looks for (github.com/helmfile/vals, pkg/expansion/expand_match.go).
fn reference() -> Regex {
    Regex::new(r#"((?:secret)?ref)\+([^+:]*://[^+\n ]+[^+\n ",])\+?"#).expect("an expression")
}

/// References to the values of secrets: the file, its format and the path in it, as a reader of
/// URLs takes them apart (RFC 3986 appendix B).
fn references(path: &str, secrets: &mut Json) {
    let url = Regex::new(r"^sops://([^/?#]*)(/[^?#]*)?\?format=([a-z]+)(?:#/(.*))?$")
        .expect("an expression");
    let secrets = secrets.as_object_mut().expect("a set");
    for value in secrets.values_mut() {
        let text = value.as_str().expect("a text").to_owned();
        let found = reference().captures(&text);
        let found = found.unwrap_or_else(|| panic!("{path}: {text} is no reference"));
        assert_eq!(&found[0], text, "{path}: vals takes a part");
        let parts = url.captures(&found[2]);
        let parts = parts.unwrap_or_else(|| panic!("{path}: {text} is no URL"));
        assert!(!parts[1].contains(['@', ':', '[', '\\']), "{text}");
        assert!(!text.contains('%'), "{text}");
        let part = |number| parts.get(number).map_or("", |part| part.as_str());
        *value = json!({
            "file": format!("{}{}", part(1), part(2)),
            "format": part(3),
            "key": part(4),
        });
    }
}
