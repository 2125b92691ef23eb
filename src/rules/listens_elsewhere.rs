//! ## What it does
//!
//! Finds clients that are told to ask a forwarder at an address or a port where it does not
//! listen, and addresses to listen on that none of its nodes has.
//!
//! ## Why is this bad?
//!
//! The query arrives at nothing, or at another program: port 53 of a node is often held by
//! systemd-resolved or by a load balancer.
//!
//! ## Example
//!
//! ```nix
//! forwarders.magicdns = { nodes = [ "alpha" ]; port = 1053; };
//! resolvers.blocky.conditional."tail96fefe.ts.net" = "10.10.10.200"; # port 53
//! ```
//!
//! ## What to do
//!
//! Write the port behind the address, or remove the mapping: it is derived.

use super::Check;
use crate::finding::Finding;
use crate::scalar::Address;
use crate::scalar::server::{Transport, UpstreamHost};
use crate::topology::arrivals::{Ingress, Target};
use crate::topology::{Arrival, Forwarder, Instance, Resolver, Topology};

rule!("TW504", "listens-elsewhere", Error, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    for forwarder in topology.forwarders.values() {
        // Whoever is declared with a mistake of his own could be there.
        let all_known = topology.nodes.is_complete()
            && topology.devices.is_complete()
            && topology.resolvers.is_complete()
            && topology.forwarders.is_complete();
        if all_known {
            unheld(topology, forwarder, findings);
        }
        for resolver in topology.resolvers.values().filter(|_| all_known) {
            mappings(topology, forwarder, resolver, findings);
        }
        for instance in &forwarder.instances {
            findings.extend(without_address(topology, forwarder, instance));
            if instance.listen.is_empty() {
                findings.push(nowhere(topology, forwarder, instance));
                continue;
            }
            let mut reported = Vec::new();
            for arrival in &instance.arrivals {
                for target in &arrival.targets {
                    let listens = instance.listen.contains(&target.address)
                        && target.port == forwarder.port.value.number();
                    // Whom the node's own programs ask is derived, unless it is written.
                    let own = arrival.ingress == Ingress::Loopback && target.place.is_none();
                    if !listens && !own && !reported.contains(&target) {
                        reported.push(target);
                        findings.push(finding(topology, forwarder, instance, arrival, target));
                    }
                }
            }
        }
    }
}

fn finding(
    topology: &Topology,
    forwarder: &Forwarder,
    instance: &Instance,
    arrival: &Arrival,
    target: &Target,
) -> Finding {
    let node = &topology.nodes.get(instance.node).name;
    let port = forwarder.port.value;
    let listen: Vec<String> = instance
        .listen
        .iter()
        .map(|address| format!("{address} port {port}"))
        .collect();
    let listen_place = forwarder
        .declared
        .listen
        .as_ref()
        .and_then(|listen| listen.first());
    let place = target
        .place
        .as_ref()
        .or_else(|| listen_place.map(|address| &address.place))
        .unwrap_or(&forwarder.declared.place);
    Finding::new(
        &RULE,
        place,
        format!(
            "{} ({}) asks {} port {}, where forwarder {} on {node} does not listen",
            arrival.class, arrival.asker, target.address, target.port, forwarder.name
        ),
    )
    .label(format!("on {node} it listens on {}", listen.join(", ")))
    .note("the query arrives at nothing, or at another program")
    .help(match target.place {
        Some(_) if instance.listen.contains(&target.address) => {
            format!(
                "write {}:{port}, or remove the mapping: it is derived",
                target.address
            )
        }
        Some(_) => format!(
            "remove the mapping, which is derived, or add {} to `listen`",
            target.address
        ),
        None => "remove `listen`, or add the address that clients ask".to_owned(),
    })
}

