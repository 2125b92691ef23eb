//! ## What it does
//!
//! Finds one auth key that is declared as several secrets, the same key of the same SOPS file, where it
//! is not declared when it expires.
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

use std::collections::BTreeMap;

use super::Check;
use crate::facts::tailnet::AUTH_KEYS_EXPIRE;
use crate::finding::Finding;
use crate::scalar::SecretKind;
use crate::topology::{Secret, Topology};

rule!("TW708", "key-in-many-hands", Warning, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    let mut copies: BTreeMap<(&str, Option<&str>), Vec<&Secret>> = BTreeMap::new();
    for secret in topology.secrets.values() {
        if secret.declared.kind == SecretKind::AuthKey {
            let sops = &secret.declared.sops;
            let key = sops.key.as_ref().map(|key| key.value.as_str());
            let place = (sops.file.value.as_str(), key);
            copies.entry(place).or_default().push(secret);
        }
    }
    for secrets in copies.into_values() {
        let undated = secrets
            .iter()
            .find(|secret| secret.declared.expires.is_none());
        let Some(undated) = undated.filter(|_| secrets.len() > 1) else {
            continue;
        };
        let names: Vec<&str> = secrets.iter().map(|secret| secret.name.as_str()).collect();
        let mut finding = Finding::new(
            &RULE,
            &undated.declared.place,
            format!(
                "{} are one key, and nothing says when it expires",
                names.join(", ")
            ),
        )
        .label("`expires` is missing");
        for other in secrets.iter().filter(|other| other.name != undated.name) {
            finding = finding.related(&other.declared.place, "the same key");
        }
        findings.push(
            finding
                .note(format!("{} ({})", AUTH_KEYS_EXPIRE.says, AUTH_KEYS_EXPIRE.source))
                .help("declare the key once, or make one for each; else write `expires` at each of them"),
        );
    }
}
