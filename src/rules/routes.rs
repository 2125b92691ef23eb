//! Routes that members of tailnets advertise, for the rules about them.

use crate::scalar::{Cidr, Name};
use crate::topology::{Membership, Sourced, Topology};

/// A route that somebody advertises.
pub(super) struct Advertised<'t> {
    /// The name of who advertises it.
    pub(super) by: &'t Name,
    /// His membership of the tailnet.
    pub(super) membership: &'t Membership,
    /// The route.
    pub(super) route: &'t Sourced<Cidr>,
}

/// Every member of a tailnet with its name, nodes first.
pub(super) fn members(topology: &Topology) -> impl Iterator<Item = (&Name, &Membership)> {
    let nodes = topology.nodes.values();
    let nodes = nodes.filter_map(|node| Some((&node.name, node.tailscale.as_ref()?)));
    let devices = topology.devices.values();
    let devices = devices.filter_map(|device| Some((&device.name, device.tailscale.as_ref()?)));
    nodes.chain(devices)
}

/// Every route that is advertised, without those of exit nodes.
pub(super) fn advertised(topology: &Topology) -> impl Iterator<Item = Advertised<'_>> {
    members(topology).flat_map(|(by, membership)| {
        let routes = membership.advertised_routes.iter();
        let routes = routes.filter(|route| route.value.net().prefix_len() > 0);
        routes.map(move |route| Advertised {
            by,
            membership,
            route,
        })
    })
}