/// What a resolver is written to ask for the suffix: servers where no forwarder is, and a
/// forwarder in a protocol that it does not speak. Which port a forwarder is asked on is looked
/// at where its instance is.
fn mappings(
    topology: &Topology,
    forwarder: &Forwarder,
    resolver: &Resolver,
    findings: &mut Vec<Finding>,
) {
    let suffix = &topology
        .tailnets
        .get(forwarder.tailnet)
        .declared
        .suffix
        .value;
    for server in resolver.written_mapping(suffix).unwrap_or_default() {
        let UpstreamHost::Address(address) = server.host else {
            continue;
        };
        let is_forwarder = topology
            .forwarders
            .values()
            .filter(|other| other.tailnet == forwarder.tailnet)
            .flat_map(|forwarder| &forwarder.instances)
            .any(|instance| topology.held_addresses(instance.node).contains(&address));
        let finding = |message: String| {
            Finding::new(&RULE, &server.place, message)
                .label("not a forwarder of the tailnet")
                .note("the query arrives at nothing, or at another program")
                .help("remove the mapping: it is derived, or name a forwarder's address and port")
        };
        if is_forwarder && server.transport != Transport::Plain {
            findings.push(finding(format!(
                "resolver {} asks {} in another protocol than plain DNS, which is all that a forwarder speaks",
                resolver.name, server.value
            )));
        } else if !is_forwarder && !address.ip().is_loopback() && is_nobody(topology, address) {
            findings.push(finding(format!(
                "resolver {} asks {} for {suffix}, where nothing that answers is declared",
                resolver.name, server.value
            )));
        }
    }
}

/// Whether an address is in a declared LAN, or a node's, without a DNS server there being
/// declared. Of other addresses nothing is known.
fn is_nobody(topology: &Topology, address: Address) -> bool {
    topology.is_in_a_lan(address) && !topology.answers_dns(address)
}

/// A node that holds none of the addresses to listen on.
fn nowhere(topology: &Topology, forwarder: &Forwarder, instance: &Instance) -> Finding {
    let node = topology.nodes.get(instance.node);
    let listen = forwarder
        .declared
        .listen
        .as_ref()
        .and_then(|listen| listen.first());
    let place = listen.map_or(&forwarder.declared.place, |address| &address.place);
    Finding::new(
        &RULE,
        place,
        format!(
            "forwarder {} on {} listens nowhere",
            forwarder.name, node.name
        ),
    )
    .label(format!("{} holds none of these addresses", node.name))
    .related(&node.declared.place, "the node")
    .note("an unbound without an address to listen on takes port 53 of the loopback interface")
    .help(format!(
        "add an address of {} to `listen`, or take it out of the forwarder's nodes",
        node.name
    ))
}

/// A node without an address: whoever is told to ask the forwarder can't be told where.
fn without_address(
    topology: &Topology,
    forwarder: &Forwarder,
    instance: &Instance,
) -> Option<Finding> {
    let node = topology.nodes.get(instance.node);
    if forwarder.declared.listen.is_some() || instance.reachable_addresses().next().is_some() {
        return None;
    }
    Some(
        Finding::new(
            &RULE,
            &node.declared.place,
            format!(
                "forwarder {} on {} listens on loopback alone: the node has no address",
                forwarder.name, node.name
            ),
        )
        .label("`address` is missing")
        .related(&forwarder.declared.place, "the forwarder")
        .note("nobody but the node itself can ask it")
        .help("add the node's `address`, or the addresses of `listen` to the forwarder"),
    )
}

/// Addresses to listen on that no node of the forwarder has.
fn unheld(topology: &Topology, forwarder: &Forwarder, findings: &mut Vec<Finding>) {
    for address in forwarder.declared.listen.iter().flatten() {
        let held = address.value.ip().is_loopback()
            || forwarder.instances.iter().any(|instance| {
                topology
                    .held_addresses(instance.node)
                    .contains(&address.value)
            });
        if !held {
            findings.push(
                Finding::new(
                    &RULE,
                    &address.place,
                    format!(
                        "no node of forwarder {} has the address {}",
                        forwarder.name, address.value
                    ),
                )
                .label("held by none of its nodes")
                .note("it is listened on nowhere")
                .help("write an address of one of its nodes, or declare it in `virtualAddresses`"),
            );
        }
    }
}
