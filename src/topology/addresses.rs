//! Who holds an address, and who answers DNS at it.

use super::{Id, Node, Resolver, Topology};
use crate::scalar::{Address, ServerRef};

impl Topology {
    /// Whether an address is a declared machine's.
    #[must_use]
    pub fn is_held(&self, address: Address) -> bool {
        let devices = self.devices.values();
        let mut of_devices = devices.flat_map(|device| &device.declared.address.0);
        self.is_of_a_node(address) || of_devices.any(|own| own.value == address)
    }

    /// Whether an address is one of a node's, in the tailnet or outside of it.
    fn is_of_a_node(&self, address: Address) -> bool {
        let all = self.of_nodes.get_or_init(|| {
            let nodes = self.nodes.iter();
            nodes.flat_map(|(id, _)| self.held_addresses(id)).collect()
        });
        all.contains(&address)
    }

    /// Whether a DNS server may be at an address: a declared resolver, a forwarder on port 53, or a
    /// device, of which no more is known.
    #[must_use]
    pub fn answers_dns(&self, address: Address) -> bool {
        let mut clusters = self
            .clusters
            .values()
            .flat_map(|one| &one.declared.dns_service.0);
        let mut devices = self
            .devices
            .values()
            .flat_map(|one| &one.declared.address.0);
        let mut forwarders = self.forwarders.values().flat_map(|one| &one.instances);
        self.resolver_at(address).is_some()
            || clusters.any(|own| own.value == address)
            || devices.any(|own| own.value == address)
            || forwarders.any(|instance| instance.listen.contains(&address))
    }

    /// The resolver that is asked at an address, or that listens there.
    #[must_use]
    pub fn resolver_at(&self, address: Address) -> Option<&Resolver> {
        let mut resolvers = self.resolvers.values();
        resolvers.find(|one| {
            self.resolver_addresses(one).contains(&address) || self.listens(one, address)
        })
    }

    /// Whether a resolver on nodes listens on an address of theirs beside those under which it is asked.
    fn listens(&self, resolver: &Resolver, address: Address) -> bool {
        let listen = resolver.declared.listen.iter().flatten();
        let mut listen = listen.map(|own| own.value);
        listen.any(|own| {
            own == address
                || (own.ip().is_unspecified()
                    && resolver
                        .nodes
                        .iter()
                        .any(|node| self.held_addresses(*node).contains(&address)))
        })
    }

    /// Whether an address is in a declared LAN or a node's.
    #[must_use]
    pub fn is_in_a_lan(&self, address: Address) -> bool {
        let mut lans = self.sites.values().flat_map(|site| &site.declared.lans);
        lans.any(|lan| lan.value.contains_address(address)) || self.is_of_a_node(address)
    }

    /// Every address that a node can listen on, beside loopback: its own, its virtual ones, those
    /// in the tailnet.
    #[must_use]
    pub fn held_addresses(&self, node: Id<Node>) -> Vec<Address> {
        let node = self.nodes.get(node);
        let virtual_addresses = self
            .sites
            .values()
            .flat_map(|site| &site.declared.virtual_addresses)
            .filter(|address| address.nodes.iter().any(|name| name.value == node.name))
            .map(|address| address.address.value);
        let in_tailnet = node
            .tailscale
            .iter()
            .flat_map(|membership| &membership.declared.address.0)
            .map(|address| address.value);
        node.addresses()
            .chain(virtual_addresses)
            .chain(in_tailnet)
            .collect()
    }

    /// The addresses under which a resolver is asked: its own, or those of its nodes; loopback where it
    /// listens on nothing else.
    #[must_use]
    pub fn resolver_addresses(&self, resolver: &Resolver) -> Vec<Address> {
        let declared = &resolver.declared.address.0;
        if !declared.is_empty() {
            return declared.iter().map(|address| address.value).collect();
        }
        let listen = resolver.declared.listen.iter().flatten();
        let listen: Vec<Address> = listen.map(|address| address.value).collect();
        if !listen.is_empty() && listen.iter().all(|own| own.ip().is_loopback()) {
            return listen;
        }
        resolver
            .nodes
            .iter()
            .flat_map(|node| self.nodes.get(*node).addresses())
            .collect()
    }

    /// The addresses that a name server in a list stands for.
    #[must_use]
    pub fn server_addresses(&self, server: &ServerRef) -> Vec<Address> {
        match server {
            ServerRef::Address(address) => vec![*address],
            ServerRef::Resolver(name) => {
                let resolver = self.resolvers.find(name.as_str());
                resolver.map_or_else(Vec::new, |(_, resolver)| self.resolver_addresses(resolver))
            }
        }
    }
}
