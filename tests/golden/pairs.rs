//! Rules: each fires in a case named after its code, and is silent in the same declaration with
//! one thing corrected.

use std::path::Path;

use serde_json::Value as Json;
use tailwright::rules::RULES;

use super::cases::{Case, all, run};

/// The cases with a mistake and its correction, and the code that each is named after.
fn pairs() -> Vec<(Case, String)> {
    all()
        .into_iter()
        .filter(|case| case.sound.is_some())
        .map(|case| {
            let (code, _) = case.name.split_once('-').expect("a code and what it is");
            let code = code.to_uppercase();
            (case, code)
        })
        .collect()
}

fn codes(file: &Path) -> Vec<&'static str> {
    let findings = run(file).checked.findings;
    findings.iter().map(|finding| finding.rule.code).collect()
}

#[test]
fn a_case_fires_its_rule_alone_and_its_correction_none() {
    for (case, code) in pairs() {
        let fired = codes(&case.file);
        assert!(!fired.is_empty(), "{}: nothing is found", case.name);
        assert!(
            fired.iter().all(|fired| *fired == code),
            "{}: {fired:?}",
            case.name
        );
        let sound = case.sound.as_deref().unwrap();
        let silent = codes(sound);
        assert!(silent.is_empty(), "{}: {silent:?}", sound.display());
    }
}

#[test]
fn the_two_differ_in_one_place() {
    for (case, code) in pairs() {
        let of = |file: &Path| -> Json {
            serde_json::from_str(&run(file).value.to_canonical_json()).unwrap()
        };
        let sound = case.sound.as_deref().unwrap();
        let differences = differences("", &of(&case.file), &of(sound));
        if code == "TW005" {
            // What is repeated is no part of the value.
            assert_eq!(differences, Vec::<String>::new(), "{}", case.name);
        } else {
            assert_eq!(differences.len(), 1, "{}: {differences:?}", case.name);
        }
    }
}

#[test]
fn a_policy_and_its_correction_differ_in_one_line() {
    let mut compared = 0;
    for (case, _) in pairs() {
        let of = |name: &str| std::fs::read_to_string(case.expected.join(name));
        if let (Ok(policy), Ok(sound)) = (of("policy.hujson"), of("sound.hujson")) {
            let lines = policy.lines().zip(sound.lines());
            let different = lines.filter(|(one, other)| one != other).count();
            assert_eq!(
                policy.lines().count(),
                sound.lines().count(),
                "{}",
                case.name
            );
            assert_eq!(different, 1, "{}", case.name);
            compared += 1;
        }
    }
    assert!(compared > 0, "no case has a policy with its correction");
}

/// The paths of what differs; of a set that has other names, its own.
fn differences(path: &str, one: &Json, other: &Json) -> Vec<String> {
    match (one, other) {
        (Json::Object(one), Json::Object(other)) if one.keys().eq(other.keys()) => one
            .iter()
            .zip(other.values())
            .flat_map(|((name, one), other)| differences(&format!("{path}.{name}"), one, other))
            .collect(),
        _ if one == other => Vec::new(),
        _ => vec![path.to_owned()],
    }
}

#[test]
fn every_rule_has_a_case_that_fires_and_one_that_is_silent() {
    let pairs = pairs();
    for rule in RULES {
        assert!(
            pairs.iter().any(|(_, code)| code == rule.code),
            "no pair for {} {}",
            rule.code,
            rule.name
        );
    }
}

#[test]
fn nothing_is_found_in_a_sound_topology() {
    for case in all() {
        let is_about_texts = case.name.starts_with("texts-");
        if case.sound.is_none() && !is_about_texts {
            let found = codes(&case.file);
            assert!(found.is_empty(), "{}: {found:?}", case.name);
        }
    }
}

#[test]
fn codes_names_levels_groups_and_confidence() {
    let list: String = RULES
        .iter()
        .map(|rule| {
            format!(
                "{} {} {}, {}, confidence {}, since {}\n",
                rule.code,
                rule.level.as_str(),
                rule.name,
                rule.group(),
                rule.confidence.as_str(),
                rule.since
            )
        })
        .collect();
    let mut sorted: Vec<&str> = RULES.iter().map(|rule| rule.code).collect();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(sorted.len(), RULES.len());
    // Each of these words selects rules.
    let words = RULES.iter().flat_map(|rule| [rule.code, rule.name]);
    let words: Vec<&str> = words.collect();
    for rule in RULES {
        assert!(!rule.group().is_empty(), "{} has no group", rule.code);
        assert!(!words.contains(&rule.group()), "{}", rule.group());
        assert!(rule.what_it_does().ends_with('.'), "{}", rule.code);
    }
    assert!(
        RULES.is_sorted_by_key(|rule| rule.code),
        "sorted by their codes"
    );
    insta::with_settings!({ snapshot_path => "rules", prepend_module_to_snapshot => false,
        omit_expression => true }, {
        insta::assert_snapshot!("codes", list);
    });
}
