//! Devices by which alone the name servers of a tailnet are reached.

use crate::scalar::{Address, Cidr};
use crate::topology::{Device, Id, Sourced, Tailnet, Topology};

/// A device, and its route to the name servers.
pub(super) struct OnlyWay<'t> {
    pub(super) tailnet: Id<Tailnet>,
    pub(super) device: &'t Device,
    pub(super) route: &'t Sourced<Cidr>,
}

/// The tailnets that give their members name servers for everything, and whose members that accept routes
/// reach all of these by the routes of one device.
pub(super) fn only_ways(topology: &Topology) -> Vec<OnlyWay<'_>> {
    let tailnets = topology.tailnets.iter();
    tailnets
        .filter(|(_, tailnet)| tailnet.declared.override_local_dns == Some(true))
        .filter_map(|(id, tailnet)| {
            let servers = tailnet.declared.nameservers.iter();
            let addresses = servers.flat_map(|server| topology.server_addresses(&server.value));
            let mut only: Option<OnlyWay<'_>> = None;
            for address in addresses {
                match way(topology, id, address) {
                    Way::Nobodys => {}
                    Way::Others => return None,
                    Way::Of(device, route) => match &only {
                        Some(first) if first.device.name != device.name => return None,
                        Some(_) => {}
                        None => {
                            only = Some(OnlyWay {
                                tailnet: id,
                                device,
                                route,
                            });
                        }
                    },
                }
            }
            only
        })
        .collect()
}

/// By whom members get to an address.
enum Way<'t> {
    /// By nobody: it is no use to them in any case.
    Nobodys,
    /// By this device alone.
    Of(&'t Device, &'t Sourced<Cidr>),
    /// By a node, by several machines, or without a route.
    Others,
}

fn way(topology: &Topology, tailnet: Id<Tailnet>, address: Address) -> Way<'_> {
    let members = topology.members();
    let members: Vec<_> = members
        .filter(|member| member.membership.tailnet == tailnet)
        .collect();
    let mut own = members
        .iter()
        .flat_map(|member| &member.membership.declared.address.0);
    if own.any(|own| own.value == address) {
        return Way::Others;
    }
    let routes = members.iter().flat_map(|member| {
        let routes = member.membership.advertised_routes.iter();
        let leads = routes.filter(|route| route.value.contains_address(address));
        leads.map(move |route| (member, route))
    });
    let length = |route: &Sourced<Cidr>| route.value.net().prefix_len();
    let routes: Vec<_> = routes.filter(|(_, route)| length(route) > 0).collect();
    let longest = routes.iter().map(|(_, route)| length(route)).max();
    let mut routers = routes
        .into_iter()
        .filter(|(_, route)| Some(length(route)) == longest);
    match (routers.next(), routers.next()) {
        (None, _) if crate::trace::is_public(address.ip()) => Way::Others,
        (None, _) => Way::Nobodys,
        (Some((member, route)), None) if member.kind == "device" => {
            let device = topology.devices.find(member.name.as_str());
            device.map_or(Way::Nobodys, |(_, device)| Way::Of(device, route))
        }
        _ => Way::Others,
    }
}
