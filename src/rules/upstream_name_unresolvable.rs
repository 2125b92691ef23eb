//! ## What it does
//!
//! Finds Blockys that know an upstream server by its name alone and have nobody to ask for that name: no
//! `bootstrap`, and no upstream server that is an address.
//!
//! ## Why is this bad?
//!
//! The name is asked of the host's or the cluster's own DNS. That asks this resolver in turn, sooner or
//! later: at its first start, or when the node's list of name servers changes.
//!
//! ## Example
//!
//! ```nix
//! resolvers.blocky = { kind = "blocky"; upstreams = [ "tcp-tls:dns.quad9.net" ]; };
//! ```
//!
//! ## What to do
//!
//! Declare `bootstrap = [ "9.9.9.9" ];`.

use super::Check;
use crate::facts::resolver::BOOTSTRAP_FACT;
use crate::finding::Finding;
use crate::scalar::ResolverKind;
use crate::scalar::server::UpstreamHost;
use crate::topology::Topology;

rule!("TW410", "upstream-name-unresolvable", Error, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    for resolver in topology.resolvers.values() {
        let declared = &resolver.declared;
        // Of other programs it is not known whom they ask; AdGuard Home brings servers for it along.
        if declared.kind.value != ResolverKind::Blocky {
            continue;
        }
        let is_name = |host: &UpstreamHost| matches!(host, UpstreamHost::Name(_));
        let has_bootstrap = match &resolver.app {
            Some(app) => !app.bootstrap.is_empty(),
            None => !declared.bootstrap.is_empty(),
        };
        let mut upstreams = declared.upstreams.iter();
        let Some(named) = upstreams.find(|upstream| is_name(&upstream.value.host)) else {
            continue;
        };
        let has_address = declared
            .upstreams
            .iter()
            .any(|one| !is_name(&one.value.host));
        if has_bootstrap || has_address {
            continue;
        }
        findings.push(
            Finding::new(
                &RULE,
                &named.place,
                format!(
                    "resolver {} knows its upstream servers by name alone, and asks nobody for {}",
                    resolver.name, named.value
                ),
            )
            .label("has to be resolved before it can be asked")
            .note(format!(
                "{} ({})",
                BOOTSTRAP_FACT.says, BOOTSTRAP_FACT.source
            ))
            .help("declare `bootstrap` with the address of a public server"),
        );
    }
}
