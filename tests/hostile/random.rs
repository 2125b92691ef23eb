//! Arbitrary texts in arbitrary fields, and arbitrary trees: `check` never panics, and what it
//! accepts becomes files that can be read.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Map, Value as Json, json};

use crate::declaration::Run;
use crate::fields::walk;
use crate::{complete, readers, texts};

fn text() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        select(texts::hostile()).prop_map(|text| text.chars().take(40).collect()),
        any::<String>(),
        "[a-z0-9.:/-]{0,12}",
    ];
    proptest::collection::vec(pieces, 1..4).prop_map(|pieces: Vec<String>| pieces.concat())
}

/// Names of the language, at any depth, and a few that are none.
fn name() -> impl Strategy<Value = String> {
    let mut known = std::collections::BTreeSet::new();
    let schema = tailwright::declaration::Declaration::json_schema();
    crate::fields::attributes(&schema, "", &mut known);
    let mut names: Vec<String> = known
        .iter()
        .filter_map(|path| Some(path.rsplit('.').next()?.to_owned()))
        .collect();
    names.extend(["alpha", "home", "tag:a", "a.example"].map(str::to_owned));
    prop_oneof![9 => select(names), 1 => text()]
}

fn tree() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<f64>().prop_map(Json::from),
        text().prop_map(Json::from),
        select(vec![
            "alpha",
            "home",
            "nixos",
            "unbound",
            "10.0.0.1",
            "10.0.0.0/24",
            "a.example"
        ])
        .prop_map(Json::from),
    ];
    leaf.prop_recursive(6, 60, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            proptest::collection::btree_map(name(), inner, 0..6)
                .prop_map(|set| set.into_iter().collect::<Map<_, _>>().into()),
        ]
    })
}

/// Checks a declaration, and reads back what it generates.
fn sound_or_refused(declaration: &Json) {
    let run = Run::json(declaration);
    if let Some(files) = run.files() {
        readers::nix_parses(&files);
        readers::texts(&files, &readers::sops_files(declaration));
    }
    for report in [run.human(), run.document()] {
        let control = report
            .chars()
            .find(|c| (c.is_control() && *c != '\n') || ('\u{202a}'..='\u{202e}').contains(c));
        assert_eq!(control, None, "{report:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_in_any_field(at in any::<Index>(), text in text()) {
        let base = complete();
        let fields = walk(&base).all();
        let (changed, _) = at.get(&fields).with(&base, &text);
        sound_or_refused(&changed);
    }

    #[test]
    fn any_value_in_any_field(at in any::<Index>(), value in tree()) {
        let base = complete();
        let fields = walk(&base).all();
        let (changed, _) = at.get(&fields).with(&base, "zqplace");
        let changed = changed.to_string().replace("\"zqplace\"", &value.to_string());
        // In place of a name a value makes no JSON.
        if let Ok(changed) = serde_json::from_str::<Json>(&changed) {
            sound_or_refused(&changed);
        }
    }

    #[test]
    fn any_tree(value in tree()) {
        let declaration = if value.is_object() { value } else { json!({ "nodes": value }) };
        sound_or_refused(&declaration);
    }
}
