//! Each hostile text in each field: refused at its path, or read back as it was written.
//!
//! What is read back is compared with what a harmless marker in the same field yields: the two
//! differ in the text, wherever it turns up, and in nothing else.

use std::collections::{BTreeMap, BTreeSet};

use common::host::{HostConfig, evaluate_all};
use common::{Firewall, HostSpec};
use serde_json::Value as Json;
use tailwright::finding::Level;
use tailwright::place::Place;
use tailwright::scalar::Name;

use crate::declaration::{self, Files, Run};
use crate::fields::{Field, What, walk};
use crate::readers::{self, Texts};
use crate::{complete, texts};

/// Harmless texts, one of which each field takes that takes anything hostile.
const MARKERS: [&str; 6] = [
    "zqmarker",
    "tag:zqmarker",
    "zqmarker@zq",
    "zqmarker.example",
    "https://zqmarker",
    // A quantity.
    "717171",
];

/// What a declaration came to, read back; the Nix files still to be evaluated.
struct Accepted {
    field: Field,
    text: String,
    marker: &'static str,
    tree: (Files, Texts),
    expected: (Files, Texts),
}

#[test]
fn hostile_texts_are_refused_or_come_through() {
    let base = complete();
    let fields = walk(&base).fields;
    assert!(fields.len() > 150, "{}", fields.len());
    let hostile = texts::hostile();
    let refused = refused_at_once(&base, &fields, &hostile);
    let mut accepted = Vec::new();
    let mut silent = Vec::new();
    for field in &fields {
        let is_open = |text: &&String| !refused.contains(&(field.with_path(text), (*text).clone()));
        let mut open = hostile.iter().filter(is_open).peekable();
        if open.peek().is_none() || is_name_of_something(field, open.clone()) {
            continue;
        }
        // A field without a marker refers to something, or takes a word: each text is refused.
        let Some((marker, expected)) = marked_tree(field, &base) else {
            for text in open {
                assert!(
                    outcome(field, &base, text).is_none(),
                    "{text:?}: add a marker"
                );
            }
            continue;
        };
        if !format!("{expected:?}").contains(marker) {
            silent.push(field.clone());
            continue;
        }
        for text in open {
            if let Some(tree) = outcome(field, &base, text) {
                accepted.push(Accepted {
                    field: field.clone(),
                    text: text.clone(),
                    marker,
                    tree,
                    expected: expected.clone(),
                });
            }
        }
    }
    assert!(
        accepted.len() > 200 && silent.len() > 5,
        "{} {}",
        accepted.len(),
        silent.len()
    );
    no_trace_of(&silent, &base, &hostile, &refused);
    for one in &accepted {
        let Accepted {
            text,
            marker,
            tree: (_, read),
            expected: (_, expected),
            ..
        } = one;
        let mut expected = expected.clone();
        for piece in expected
            .page
            .iter_mut()
            .filter(|piece| piece.starts_with("code: "))
        {
            *piece = piece.replace(*marker, text);
        }
        for rule in &mut expected.rules {
            *rule = replaced(rule, marker, text);
        }
        expected.rules.sort_by_key(Json::to_string);
        let manifests = std::mem::take(&mut expected.manifests).into_iter();
        expected.manifests = manifests
            .map(|(path, value)| (path.replace(marker, text), replaced(&value, marker, text)))
            .collect();
        assert_eq!(*read, expected, "{} = {text:?}", one.field.attr_path());
    }
    compare_nix(&accepted);
}

/// Whether all that is left are good names: what refers to the old one is missed then, and
/// names.rs has these.
fn is_name_of_something<'a>(field: &Field, mut texts: impl Iterator<Item = &'a String>) -> bool {
    field.what == What::Name && texts.all(|text| text.parse::<Name>().is_ok())
}

