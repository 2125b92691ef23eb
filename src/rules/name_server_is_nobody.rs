//! ## What it does
//!
//! Finds name servers of a tailnet that are nobody: addresses in a declared LAN, or of a node, where no DNS
//! server is declared, and addresses in its own range that none of its members has, where those of all
//! declared members are known.
//!
//! Not found are addresses outside of every declared LAN, and name servers that DHCP hands out: a router that
//! answers is seldom declared.
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
use crate::scalar::{Address, ServerRef};
use crate::topology::{Id, Membership, Tailnet, Topology};

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
            let is_known = topology.is_in_a_lan(address) || is_no_member(topology, address);
            if topology.answers_dns(address) || !is_known {
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

/// Whether an address is in the range of a tailnet of whose members all addresses are declared, and is none of
/// theirs.
fn is_no_member(topology: &Topology, address: Address) -> bool {
    let in_range = topology.tailnets.iter().filter(|(_, tailnet)| {
        let mut ranges = tailnet.ranges.iter();
        ranges.any(|range| range.contains_address(address))
    });
    let ids: Vec<Id<Tailnet>> = in_range.map(|(id, _)| id).collect();
    let has_another = |own: &Membership| {
        let own = own.declared.address.0.iter().map(|own| own.value);
        let own: Vec<Address> = own
            .filter(|own| own.ip().is_ipv4() == address.ip().is_ipv4())
            .collect();
        !own.is_empty() && !own.contains(&address)
    };
    let members = topology.members();
    let mut members = members
        .filter(|member| ids.contains(&member.membership.tailnet))
        .peekable();
    members.peek().is_some() && members.all(|member| has_another(member.membership))
}
