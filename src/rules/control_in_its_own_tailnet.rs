//! ## What it does
//!
//! Finds coordination servers whose `url` has a name in the tailnet's own `suffix`; with a port, which
//! headscale's own check passes over, as a warning.
//!
//! ## Why is this bad?
//!
//! Members ask the tailnet's DNS for that name, and the tailnet's DNS is there once they are connected. A
//! member that starts, or that has to log in again, does not find the server. headscale refuses to start
//! with such a `server_url` and `base_domain`.
//!
//! ## Example
//!
//! ```nix
//! tailnet = {
//!   suffix = "mesh.example.org";
//!   control = { kind = "headscale"; url = "https://headscale.mesh.example.org"; };
//! };
//! ```
//!
//! ## What to do
//!
//! Give the server a name outside of the suffix, or the tailnet another suffix.

use super::Check;
use crate::facts::tailnet::SERVER_OUTSIDE_BASE_DOMAIN;
use crate::finding::{Finding, Level};
use crate::scalar::DnsName;
use crate::topology::Topology;

rule!("TW415", "control-in-its-own-tailnet", Error, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    for tailnet in topology.tailnets.values() {
        let suffix = &tailnet.declared.suffix;
        let Some(control) = &tailnet.declared.control else {
            continue;
        };
        let Some(url) = &control.url else { continue };
        let (host, port) = url.value.host();
        let Ok(name) = host.parse::<DnsName>() else {
            continue;
        };
        if !name.is_within(&suffix.value) {
            continue;
        }
        let mut finding = Finding::new(
                &RULE,
                &url.place,
                format!("the coordination server {name} has a name of its own tailnet"),
            )
            .label("members log in there")
            .related(&suffix.place, "asked of the tailnet's DNS, as all names below it")
            .note("without the tailnet its name does not resolve, and without the name nobody joins the tailnet")
            .note(format!(
                "{} ({})",
                SERVER_OUTSIDE_BASE_DOMAIN.says, SERVER_OUTSIDE_BASE_DOMAIN.source
            ))
            .help("give the server a name outside of the suffix, or the tailnet another suffix");
        if port.is_some() {
            finding.level = Level::Warning;
        }
        findings.push(finding);
    }
}
