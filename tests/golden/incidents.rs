//! What really broke, and what finds it: `tests/incidents.toml` maps every incident that a rule has to
//! find to a case, and puts those of the home lab back into its declaration, one at a time.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Deserialize;
use tailwright::finding::Finding;

use super::cases::{all, root, run};

/// The table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    incident: Vec<Incident>,
    homelab: Vec<PutBack>,
}

/// Something that broke.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Incident {
    /// Addresses, routes, names, listeners, objects, policy, talos.
    area: String,
    /// In which of the five systems.
    systems: String,
    /// What it was.
    what: String,
    /// What finds it; none where the language can't say it yet.
    #[serde(default)]
    found: Vec<Found>,
    /// The part of the language that brings it.
    later: Option<String>,
}

/// A case in which it is found.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Found {
    case: String,
    code: String,
    line: u32,
    column: u32,
}

/// A change of the home lab's declaration that puts an incident back.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PutBack {
    what: String,
    /// The text that stands there once, in the declaration or in its policy.
    from: String,
    to: String,
    /// The rules that find it; each once.
    codes: Vec<String>,
    /// A part of the line at which the first of them finds it.
    at: String,
}

/// What the language can't say yet, by the part that will.
const LATER: [&str; 7] = [
    "operator",
    "connectors",
    "sidecars",
    "agents",
    "talos",
    "services",
    "monitoring",
];

fn table() -> Table {
    let text = std::fs::read_to_string(root().join("tests/incidents.toml")).unwrap();
    toml::from_str(&text).unwrap_or_else(|error| panic!("{error}"))
}

fn findings(file: &Path) -> Vec<Finding> {
    run(file).checked.findings
}

#[test]
fn every_incident_is_found_where_it_says_or_comes_with_a_later_part() {
    let cases = all();
    for incident in table().incident {
        let what = format!("{} {}: {}", incident.systems, incident.area, incident.what);
        match &incident.later {
            Some(later) => assert!(LATER.contains(&later.as_str()), "{what}: {later}"),
            None => assert!(!incident.found.is_empty(), "{what}: nothing finds it"),
        }
        for found in &incident.found {
            let case = cases.iter().find(|case| case.name == found.case);
            let case = case.unwrap_or_else(|| panic!("{what}: there is no case {}", found.case));
            // The meta-test of the pairs demands that the neighbour is silent.
            assert!(
                case.sound.is_some(),
                "{what}: {} has no neighbour",
                found.case
            );
            let places: Vec<(String, u32, u32)> = findings(&case.file)
                .iter()
                .map(|finding| {
                    let location = &finding.place.location;
                    let code = finding.rule.code.to_owned();
                    (code, location.line, location.column)
                })
                .collect();
            let expected = (found.code.clone(), found.line, found.column);
            assert!(
                places.contains(&expected),
                "{what}: {}: {places:?}",
                found.case
            );
        }
    }
}

#[test]
fn what_broke_in_the_home_lab_is_found_in_its_declaration() {
    let folder = root().join("examples/homelab");
    let text = std::fs::read_to_string(folder.join("tailnet.nix")).unwrap();
    let policy = std::fs::read_to_string(folder.join("policy.hujson")).unwrap();
    for put_back in table().homelab {
        let PutBack { what, from, to, .. } = &put_back;
        let (in_text, in_policy) = (text.matches(from).count(), policy.matches(from).count());
        assert_eq!(
            in_text + in_policy,
            1,
            "{what}: {from} stands {in_text} + {in_policy} times"
        );
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("tailnet.nix");
        let changed = text.replace(from, to);
        let policy = policy.replace(from, to);
        std::fs::write(&file, &changed).unwrap();
        std::fs::write(place.path().join("policy.hujson"), &policy).unwrap();
        let findings = findings(&file);
        let codes: BTreeSet<&str> = findings.iter().map(|finding| finding.rule.code).collect();
        let expected: BTreeSet<&str> = put_back.codes.iter().map(String::as_str).collect();
        assert_eq!(codes, expected, "{what}: {findings:#?}");
        let first = &put_back.codes[0];
        let lines: Vec<&str> = findings
            .iter()
            .filter(|finding| finding.rule.code == first)
            .map(|finding| {
                let location = &finding.place.location;
                let is_policy = location.file.to_string().ends_with(".hujson");
                let text = if is_policy { &policy } else { &changed };
                text.lines().nth(location.line as usize - 1).unwrap()
            })
            .collect();
        let is_there = lines.iter().any(|line| line.contains(&put_back.at));
        assert!(is_there, "{what}: found at {lines:?}");
    }
}
