//! ## What it does
//!
//! Finds auth keys that are in more hands than is known:
//!
//! - one that is declared as several secrets, the same key of the same SOPS file, where it is not declared
//!   when it expires;
//! - several reusable ones for the same tags of a tailnet, where of one it is not declared when it expires,
//!   as a note: they look like copies of one. tailwright opens no SOPS file, so it can't know.
//!
//! Not found is one reusable key with which several nodes join: `secrets/README.md` in the tree lists them.
//!
//! ## Why is this bad?
//!
//! Auth keys live for 90 days at most. Whoever renews the key has to know all who hold it: a copy that
//! was forgotten is noticed when a machine has to join again.
//!
//! ## Example
//!
//! ```nix
//! secrets.routers = { kind = "auth-key"; sops = { file = ./hosts.yaml; key = "join"; }; };
//! secrets.servers = { kind = "auth-key"; sops = { file = ./hosts.yaml; key = "join"; }; };
//! ```
//!
//! ## What to do
//!
//! Declare the key once and refer to it, or make a key for each purpose. Where it has to stay as it is,
//! write its `expires` at each of the secrets.

use std::collections::{BTreeMap, BTreeSet};

use super::Check;
use super::joining::joining;
use crate::facts::tailnet::AUTH_KEYS_EXPIRE;
use crate::finding::{Finding, Level};
use crate::scalar::SecretKind;
use crate::topology::{Id, Secret, Tailnet, Topology};

rule!("TW708", "key-in-many-hands", Warning, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    findings.extend(one_key(topology));
    findings.extend(alike(topology));
}

/// The auth keys of a topology.
fn keys(topology: &Topology) -> impl Iterator<Item = &Secret> {
    let secrets = topology.secrets.values();
    secrets.filter(|secret| secret.declared.kind == SecretKind::AuthKey)
}

/// The SOPS file and the key in it.
fn kept_in(secret: &Secret) -> (&str, Option<&str>) {
    let sops = &secret.declared.sops;
    let key = sops.key.as_ref().map(|key| key.value.as_str());
    (sops.file.value.as_str(), key)
}

/// One key that is declared as several.
fn one_key(topology: &Topology) -> Vec<Finding> {
    let mut copies: BTreeMap<(&str, Option<&str>), Vec<&Secret>> = BTreeMap::new();
    for secret in keys(topology) {
        copies.entry(kept_in(secret)).or_default().push(secret);
    }
    let says = |names: &str| format!("{names} are one key, and nothing says when it expires");
    let found = copies.into_values();
    let found = found.filter_map(|secrets| undated(&secrets, "the same key", says));
    found
        .map(|finding| {
            finding.help(
                "declare the key once, or make one for each; else write `expires` at each of them",
            )
        })
        .collect()
}

/// What one can know of the key itself: its tags, and the tailnets that are joined with it.
type Kind<'t> = (BTreeSet<&'t str>, BTreeSet<Id<Tailnet>>);

/// Keys that may be copies of one: whoever joins with one gets the same tags as with another.
fn alike(topology: &Topology) -> Vec<Finding> {
    let joining = joining(topology);
    let mut alike: BTreeMap<Kind<'_>, Vec<&Secret>> = BTreeMap::new();
    for secret in keys(topology) {
        let tags: BTreeSet<&str> = secret
            .declared
            .tags
            .iter()
            .map(|tag| tag.value.as_str())
            .collect();
        if secret.declared.reusable == Some(true) && !tags.is_empty() {
            let nodes = joining.iter().filter(|(own, _)| own.name == secret.name);
            let nodes = nodes.flat_map(|(_, nodes)| nodes);
            let tailnets = nodes.map(|(_, _, membership)| membership.tailnet);
            let own = alike.entry((tags, tailnets.collect())).or_default();
            if !own.iter().any(|other| kept_in(other) == kept_in(secret)) {
                own.push(secret);
            }
        }
    }
    let says = |names: &str| {
        format!(
            "{names} are reusable keys for the same tags, and nothing says when one of them expires"
        )
    };
    let found = alike.into_values();
    let found = found.filter_map(|secrets| undated(&secrets, "for the same tags", says));
    found
        .map(|mut finding| {
            finding.level = Level::Note;
            finding.help("declare one key and refer to it from each node; else write `expires` at each of them")
        })
        .collect()
}

/// What is to be said of secrets of which one has no day on which it expires.
fn undated(secrets: &[&Secret], role: &str, says: impl Fn(&str) -> String) -> Option<Finding> {
    let mut undated = secrets.iter();
    let undated = undated.find(|secret| secret.declared.expires.is_none());
    let undated = undated.filter(|_| secrets.len() > 1)?;
    let names: Vec<&str> = secrets.iter().map(|secret| secret.name.as_str()).collect();
    let place = &undated.declared.place;
    let mut finding =
        Finding::new(&RULE, place, says(&names.join(", "))).label("`expires` is missing");
    for other in secrets.iter().filter(|other| other.name != undated.name) {
        finding = finding.related(&other.declared.place, role);
    }
    Some(finding.note(format!(
        "{} ({})",
        AUTH_KEYS_EXPIRE.says, AUTH_KEYS_EXPIRE.source
    )))
}
