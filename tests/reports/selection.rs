//! What is left out, by the user's words in the declaration or on the command line, never brings
//! anything else up.

use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value as Json, json};
use tailwright::declaration::load::load_json;
use tailwright::declaration::source::Source;
use tailwright::finding::{Finding, Level};
use tailwright::rules::RULES;
use tailwright::selection::{Denied, Selection, Selector};

use super::cases::{all, run};

/// The cases in JSON, without their own entries of `suppress`.
static DECLARATIONS: LazyLock<Vec<Json>> = LazyLock::new(|| {
    all()
        .iter()
        .map(|case| {
            let text = run(&case.file).value.to_canonical_json();
            let mut declaration: Json = serde_json::from_str(&text).unwrap();
            declaration.as_object_mut().unwrap().remove("suppress");
            declaration
        })
        .collect()
});

fn findings(declaration: &Json, selection: &Selection) -> Vec<Finding> {
    let source = Source {
        display_name: "tailnet.json".into(),
        text: declaration.to_string(),
    };
    tailwright::check_selected(&load_json(&source).unwrap(), &Default::default(), selection)
        .findings
}

/// What a finding is about, wherever it stands in the text.
fn key(finding: &Finding) -> (&'static str, String, String) {
    let path = finding.place.path.as_str().to_owned();
    (finding.rule.code, path, finding.message.clone())
}

/// Those that are not about `suppress`.
fn keys(findings: &[Finding]) -> Vec<(&'static str, String, String)> {
    let others = findings.iter().filter(|one| one.rule.code != "TW008");
    let mut keys: Vec<_> = others.map(key).collect();
    keys.sort();
    keys
}

/// Takes each of `some` out of `all`, or says which is not there.
fn without<T: PartialEq + Clone>(all: &[T], some: &[T]) -> Result<Vec<T>, T> {
    let mut left = all.to_vec();
    for one in some {
        match left.iter().position(|other| other == one) {
            Some(at) => left.remove(at),
            None => return Err(one.clone()),
        };
    }
    Ok(left)
}

/// A path at which a finding may be accepted: that of one, or a part of it.
fn at(findings: &[Finding], which: Index, shorter: usize) -> Option<String> {
    if findings.is_empty() {
        return Some("nodes".to_owned());
    }
    let path = which.get(findings).place.path.as_str();
    let parts: Vec<&str> = path.split('.').collect();
    let kept = parts.len().saturating_sub(shorter);
    // A path that looks like a key would be one more text in the declaration that does.
    let path = (kept > 0).then(|| parts[..kept].join("."));
    path.filter(|path| !path.contains("tskey-"))
}

fn rule_word() -> impl Strategy<Value = String> {
    let words: Vec<String> = RULES
        .iter()
        .flat_map(|rule| [rule.code, rule.name, rule.group(), &rule.code[..3]])
        .map(str::to_owned)
        .collect();
    select(words)
}

