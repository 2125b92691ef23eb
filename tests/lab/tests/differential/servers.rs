//! Lists of name servers as addresses.

use std::net::SocketAddr;

use tailwright::place::Located;
use tailwright::scalar::{Port, ServerRef};
use tailwright::topology::{Device, Id, Topology};

use crate::network::FOREIGN;

/// The addresses of name servers.
pub(crate) fn addresses(topology: &Topology, servers: &[Located<ServerRef>]) -> Vec<SocketAddr> {
    let mut all = Vec::new();
    for server in servers {
        match &server.value {
            ServerRef::Address(address) => all.push(SocketAddr::from((address.ip(), 53))),
            ServerRef::Resolver(name) => {
                if let Some((_, resolver)) = topology.resolvers.find(name.as_str()) {
                    let port = resolver.declared.port.map_or(53, Port::number);
                    let own = topology.resolver_addresses(resolver);
                    all.extend(
                        own.iter()
                            .map(|address| SocketAddr::from((address.ip(), port))),
                    );
                }
            }
        }
    }
    all.retain(SocketAddr::is_ipv4);
    all
}

/// The name servers that a device has of itself.
pub(crate) fn of_device(topology: &Topology, id: Id<Device>) -> Vec<SocketAddr> {
    let device = topology.devices.get(id);
    let own = addresses(topology, &device.declared.nameservers);
    match device.site {
        _ if !own.is_empty() => own,
        Some(site) => addresses(topology, &topology.sites.get(site).declared.nameservers),
        None => vec![SocketAddr::from((FOREIGN, 53))],
    }
}
