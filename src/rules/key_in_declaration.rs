//! ## What it does
//!
//! Finds texts that look like a key: Tailscale's `tskey-…`, headscale's, private keys of age, SSH
//! and OpenPGP, tokens of forges. The text is not repeated in the message.
//!
//! ## Why is this bad?
//!
//! A declaration is committed, copied into the Nix store where every user of the machine can read
//! it, and pasted into bug reports. tailwright never needs a secret's value.
//!
//! ## Example
//!
//! ```nix
//! secrets.nodes.sops.key = "tskey-…";
//! ```
//!
//! ## What to do
//!
//! Revoke the key, put a new one into a SOPS file, and name file and key here. This finding can't
//! be suppressed.

use super::Check;
use crate::declaration::value::{Kind, Location, Value};
use crate::finding::Finding;
use crate::place::{AttrPath, Place};
use crate::redact::looks_like_a_key;

rule!("TW701", "key-in-declaration", Error, Medium, since "0.1.0", Check::WhileReading);

/// Findings for every text and every attribute's name in the tree that looks like a key.
#[must_use]
pub fn check(value: &Value) -> Vec<Finding> {
    let mut findings = Vec::new();
    walk(value, &AttrPath::root(), &mut findings);
    findings
}

fn walk(value: &Value, path: &AttrPath, findings: &mut Vec<Finding>) {
    match &value.kind {
        Kind::String(text) | Kind::Path(text) if looks_like_a_key(text) => {
            findings.push(finding(path, &value.location));
        }
        Kind::List(elements) => {
            for (index, element) in elements.iter().enumerate() {
                walk(element, &path.index(index), findings);
            }
        }
        Kind::Set(set) => {
            for (name, entry) in &set.entries {
                if looks_like_a_key(name) {
                    findings.push(finding(path, &entry.key));
                }
                walk(&entry.value, &path.attr(name), findings);
            }
        }
        _ => {}
    }
}

fn finding(path: &AttrPath, location: &Location) -> Finding {
    let place = Place {
        path: path.clone(),
        location: location.clone(),
    };
    Finding::new(
        &RULE,
        &place,
        "a text that looks like a key stands in the declaration",
    )
    .label("not repeated here")
    .note("a declaration is committed, and readable by every user of a machine in the Nix store")
    .help("revoke the key, put a new one into a SOPS file, and name the file and the key in it")
}
