//! ## What it does
//!
//! Notes nodes whose firewall is declared to be off and on which a DNS server is open to others: a
//! resolver, which has no access list that is declared, or a forwarder.
//!
//! Not found are servers on loopback alone, and nodes of which nothing is said: NixOS' firewall is on.
//!
//! ## Why is this bad?
//!
//! Whoever reaches the node reaches the server. A resolver answers him, and can be made to send its
//! answers to others; of a forwarder its access list alone is left, which knows no interfaces, so that
//! a forged source address passes.
//!
//! ## Example
//!
//! ```nix
//! nodes.alpha = { address = "192.168.1.11"; firewall = "off"; };
//! resolvers.adguard = { kind = "adguard-home"; nodes = [ "alpha" ]; };
//! ```
//!
//! ## What to do
//!
//! Switch the firewall on and open the ports that are meant, or suppress the note with the reason why
//! it is off.

use std::net::IpAddr;

use super::Check;
use crate::finding::Finding;
use crate::scalar::{Address, Firewall};
use crate::topology::{Node, Resolver, Topology};

rule!("TW508", "firewall-off", Note, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    for resolver in topology.resolvers.values() {
        for node in &resolver.nodes {
            let node = topology.nodes.get(*node);
            if is_off(node) && !is_local(resolver) {
                let server = format!("resolver {}", resolver.name);
                findings.push(
                    finding(node, &server)
                        .related(&resolver.declared.place, "the resolver")
                        .note("whoever reaches the node is answered"),
                );
            }
        }
    }
    for forwarder in topology.forwarders.values() {
        for instance in &forwarder.instances {
            let node = topology.nodes.get(instance.node);
            let mut reachable = instance.reachable_addresses();
            let note = match reachable.next() {
                None => continue,
                Some(address) if is_public(address) || reachable.any(is_public) => {
                    "its access list alone is left, which a forged source address passes"
                }
                Some(_) => {
                    "its access list alone is left: whoever is in its LAN can forge a source address"
                }
            };
            if is_off(node) {
                let server = format!("forwarder {}", forwarder.name);
                findings.push(
                    finding(node, &server)
                        .related(&forwarder.declared.place, "the forwarder")
                        .note(note),
                );
            }
        }
    }
}

/// Whether a resolver listens on loopback alone.
fn is_local(resolver: &Resolver) -> bool {
    let listen = resolver.declared.listen.as_ref();
    listen.is_some_and(|listen| listen.iter().all(|own| own.value.ip().is_loopback()))
}

fn is_off(node: &Node) -> bool {
    node.firewall.value == Firewall::Off && node.firewall.fact.is_none()
}

/// Whether an address is neither of a private network nor of a tailnet.
fn is_public(address: Address) -> bool {
    match address.ip() {
        IpAddr::V4(ip) => {
            let [first, second, ..] = ip.octets();
            let is_shared = first == 100 && (64..128).contains(&second);
            !(ip.is_private() || ip.is_loopback() || ip.is_link_local() || is_shared)
        }
        IpAddr::V6(ip) => ip.segments()[0] & 0xe000 == 0x2000,
    }
}

fn finding(node: &Node, server: &str) -> Finding {
    Finding::new(
        &RULE,
        &node.firewall.place,
        format!("no firewall stands in front of {server} on {}", node.name),
    )
    .label("switched off")
    .help("switch the firewall on, and open what is meant to be reached")
}
