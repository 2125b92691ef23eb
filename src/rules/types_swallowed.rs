//! ## What it does
//!
//! Finds names of a public domain that Blocky holds together with all names below them, and for which it
//! answers other types than addresses with nothing.
//!
//! ## Why is this bad?
//!
//! Below such a name there is `_acme-challenge`, whose TXT records an issuer of certificates puts there and
//! looks up. The one who renews a wildcard certificate looks them up too, through Blocky, never sees them,
//! and gives up: the certificate expires months later.
//!
//! ## Example
//!
//! ```nix
//! resolvers.blocky.customDns."home.example.com" = "10.10.10.80";
//! ```
//!
//! ## What to do
//!
//! Set `filterUnmappedTypes = false`, so that other types are asked of the upstream servers, or map single
//! names.

use super::Check;
use crate::facts::blocky::FILTERS_UNMAPPED_TYPES;
use crate::finding::Finding;
use crate::scalar::ResolverKind;
use crate::topology::Topology;
use crate::trace::is_private_use;

rule!("TW405", "types-swallowed", Warning, Medium, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    for resolver in topology.resolvers.values() {
        let declared = &resolver.declared;
        let is_blocky = declared.kind.value == ResolverKind::Blocky;
        if !is_blocky || !resolver.filters_unmapped_types() {
            continue;
        }
        for (name, (place, _)) in &declared.custom_dns.0 {
            let mut suffixes = topology
                .tailnets
                .values()
                .map(|one| &one.declared.suffix.value);
            let is_own = is_private_use(name)
                || suffixes.any(|suffix| name.is_within(suffix))
                || declared.zones.iter().any(|zone| name.is_within(zone));
            if is_own || !name.as_str().contains('.') {
                continue;
            }
            findings.push(
                Finding::new(
                    &RULE,
                    place,
                    format!(
                        "resolver {} answers nothing but addresses for {name} and all below it",
                        resolver.name
                    ),
                )
                .label(format!("_acme-challenge.{name} is below it"))
                .note(format!(
                    "{} ({})",
                    FILTERS_UNMAPPED_TYPES.says, FILTERS_UNMAPPED_TYPES.source
                ))
                .note("who renews a certificate looks for TXT records there, and finds none")
                .help("set `filterUnmappedTypes = false`"),
            );
        }
    }
}
