//! ## What it does
//!
//! Finds passwords in `settings`: texts under a name such as `password`, and texts in which a
//! password stands before the host.
//!
//! ## Why is this bad?
//!
//! Settings become a ConfigMap. It is committed with the generated files, and in the cluster
//! whoever may read anything of the namespace can read it.
//!
//! ## Example
//!
//! ```nix
//! settings.redis.password = "correct horse";
//! settings.queryLog.target = "postgres://blocky:battery@db/log";
//! ```
//!
//! ## What to do
//!
//! Put the value into a SOPS file, declare it among `secrets`, and write `{ secret = name; }` in
//! its place: Blocky then reads it from a file of a Secret. It does so for `queryLog.target`,
//! `redis.password` and `redis.sentinelPassword`.

use super::Check;
use crate::declaration::language::Setting;
use crate::facts::blocky::SECRET_SETTINGS;
use crate::finding::Finding;
use crate::place::Place;
use crate::redact::has_password;
use crate::topology::Topology;

rule!("TW702", "password-in-settings", Error, Medium, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    for resolver in topology.resolvers.values() {
        for (name, (place, setting)) in &resolver.declared.settings.0 {
            walk(&[name], place, setting, findings);
        }
    }
}

fn walk(path: &[&str], place: &Place, setting: &Setting, findings: &mut Vec<Finding>) {
    match setting {
        Setting::Text(text) => {
            let name = path.last().copied().unwrap_or_default();
            if (is_for_a_password(name) && !is_file(text)) || has_password(text) {
                findings.push(finding(path, place));
            }
        }
        Setting::List(elements) => {
            for element in elements {
                walk(path, place, element, findings);
            }
        }
        Setting::Set(entries) => {
            for (name, (place, setting)) in entries {
                walk(&[path, &[name]].concat(), place, setting, findings);
            }
        }
        Setting::Bool(_) | Setting::Int(_) | Setting::Secret(_) => {}
    }
}

fn is_for_a_password(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.ends_with("password") || name.ends_with("passphrase")
}

/// What is no password: none, or the name of a file that has it
/// (github.com/0xERR0R/blocky, config/secret.go).
fn is_file(text: &str) -> bool {
    text.is_empty() || text.starts_with("file:")
}

fn finding(path: &[&str], place: &Place) -> Finding {
    let finding = Finding::new(
        &RULE,
        place,
        format!("a password stands in `{}`", place.path),
    )
    .label("not repeated here")
    .note("settings become a ConfigMap, which is committed, and which others can read");
    if SECRET_SETTINGS.contains(&path) {
        finding.help(
            "put it into a SOPS file, declare that among `secrets`, and write \
             `{ secret = name; }` here",
        )
    } else {
        finding.help(
            "take it out: Blocky reads no secret here; let the server admit it by its address, \
             for instance",
        )
    }
}
