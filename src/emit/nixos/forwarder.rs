//! `forwarder.nix`: the daemon that answers a tailnet's names and refuses the rest.

mod guard;
mod unbound;

use super::Definitions;
use crate::scalar::Engine;
use crate::topology::{Forwarder, Instance, Node, Topology};

pub(super) fn definitions(topology: &Topology, node: &Node) -> Option<Definitions> {
    let (forwarder, instance) = on_node(topology, node)?;
    match forwarder.declared.engine.value {
        Engine::Unbound => Some(unbound::definitions(forwarder, instance, node)),
        // Refused by the rule not-generated before anything is emitted.
        Engine::Dnsmasq | Engine::Coredns => None,
    }
}

/// The forwarder on a node: each daemon of NixOS runs once on a host.
fn on_node<'a>(topology: &'a Topology, node: &Node) -> Option<(&'a Forwarder, &'a Instance)> {
    topology.forwarders.values().find_map(|forwarder| {
        let mut instances = forwarder.instances.iter();
        let own = instances.find(|instance| topology.nodes.get(instance.node).name == node.name)?;
        Some((forwarder, own))
    })
}
