//! The machines of a tailnet, as its policy sees them.

use std::collections::BTreeMap;

use ipnet::IpNet;

use super::{Device, Id, Membership, Node, Tailnet, Topology};
use crate::policy::{Machine, Whose};
use crate::scalar::{Address, Role};

/// The routes of an exit node.
pub const EXIT_ROUTES: [&str; 2] = ["0.0.0.0/0", "::/0"];

/// Which of the machines of a tailnet is a node's, and which a device's.
pub(crate) type Numbers = (BTreeMap<Id<Node>, usize>, BTreeMap<Id<Device>, usize>);

/// Where the nodes and devices of a tailnet are in the list that [`Topology::machines`] gives.
pub(crate) fn numbers(topology: &Topology, tailnet: Id<Tailnet>) -> Numbers {
    let is_member = |membership: &Option<Membership>| {
        let membership = membership.as_ref();
        membership.is_some_and(|membership| membership.tailnet == tailnet)
    };
    let nodes = topology.nodes.iter();
    let nodes: BTreeMap<Id<Node>, usize> = nodes
        .filter(|(_, node)| is_member(&node.tailscale))
        .enumerate()
        .map(|(number, (id, _))| (id, number))
        .collect();
    let devices = topology.devices.iter();
    let devices = devices
        .filter(|(_, device)| is_member(&device.tailscale))
        .enumerate()
        .map(|(number, (id, _))| (id, nodes.len() + number))
        .collect();
    (nodes, devices)
}

impl Topology {
    /// The machines that are declared to be in a tailnet. One without tags is somebody's: a
    /// declaration knows no users.
    #[must_use]
    pub fn machines(&self, tailnet: Id<Tailnet>) -> Vec<Machine> {
        let nodes = self.nodes.values().filter_map(|node| {
            let membership = node.tailscale.as_ref()?;
            Some((membership, node.has_role(Role::ExitNode)))
        });
        let devices = self.devices.values();
        let devices = devices.filter_map(|device| Some((device.tailscale.as_ref()?, false)));
        nodes
            .chain(devices)
            .filter(|(membership, _)| membership.tailnet == tailnet)
            .map(|(membership, is_exit_node)| machine(membership, is_exit_node))
            .collect()
    }
}

fn machine(membership: &Membership, is_exit_node: bool) -> Machine {
    let exits = EXIT_ROUTES.iter().filter(|_| is_exit_node);
    let exits = exits.filter_map(|route| route.parse::<IpNet>().ok());
    let routes = membership.advertised_routes.iter();
    Machine {
        whose: whose(membership),
        addresses: addresses(membership).map(Address::ip).collect(),
        advertises: routes.map(|route| route.value.net()).chain(exits).collect(),
    }
}

/// Whose a member is.
#[must_use]
pub fn whose(membership: &Membership) -> Whose {
    let tags = membership.declared.tags.iter();
    let tags: Vec<String> = tags.map(|tag| tag.value.as_str().to_owned()).collect();
    if tags.is_empty() {
        Whose::Somebody
    } else {
        Whose::Tags(tags)
    }
}

fn addresses(membership: &Membership) -> impl Iterator<Item = Address> {
    membership
        .declared
        .address
        .0
        .iter()
        .map(|address| address.value)
}
