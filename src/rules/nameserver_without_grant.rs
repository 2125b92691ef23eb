//! ## What it does
//!
//! Finds name servers of a tailnet that nobody in the tailnet may ask: the policy file grants no one
//! port 53 of their address, over UDP or over TCP, on the machine that has the address or on any that
//! serves a route to it.
//!
//! ## Why is this bad?
//!
//! Every member asks these servers first. A packet that no grant allows is dropped without a word, so
//! that each name is a timeout. Without TCP the long answers are missing alone, which takes longer to
//! find.
//!
//! ## Example
//!
//! ```nix
//! tailnet.nameservers = [ "10.10.10.100" ];
//! # "grants": [{ "src": ["autogroup:member"], "dst": ["10.10.10.100"], "ip": ["tcp:53"] }]
//! ```
//!
//! ## What to do
//!
//! Grant the members `udp:53` and `tcp:53` of the address. Policies that grant something to IP sets or
//! Services are not judged.

use std::net::IpAddr;

use super::Check;
use crate::finding::Finding;
use crate::policy::traffic::{TCP, UDP};
use crate::policy::{Machine, Tailnet};
use crate::topology::{self, Topology};

rule!("TW706", "nameserver-without-grant", Error, Medium, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    for (id, tailnet) in topology.tailnets.iter() {
        let Some(file) = &tailnet.policy else {
            continue;
        };
        let Some(policy) = file.policy.as_ref().filter(|policy| policy.is_followed()) else {
            continue;
        };
        let members = Tailnet::populated(policy, topology.machines(id));
        let closed = closed(topology, tailnet, &members).into_iter();
        findings.extend(closed.map(|finding| finding.related(&file.place, "the policy")));
    }
}

fn closed(topology: &Topology, tailnet: &topology::Tailnet, members: &Tailnet<'_>) -> Vec<Finding> {
    let declared = &tailnet.declared;
    let split = declared
        .split_dns
        .0
        .values()
        .flat_map(|(_, servers)| servers);
    let mut findings = Vec::new();
    for server in declared.nameservers.iter().chain(split) {
        for address in topology.server_addresses(&server.value) {
            let protocols: Vec<&str> = [("UDP", UDP), ("TCP", TCP)]
                .into_iter()
                .filter(|(_, protocol)| is_closed(members, address.ip(), *protocol))
                .map(|(name, _)| name)
                .collect();
            if !protocols.is_empty() {
                findings.push(
                    Finding::new(
                        &RULE,
                        &server.place,
                        format!(
                            "the policy lets nobody ask the name server {address} over {}",
                            protocols.join(" and ")
                        ),
                    )
                    .label("asked by every member of the tailnet")
                    .note("what no grant allows is dropped: each name is a timeout")
                    .help(format!(
                        "add to the policy: {{ \"src\": [\"autogroup:member\"], \"dst\": [\"{address}\"], \
                         \"ip\": [\"udp:53\", \"tcp:53\"] }}"
                    )),
                );
            }
        }
    }
    findings
}

/// Whether some machine leads to the address, and none lets anybody pass.
fn is_closed(members: &Tailnet<'_>, address: IpAddr, protocol: u8) -> bool {
    let leads = |machine: &&Machine| members.leads(machine, address);
    let mut ways = members.machines().iter().filter(leads).peekable();
    ways.peek().is_some()
        && ways.all(|machine| {
            let filter = members.filter(machine);
            filter.admitted(address, protocol, 53).is_empty()
        })
}
