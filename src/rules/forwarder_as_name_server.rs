//! ## What it does
//!
//! Finds clients whose name server is a forwarder.
//!
//! ## Why is this bad?
//!
//! A forwarder answers the tailnet's names and refuses everything else: the client has no other names. One
//! that listens on port 53 looks like a resolver and is none.
//!
//! ## Example
//!
//! ```nix
//! forwarders.magicdns = { nodes = [ "alpha" ]; port = 53; };
//! sites.home.nameservers = [ "10.10.10.200" ]; # alpha
//! ```
//!
//! ## What to do
//!
//! Name a resolver that asks the forwarder for the suffix. A client that is meant to know the tailnet's
//! names alone is worth a `suppress` with the reason.

use super::Check;
use super::name_servers::lists;
use crate::finding::Finding;
use crate::scalar::ServerRef;
use crate::topology::Topology;

rule!("TW411", "forwarder-as-name-server", Warning, Medium, since "0.1.0", Check::Topology(check));

/// The port on which name servers are asked.
const DNS: u16 = 53;

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    for list in lists(topology) {
        for server in list.servers {
            let ServerRef::Address(address) = server.value else {
                continue;
            };
            let mut forwarders = topology.forwarders.values();
            let forwarder = forwarders.find(|forwarder| {
                let mut instances = forwarder.instances.iter();
                forwarder.port.value.number() == DNS
                    && instances.any(|instance| instance.listen.contains(&address))
            });
            let Some(forwarder) = forwarder else { continue };
            findings.push(
                Finding::new(
                    &RULE,
                    &server.place,
                    format!(
                        "{} has forwarder {} as its name server",
                        list.whose, forwarder.name
                    ),
                )
                .label("refuses every name outside of the tailnet")
                .related(&forwarder.declared.place, "the forwarder")
                .note("no other name resolves for who is given it")
                .help("name a resolver that asks the forwarder for the tailnet's names"),
            );
        }
    }
}