/// Texts in fields of which nothing is generated yet change no file.
fn no_trace_of(
    silent: &[Field],
    base: &Json,
    hostile: &[String],
    refused: &BTreeSet<(String, String)>,
) {
    let unchanged = Run::json(base)
        .files()
        .expect("the complete declaration is sound");
    for text in hostile {
        let mut changed = base.clone();
        // Names last, from the inside out: what lies below is found by them.
        for field in silent.iter().rev() {
            if !refused.contains(&(field.with_path(text), text.clone())) {
                field.put(&mut changed, text);
            }
        }
        let run = Run::json(&changed);
        let files = run
            .files()
            .unwrap_or_else(|| panic!("{text:?}: {:?}", run.lines(Level::Error)));
        assert_eq!(files, unchanged, "{text:?}");
    }
}

/// What is refused where it is read, whatever else the declaration says: each text in every
/// value at once, and all texts as names in one set at once. One by one it takes minutes.
fn refused_at_once(
    base: &Json,
    fields: &[Field],
    hostile: &[String],
) -> BTreeSet<(String, String)> {
    let mut refused = BTreeSet::new();
    let mut look = |changed: &Json, put: &[(String, String)]| {
        let run = Run::json(changed);
        let errors = run
            .checked
            .findings
            .iter()
            .filter(|one| one.level == Level::Error);
        let places: BTreeSet<String> = errors
            .flat_map(|one| std::iter::once(&one.place.path).chain(&one.also))
            .map(ToString::to_string)
            .collect();
        refused.extend(
            put.iter()
                .filter(|(path, _)| places.contains(path))
                .cloned(),
        );
    };
    for text in hostile {
        let mut changed = base.clone();
        let mut put = Vec::new();
        for field in fields.iter().filter(|field| field.what == What::Text) {
            field.put(&mut changed, text);
            put.push((field.with_path(text), text.clone()));
        }
        look(&changed, &put);
    }
    for field in fields.iter().filter(|field| field.what == What::Name) {
        let mut changed = base.clone();
        let mut put = Vec::new();
        for text in hostile {
            field.put_beside(&mut changed, text);
            put.push((field.with_path(text), text.clone()));
        }
        look(&changed, &put);
    }
    assert!(refused.len() > 10_000, "{}", refused.len());
    refused
}

/// The tree and its texts read back, or `None` where the text is refused at its path.
fn outcome(field: &Field, base: &Json, text: &str) -> Option<(Files, Texts)> {
    let (changed, path) = field.with(base, text);
    let run = Run::json(&changed);
    if let Some(files) = run.files() {
        let texts = readers::texts(&files, &readers::sops_files(&changed));
        return Some((files, texts));
    }
    let mut errors = run
        .checked
        .findings
        .iter()
        .filter(|one| one.level == Level::Error);
    // A place in a SOPS file is refused where a program needs it, and shown beside that.
    let is_of_file = |place: &Place| {
        place
            .path
            .to_string()
            .strip_suffix(".file")
            .is_some_and(|sops| path.is_within(sops))
    };
    let is_there = errors.any(|one| {
        let mut related = one.related.iter();
        one.place.path == path
            || one.also.contains(&path)
            || related.any(|(place, _)| is_of_file(place))
    });
    assert!(
        is_there,
        "{path} = {text:?} is refused, but not at its path: {:?}",
        run.lines(Level::Error)
    );
    None
}

fn marked_tree(field: &Field, base: &Json) -> Option<(&'static str, (Files, Texts))> {
    MARKERS.into_iter().find_map(|marker| {
        let (changed, _) = field.with(base, marker);
        let files = Run::json(&changed).files()?;
        let texts = readers::texts(&files, &readers::sops_files(&changed));
        Some((marker, (files, texts)))
    })
}

/// A tree of values with one text in place of another, in values and names.
fn replaced(value: &Json, from: &str, to: &str) -> Json {
    match value {
        Json::String(text) => text.replace(from, to).into(),
        Json::Array(items) => items.iter().map(|item| replaced(item, from, to)).collect(),
        Json::Object(set) => {
            let entries = set.iter();
            entries
                .map(|(name, value)| (name.replace(from, to), replaced(value, from, to)))
                .collect()
        }
        other => other.clone(),
    }
}

