//! ## What it does
//!
//! Finds a `control.url` of headscale whose host is in the tailnet's own suffix.
//!
//! ## Why is this bad?
//!
//! Members ask MagicDNS for the names of the suffix, and that holds the whole zone: whoever has to log in
//! anew does not find the server at which he would. headscale does not start with such a configuration.
//!
//! ## Example
//!
//! ```nix
//! tailnet.suffix = "mesh.example.org";
//! tailnet.control.url = "https://headscale.mesh.example.org";
//! ```
//!
//! ## What to do
//!
//! Give headscale a name outside of its base domain, such as `headscale.example.org`.

use super::Check;
use crate::facts::tailnet::HEADSCALE_OUTSIDE;
use crate::finding::Finding;
use crate::scalar::{Control, DnsName};
use crate::topology::Topology;

rule!("TW414", "coordinated-from-within", Error, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    for tailnet in topology.tailnets.values() {
        let Some(control) = &tailnet.declared.control else {
            continue;
        };
        let suffix = &tailnet.declared.suffix;
        let url = control.url.as_ref();
        let url = url.filter(|_| control.kind == Control::Headscale);
        let host = url.and_then(|url| url.host().parse::<DnsName>().ok());
        let Some(host) = host.filter(|host| host.is_within(&suffix.value)) else {
            continue;
        };
        findings.push(
            Finding::new(
                &RULE,
                &control.place,
                format!("headscale is {host}, a name of its own tailnet"),
            )
            .label("known by MagicDNS alone")
            .related(&suffix.place, "the suffix")
            .note(format!(
                "{} ({})",
                HEADSCALE_OUTSIDE.says, HEADSCALE_OUTSIDE.source
            ))
            .help("give it a name outside of the suffix"),
        );
    }
}