fn selectors() -> impl Strategy<Value = Vec<Selector>> {
    let selector = rule_word().prop_map(|word| word.parse().unwrap());
    proptest::collection::vec(selector, 1..4)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn suppressing_never_adds_findings(
        which in any::<Index>(),
        entries in proptest::collection::vec(
            (any::<Index>(), any::<Index>(), 0..4_usize, any::<bool>(), any::<bool>()),
            0..5,
        ),
    ) {
        let declaration = which.get(&DECLARATIONS);
        let everything = Selection::default();
        let before = findings(declaration, &everything);
        let entries: Vec<Json> = entries
            .into_iter()
            .map(|(rule, place, shorter, of_a_finding, lower)| {
                let code = match of_a_finding && !before.is_empty() {
                    true => place.get(&before).rule.code,
                    false => rule.get(RULES).code,
                };
                let code = if lower { code.to_lowercase() } else { code.to_owned() };
                match at(&before, place, shorter) {
                    Some(at) => json!({ "code": code, "at": at, "reason": "known" }),
                    None => json!({ "code": code, "reason": "known" }),
                }
            })
            .collect();
        let count = entries.len();
        let mut suppressing = declaration.clone();
        suppressing["suppress"] = Json::Array(entries);
        let after = findings(&suppressing, &everything);
        prop_assert!(without(&keys(&before), &keys(&after)).is_ok(), "{after:#?}");
        let about_entries: Vec<&Finding> =
            after.iter().filter(|one| one.rule.code == "TW008").collect();
        prop_assert!(about_entries.len() <= count);
        prop_assert!(about_entries.iter().all(|one| one.level == Level::Warning));
        // An entry for a rule that nobody wants to hear of is not called unused.
        let ignore = Selection {
            ignore: vec!["TW".parse().unwrap()],
            ..Selection::default()
        };
        let left = findings(&suppressing, &ignore);
        prop_assert!(left.iter().all(|one| one.rule.code != "TW008"));
        for code in about_entries.iter().map(|one| entry_code(&suppressing, one)) {
            let Ok(ignored) = code.parse() else { continue };
            let ignore = Selection { ignore: vec![ignored], ..Selection::default() };
            let left = findings(&suppressing, &ignore);
            let about = left.iter().filter(|one| one.rule.code == "TW008");
            let about: Vec<String> = about.map(|one| entry_code(&suppressing, one)).collect();
            prop_assert!(!about.contains(&code), "{left:#?}");
        }
    }

    #[test]
    fn selecting_and_ignoring_part_the_findings(
        which in any::<Index>(),
        select in selectors(),
        words in proptest::collection::vec(rule_word(), 1..4),
    ) {
        let declaration = which.get(&DECLARATIONS);
        let all = findings(declaration, &Selection::default());
        let selection = Selection { select, ..Selection::default() };
        let selected = keys(&findings(declaration, &selection));
        prop_assert!(without(&keys(&all), &selected).is_ok());
        // Words that can be ignored, once selected and once ignored.
        let words: Vec<_> = words
            .iter()
            .filter_map(|word| Some((word.parse().ok()?, word.parse().ok()?)))
            .collect();
        let (select, ignore): (Vec<Selector>, Vec<_>) = words.into_iter().unzip();
        if !select.is_empty() {
            let one = Selection { select, ..Selection::default() };
            let other = Selection { ignore, ..Selection::default() };
            let with = keys(&findings(declaration, &one));
            let rest = keys(&findings(declaration, &other));
            for key in keys(&all) {
                let (with, rest) = (with.contains(&key), rest.contains(&key));
                prop_assert!(with || rest, "{key:?} is lost");
                let always = key.0.starts_with("TW0") || key.0 == "TW701";
                prop_assert_eq!(with && rest, always, "{:?}", key);
            }
        }
    }

    #[test]
    fn denying_changes_levels_alone(which in any::<Index>(), rules in selectors()) {
        let declaration = which.get(&DECLARATIONS);
        let all = findings(declaration, &Selection::default());
        for deny in [
            vec![Denied::Warnings],
            rules.into_iter().map(Denied::Rules).collect(),
        ] {
            let selection = Selection { deny, ..Selection::default() };
            let denied = findings(declaration, &selection);
            let of = |findings: &[Finding]| findings.iter().map(key).collect::<Vec<_>>();
            prop_assert_eq!(of(&denied), of(&all));
            for (before, after) in all.iter().zip(&denied) {
                prop_assert!(after.level == before.level || after.level == Level::Error);
            }
        }
    }
}

/// The code of the entry that a finding about `suppress` stands at.
fn entry_code(declaration: &Json, finding: &Finding) -> String {
    let path = finding.place.path.as_str();
    let index = path.split(['[', ']']).nth(1).unwrap();
    let entry = &declaration["suppress"][index.parse::<usize>().unwrap()];
    entry["code"].as_str().unwrap().to_uppercase()
}
