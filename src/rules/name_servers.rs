//! Lists of name servers that clients are given, for the rules about them.

use crate::place::Located;
use crate::scalar::{NodeResolver, ResolverKind, ServerRef};
use crate::topology::{Resolver, Topology};
use crate::trace::is_public;

/// A list of name servers, and who is given it.
pub(super) struct List<'t> {
    /// Who, in words.
    pub(super) whose: String,
    /// The servers.
    pub(super) servers: &'t [Located<ServerRef>],
    /// What has it.
    pub(super) of: Of,
}

/// What has a list of name servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    /// The settings that DHCP hands out, or a device's own.
    Lan,
    /// A node's resolv.conf.
    ResolvConf,
    /// The settings of a tailnet.
    Tailnet,
}

/// Every list of name servers that clients use as it is: not those of nodes on which systemd-resolved asks
/// for what no forwarder knows.
pub(super) fn lists(topology: &Topology) -> Vec<List<'_>> {
    let mut lists: Vec<List<'_>> = Vec::new();
    let mut add = |whose: String, servers, of| {
        lists.push(List { whose, servers, of });
    };
    for site in topology.sites.values() {
        add(
            format!("the LAN of site {}", site.name),
            site.declared.nameservers.as_slice(),
            Of::Lan,
        );
    }
    for node in topology.nodes.values() {
        if node.resolver() == NodeResolver::None {
            add(
                node.name.to_string(),
                node.declared.nameservers.as_slice(),
                Of::ResolvConf,
            );
        }
    }
    for device in topology.devices.values() {
        add(
            device.name.to_string(),
            device.declared.nameservers.as_slice(),
            Of::Lan,
        );
    }
    for tailnet in topology.tailnets.values() {
        let suffix = &tailnet.declared.suffix.value;
        add(
            format!("the tailnet {suffix}"),
            tailnet.declared.nameservers.as_slice(),
            Of::Tailnet,
        );
        for (zone, (_, servers)) in &tailnet.declared.split_dns.0 {
            add(
                format!("the zone {zone} of the tailnet"),
                servers.as_slice(),
                Of::Tailnet,
            );
        }
    }
    lists
}

/// What is known of a name server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Knows {
    /// It is one's own, and knows private names.
    Private,
    /// It is on the Internet, and knows public names alone.
    Public,
    /// It is not known.
    Unknown,
}

/// Whether a name server knows private names: those of a tailnet, or some of its own.
pub(super) fn knows(topology: &Topology, server: &ServerRef) -> Knows {
    let of = |resolver: &Resolver| match resolver.declared.kind.value {
        ResolverKind::Public => Knows::Public,
        _ if is_private(topology, resolver) => Knows::Private,
        _ => Knows::Unknown,
    };
    match server {
        ServerRef::Resolver(name) => {
            let found = topology.resolvers.find(name.as_str());
            found.map_or(Knows::Unknown, |(_, resolver)| of(resolver))
        }
        ServerRef::Address(address) => {
            let mut resolvers = topology.resolvers.values();
            let found = resolvers.find(|one| topology.resolver_addresses(one).contains(address));
            match found {
                Some(resolver) => of(resolver),
                None if is_public(address.ip()) && !topology.is_held(*address) => Knows::Public,
                None => Knows::Unknown,
            }
        }
    }
}

fn is_private(topology: &Topology, resolver: &Resolver) -> bool {
    let declared = &resolver.declared;
    !declared.custom_dns.0.is_empty()
        || !declared.records.is_empty()
        || !declared.zones.is_empty()
        || !topology.conditional_mapping(resolver).is_empty()
}
