//! A program's own configuration, of which the language knows nothing: whatever is accepted there
//! is what the program reads.

use std::collections::BTreeSet;

use common::kubenix::{Manifests, evaluate};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value as Json, json};
use tailwright::finding::Level;

use crate::declaration::{self, Files, Run};
use crate::{complete, manifests, texts};

/// The resolvers of the complete declaration, one for each form, and where each one's
/// configuration is.
const RESOLVERS: [(&str, &str); 3] = [
    ("blocky", "kubenix/homelab/apps/blocky-config.nix"),
    ("boxed", "kubenix/boxes/apps/boxed-config.nix"),
    ("plainly", "kubernetes/plain/apps/plainly-config.yaml"),
];

/// A setting of which nothing else is written, so that anything may stand below it here.
const FREE: &str = "http3";

/// Texts that are read as something else than a text by one reader of YAML or another, beside
/// the hostile ones; and what has several lines.
const MORE: [&str; 46] = [
    "y",
    "N",
    "yes",
    "On",
    "off",
    "NULL",
    "=",
    "<<",
    "1:30",
    "-1:30",
    "190:20:30",
    "010",
    "0o10",
    "0b1",
    "1_000",
    ".5",
    "5.",
    "+1",
    ".inf",
    "-.INF",
    ".NaN",
    "2001-01-01",
    "2001-1-1 1:2:3",
    "2001-12-14t21:59:43.10-05:00",
    "a\nb\n",
    "a\n\n\nb\n\n",
    "\n a\n",
    "  a\n b\n",
    "\ta\nb",
    "a\n\tb\n",
    " \ta\nb\n",
    "a \nb  \n",
    "a\n---\nb\n",
    "a\n...\n",
    "# a\nb: c\n",
    "a\n${b}\n''c''\n",
    "''\n",
    "\n''${a}''\n",
    "a\\\n\"b\"\n",
    "🦀\n名\n",
    "a\t",
    "\t",
    "\n\n",
    "${a",
    "$\n{a}",
    "a''",
];

fn texts() -> Vec<String> {
    let more = MORE.iter().map(|text| (*text).to_owned());
    let long = ["word ".repeat(200), format!("{}\n  b\n", "a ".repeat(300))];
    texts::hostile()
        .into_iter()
        .chain(more)
        .chain(long)
        .collect()
}

/// The complete declaration with more settings in each form.
fn with(settings: &Json) -> Json {
    let mut declaration = complete();
    for (name, _) in RESOLVERS {
        declaration["resolvers"][name]["settings"][FREE] = settings.clone();
    }
    declaration
}

/// The configuration of each form, as a program reads it.
fn configurations(files: &Files) -> [Json; 3] {
    let all = manifests::manifests(files);
    RESOLVERS.map(|(name, path)| {
        let value = &all[path];
        let pointer = if path.ends_with(".nix") {
            format!("/kubernetes/resources/configMaps/{name}/data/config.yml")
        } else {
            "/0/data/config.yml".to_owned()
        };
        value
            .pointer(&pointer)
            .unwrap_or_else(|| panic!("{path}: {value}"))
            .clone()
    })
}

fn assert_read_back(settings: &Json) -> Files {
    let run = Run::json(&with(settings));
    let files = run.files();
    let files = files.unwrap_or_else(|| panic!("{:?}", run.lines(Level::Error)));
    for config in configurations(&files) {
        assert_eq!(config[FREE], *settings);
    }
    files
}

/// The texts that are accepted, and those that are refused, each at its own place.
fn sorted() -> (Vec<String>, BTreeSet<String>) {
    let all = texts();
    let run = Run::json(&with(&json!(all)));
    let errors = run
        .checked
        .findings
        .iter()
        .filter(|one| one.level == Level::Error);
    let paths: BTreeSet<String> = errors.map(|one| one.place.path.to_string()).collect();
    let is_refused =
        |number: &usize| paths.contains(&format!("resolvers.blocky.settings.{FREE}[{number}]"));
    let (refused, accepted): (Vec<usize>, Vec<usize>) = (0..all.len()).partition(is_refused);
    let of = |numbers: Vec<usize>| numbers.into_iter().map(|number| all[number].clone());
    (of(accepted).collect(), of(refused).collect())
}

#[test]
fn texts_come_through_as_values_and_as_names() {
    let (accepted, refused) = sorted();
    assert!(accepted.len() > 120 && refused.len() > 15, "{refused:?}");
    let names = |text: &String| (text.clone(), json!([text, { text.as_str(): text }]));
    let named: Map<String, Json> = accepted.iter().map(names).collect();
    let files = assert_read_back(&json!({ "values": accepted, "names": named }));
    nix_reads_the_same(&files);
    // One after the other, since what stands beside a text may hide what is wrong with it.
    for text in &accepted {
        assert_read_back(&json!({ "value": text, "list": [text] }));
    }
}

#[test]
fn what_is_refused_as_a_value_is_refused_as_a_name() {
    let (_, refused) = sorted();
    for text in refused {
        let run = Run::json(&with(&json!({ text.as_str(): 1 })));
        assert!(run.has_errors(), "{text:?}");
    }
}

/// Nix, and with it kubenix, has the same texts in its modules as the reader of declarations.
fn nix_reads_the_same(files: &Files) {
    for (name, path) in &RESOLVERS[..2] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        declaration::write(files, folder.path());
        let objects = evaluate(&Manifests::new().module(folder.path().join(path)))
            .unwrap_or_else(|refusal| panic!("{path}: {}", refusal.reason()));
        let text = &objects.get("ConfigMap", name)["data"]["config.yml"];
        let config = manifests::config(text.as_str().expect("a text"));
        let own = configurations(files);
        let own = own.iter().find(|one| one[FREE] == config[FREE]);
        assert!(own.is_some(), "{path}");
    }
}

fn setting() -> impl Strategy<Value = Json> {
    let text = prop_oneof![
        select(texts()).prop_map(|text| text.chars().take(200).collect::<String>()),
        proptest::collection::vec(select(texts()), 1..4).prop_map(|texts| texts
            .iter()
            .flat_map(|text| text.chars().take(20))
            .collect()),
        any::<String>(),
    ];
    let leaf = prop_oneof![
        4 => text.clone().prop_map(Json::from),
        1 => any::<bool>().prop_map(Json::from),
        1 => any::<i64>().prop_map(Json::from),
    ];
    leaf.prop_recursive(4, 30, 5, move |inner| {
        let set = proptest::collection::btree_map(text.clone(), inner.clone(), 0..4);
        prop_oneof![
            proptest::collection::vec(inner, 0..4).prop_map(Json::from),
            set.prop_map(|set| set.into_iter().collect::<Map<_, _>>().into()),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_setting_is_refused_or_read_back(setting in setting()) {
        if !Run::json(&with(&setting)).has_errors() {
            assert_read_back(&setting);
        }
    }
}
