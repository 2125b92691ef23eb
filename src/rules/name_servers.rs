//! Lists of name servers that clients are given, for the rules about them.

use crate::place::Located;
use crate::scalar::{DnsName, NodeResolver, ResolverKind, ServerRef};
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
    /// What systemd-resolved on a node asks for everything but the zones of forwarders.
    Resolved,
    /// The settings of a tailnet.
    Tailnet,
}

/// Every list of name servers.
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
        let of = match node.resolver() {
            NodeResolver::None => Of::ResolvConf,
            NodeResolver::Resolved => Of::Resolved,
        };
        add(
            node.name.to_string(),
            node.declared.nameservers.as_slice(),
            of,
        );
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

/// Whether a name server knows private names: some of its own, or those of a tailnet where these are asked
/// of it.
pub(super) fn knows(topology: &Topology, server: &ServerRef, of: Of) -> Knows {
    let of = |resolver: &Resolver| match resolver.declared.kind.value {
        ResolverKind::Public => Knows::Public,
        _ if is_private(topology, resolver, of) => Knows::Private,
        _ => Knows::Unknown,
    };
    match server {
        ServerRef::Resolver(name) => {
            let found = topology.resolvers.find(name.as_str());
            found.map_or(Knows::Unknown, |(_, resolver)| of(resolver))
        }
        ServerRef::Address(address) => {
            match topology
                .resolver_at(*address)
                .filter(|_| !address.ip().is_loopback())
            {
                Some(resolver) => of(resolver),
                None if is_public(address.ip()) && !topology.is_held(*address) => Knows::Public,
                None => Knows::Unknown,
            }
        }
    }
}

fn is_private(topology: &Topology, resolver: &Resolver, of: Of) -> bool {
    let declared = &resolver.declared;
    let is_tailnets = |zone: &DnsName| {
        let mut tailnets = topology.tailnets.values();
        tailnets.any(|tailnet| zone.is_within(&tailnet.declared.suffix.value))
            || zone.as_str().ends_with(".arpa")
    };
    let mut mapped = declared.conditional.0.keys();
    let knows_tailnets = || !topology.conditional_mapping(resolver).is_empty();
    !declared.custom_dns.0.is_empty()
        || !declared.records.is_empty()
        || !declared.zones.is_empty()
        || mapped.any(|zone| !is_tailnets(zone))
        || (of != Of::Resolved && knows_tailnets())
}
