//! `forwarder.nix`: the daemon that answers a tailnet's names and refuses the rest.

mod guard;
mod unbound;

use super::Definitions;
use crate::scalar::Engine;
use crate::topology::{Forwarder, Id, Instance, Node, Topology};

pub(super) fn definitions(topology: &Topology, id: Id<Node>) -> Option<Definitions> {
    let (forwarder, instance) = on_node(topology, id)?;
    let node = topology.nodes.get(id);
    match forwarder.declared.engine.value {
        Engine::Unbound => Some(unbound::definitions(forwarder, instance, node)),
        // Refused by the rule not-generated before anything is emitted.
        Engine::Dnsmasq | Engine::Coredns => None,
    }
}

/// The forwarder on a node: each daemon of NixOS runs once on a host.
fn on_node(topology: &Topology, node: Id<Node>) -> Option<(&Forwarder, &Instance)> {
    let mut forwarders = topology.forwarders.values();
    forwarders.find_map(|forwarder| Some((forwarder, forwarder.on(node)?)))
}
