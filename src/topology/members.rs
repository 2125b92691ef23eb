//! The machines of a tailnet, as its policy sees them.

use ipnet::IpNet;

use super::{Id, Membership, Tailnet, Topology};
use crate::policy::{Machine, Whose};
use crate::scalar::{Address, Role};

/// The routes of an exit node.
pub const EXIT_ROUTES: [&str; 2] = ["0.0.0.0/0", "::/0"];

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