/// Evaluates every tree once, on each of its nodes, and compares what the options hold.
fn compare_nix(accepted: &[Accepted]) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut known: BTreeMap<Files, usize> = BTreeMap::new();
    let mut specs: Vec<HostSpec> = Vec::new();
    for files in accepted
        .iter()
        .flat_map(|one| [&one.tree.0, &one.expected.0])
    {
        for (node, firewall) in NODES {
            let own = nixos(files, node);
            if known.contains_key(&own) {
                continue;
            }
            let at = folder.path().join(specs.len().to_string());
            declaration::write(files, &at);
            known.insert(own, specs.len());
            specs.push(
                HostSpec::new(node)
                    .module(at.join("nixos"))
                    .firewall(firewall)
                    .with_sops()
                    .module_text(
                        "{ tailwright.root = /declared; sops.validateSopsFiles = false; }",
                    ),
            );
        }
    }
    assert!(known.len() > 50, "{}", known.len());
    let hosts = evaluate_all(&specs).unwrap_or_else(|refusal| panic!("{refusal}"));
    let reports = |files: &Files| NODES.map(|(node, _)| &hosts[known[&nixos(files, node)]]);
    for one in accepted {
        for (read, expected) in reports(&one.tree.0)
            .into_iter()
            .zip(reports(&one.expected.0))
        {
            assert_eq!(
                *read.report(),
                replaced(expected.report(), one.marker, &one.text),
                "{} = {:?}",
                one.field.attr_path(),
                one.text
            );
        }
    }
    hosts.iter().for_each(texts_for_programs_are_harmless);
}

const NODES: [(&str, Firewall); 3] = [
    ("alpha", Firewall::Nftables),
    ("beta", Firewall::Iptables),
    ("gamma", Firewall::Nftables),
];

/// What a node's configuration depends on: its own files; the others' are for other nodes.
fn nixos(files: &Files, node: &str) -> Files {
    let folder = format!("nixos/{node}/");
    let own = files.iter().filter(|(path, _)| path.starts_with(&folder));
    own.map(|(path, content)| (path.clone(), content.clone()))
        .collect()
}

/// What a shell, nft or unbound reads has nothing in it that they take for more than a word.
pub(crate) fn texts_for_programs_are_harmless(host: &HostConfig) {
    let check = |what: &str, text: &str, punctuation: &str| {
        let stranger = text.chars().find(|c| {
            !c.is_ascii_alphanumeric() && !" \n".contains(*c) && !punctuation.contains(*c)
        });
        assert_eq!(stranger, None, "{what}: {text}");
    };
    let own = |pointer: &str| host.at(pointer).as_str().unwrap_or_default().to_owned();
    check(
        "nftables",
        &own("/firewall/extraInputRules"),
        "!\",-./:={}_",
    );
    check("iptables", &own("/firewall/extraCommands"), "!-./:_");
    let units = host.at("/units").as_object().expect("the units");
    for (name, unit) in units
        .iter()
        .filter(|(name, _)| name.starts_with("tailwright-"))
    {
        check(
            name,
            unit["script"].as_str().unwrap_or_default(),
            "'-.:[]~_",
        );
        for command in ["ExecStart", "ExecStop"] {
            let text = unit["serviceConfig"][command].as_str().unwrap_or_default();
            check(name, text, "-./:");
        }
    }
    for pointer in ["/tailscale/extraUpFlags", "/tailscale/extraSetFlags"] {
        for flag in host.strings(pointer) {
            check(pointer, flag, ",-./:=[]");
        }
    }
    if let Some(conf) = host.unbound_conf() {
        check("unbound.conf", conf, "\"#-./:@_");
    }
}
