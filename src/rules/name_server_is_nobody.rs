//! ## What it does
//!
//! Finds name servers of a tailnet that are nobody: addresses in a declared LAN, or of a node, where no DNS
//! server is declared.
//!
//! ## Why is this bad?
//!
//! The machine was replaced, the address stayed in the settings. Every device of the tailnet waits for each
//! name until it gives up.
//!
//! ## Example
//!
//! ```nix
//! tailnet.nameservers = [ "10.10.10.53" ]; # nothing is there any more
//! ```
//!
//! ## What to do
//!
//! Write the name of a resolver, or declare the one that is at this address.

use super::Check;
use super::name_servers::{Of, lists};
use crate::finding::Finding;
use crate::scalar::ServerRef;
use crate::topology::Topology;

rule!("TW403", "name-server-is-nobody", Error, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    // Whoever is declared with a mistake of his own could be there.
    if !topology.is_complete() {
        return;
    }
    let lists = lists(topology).into_iter();
    for list in lists.filter(|list| list.of == Of::Tailnet) {
        for server in list.servers {
            let ServerRef::Address(address) = server.value else {
                continue;
            };
            if topology.answers_dns(address) || !topology.is_in_a_lan(address) {
                continue;
            }
            findings.push(
                Finding::new(
                    &RULE,
                    &server.place,
                    format!("{} is given the name server {address}, where nothing that answers is declared", list.whose),
                )
                .label("no DNS server is declared there")
                .note("each name waits until the client gives up")
                .help("write the name of a resolver, or declare the one that is there"),
            );
        }
    }
}
