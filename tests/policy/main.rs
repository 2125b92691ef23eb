//! The policy model against answers of Tailscale's service, as headscale's Go module carries them
//! (hscontrol/policy/v2/testdata): for each policy whether it is accepted, and then the packet filter
//! of each machine and the routes that are approved.
//!
//! `TAILWRIGHT_HEADSCALE` names the module's folder; `tests/run` downloads it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod capture;
mod compared;

use std::collections::BTreeMap;
use std::path::PathBuf;

use capture::Capture;
use compared::{Aspect, Outcome};

/// Where the model knowingly says something else than the service, and why.
const DIFFERENT: &[(&str, &str)] = &[
    (
        "acl-k03",
        "captured before the route was approved; the same policy section approves it elsewhere",
    ),
    (
        "policytest-allpass-grants-only-tag-src-ipv6-literal-dst",
        "the machine has the IPv6 address that the policy names, and no filter for it; presumably \
         the capture's addresses were replaced after the answer",
    ),
    ("ssh-b4", DOMAIN),
    ("ssh-d1", DOMAIN),
    ("ssh-e1", DOMAIN),
    ("ssh-e2", DOMAIN),
];

const DOMAIN: &str =
    "refused since the domain is not the tailnet's, of which a declaration says nothing";

fn captures() -> Option<Vec<Capture>> {
    let Some(module) = std::env::var_os("TAILWRIGHT_HEADSCALE") else {
        common::not_run(
            "policy",
            "TAILWRIGHT_HEADSCALE names no folder of headscale's module",
        );
        return None;
    };
    let folder = PathBuf::from(module).join("hscontrol/policy/v2/testdata");
    let mut files = Vec::new();
    for entry in std::fs::read_dir(&folder).unwrap() {
        for file in std::fs::read_dir(entry.unwrap().path()).unwrap() {
            files.push(file.unwrap().path());
        }
    }
    files.sort();
    assert!(!files.is_empty(), "nothing in {}", folder.display());
    Some(files.iter().map(|file| Capture::read(file)).collect())
}

#[test]
fn the_model_says_what_the_service_says() {
    let Some(captures) = captures() else { return };
    let mut counts: BTreeMap<(String, Aspect), usize> = BTreeMap::new();
    let mut not_compared: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
    let mut differ: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for capture in &captures {
        for (aspect, outcome) in compared::compare(capture) {
            match outcome {
                Outcome::Agrees => {
                    *counts.entry((capture.folder.clone(), aspect)).or_default() += 1;
                }
                Outcome::Differs(how) => differ
                    .entry(capture.name.clone())
                    .or_default()
                    .push(format!("{aspect}: {how}")),
                Outcome::NotCompared(why) => {
                    not_compared
                        .entry(why)
                        .or_default()
                        .push(capture.name.clone());
                }
            }
        }
    }
    let unexpected: Vec<String> = differ
        .iter()
        .filter(|(name, _)| !DIFFERENT.iter().any(|(known, _)| known == name))
        .map(|(name, how)| format!("{name}\n  {}", how.join("\n  ")))
        .collect();
    assert!(
        unexpected.is_empty(),
        "{} of {} differ:\n{}",
        unexpected.len(),
        captures.len(),
        unexpected.join("\n")
    );
    for (name, why) in DIFFERENT {
        assert!(
            differ.contains_key(*name),
            "{name} agrees by now, though {why}"
        );
    }
    insta::with_settings!({ snapshot_path => ".", prepend_module_to_snapshot => false,
        omit_expression => true }, {
        insta::assert_snapshot!("compared", report(&counts, &not_compared));
    });
}

/// How many cases agree, and which were left out of what.
fn report(
    counts: &BTreeMap<(String, Aspect), usize>,
    not_compared: &BTreeMap<&'static str, Vec<String>>,
) -> String {
    let mut text = "Agree:\n".to_owned();
    for ((folder, aspect), count) in counts {
        text += &format!("  {folder}, {aspect}: {count}\n");
    }
    text += "\nSomething else is said:\n";
    for (name, why) in DIFFERENT {
        text += &format!("  {name}: {why}\n");
    }
    for (why, names) in not_compared {
        text += &format!("\nNot compared, {why}:\n");
        for name in names {
            text += &format!("  {name}\n");
        }
    }
    text
}
