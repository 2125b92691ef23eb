//! ## What it does
//!
//! Finds nodes of a forwarder that take the tailnet's DNS settings while those name servers.
//!
//! ## Why is this bad?
//!
//! quad100 on such a node asks the tailnet's name servers for what it does not know, and tailscaled puts
//! itself into the node's resolv.conf. Where the name server is a resolver that asks this very forwarder,
//! queries go round as soon as a name is not one of the tailnet's own, and the node itself has no names
//! until what runs on it is up.
//!
//! ## Example
//!
//! ```nix
//! tailnet.nameservers = [ "blocky" ];
//! nodes.alpha.tailscale.acceptDns = true;
//! forwarders.magicdns.nodes = [ "alpha" ];
//! ```
//!
//! ## What to do
//!
//! Set `acceptDns = false` on the forwarder's nodes: quad100 answers for the tailnet's members all the
//! same. Unknown names are SERVFAIL then, not NXDOMAIN.

use super::Check;
use crate::facts::tailnet::ACCEPT_DNS_OFF;
use crate::finding::Finding;
use crate::place::Located;
use crate::scalar::ServerRef;
use crate::topology::{Forwarder, Id, Membership, Node, Topology};

rule!("TW302", "forwarder-accepts-dns", Error, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    for forwarder in topology.forwarders.values() {
        for instance in &forwarder.instances {
            let node = topology.nodes.get(instance.node);
            let Some((membership, server)) = taken_settings(topology, forwarder, instance.node)
            else {
                continue;
            };
            findings.push(
                Finding::new(
                    &RULE,
                    &membership.accept_dns.place,
                    format!(
                        "{}, on which forwarder {} runs, takes the tailnet's DNS settings",
                        node.name, forwarder.name
                    ),
                )
                .label("its quad100 asks the tailnet's name servers")
                .related(&server.place, "one of them")
                .note(format!(
                    "{} ({})",
                    ACCEPT_DNS_OFF.says, ACCEPT_DNS_OFF.source
                ))
                .help(format!("set `acceptDns = false` on {}", node.name)),
            );
        }
    }
}

/// The membership by which a forwarder's node takes settings that name servers, and one of those.
pub(super) fn taken_settings<'t>(
    topology: &'t Topology,
    forwarder: &Forwarder,
    node: Id<Node>,
) -> Option<(&'t Membership, &'t Located<ServerRef>)> {
    forwarder.on(node)?;
    let membership = topology.nodes.get(node).tailscale.as_ref()?;
    let tailnet = &topology.tailnets.get(forwarder.tailnet).declared;
    let split = tailnet
        .split_dns
        .0
        .values()
        .flat_map(|(_, servers)| servers);
    let server = tailnet.nameservers.iter().chain(split).next()?;
    let takes = membership.accept_dns.value && membership.tailnet == forwarder.tailnet;
    takes.then_some((membership, server))
}
