//! The end of a path: past every obstacle to whoever listens there.

use std::net::IpAddr;

use super::host::Host;
use super::obstacles::{Passing, Verdict};
use super::outcome::{Cause, CauseKind, Condition, Outcome, Seen, When};
use super::path::{Arrived, At, By};
use super::server::Server;
use super::walk::{Delivered, Walk};
use super::world::Holder;
use crate::scalar::{Cidr, Peer, Port, Protocol};
use crate::topology::{Cluster, Id, Node, Resolver};

impl Walk<'_, '_, '_> {
    /// What becomes of a packet for a port that has arrived.
    pub(super) fn deliver(
        &self,
        arrived: &Arrived,
        to: IpAddr,
        port: u16,
        protocol: Protocol,
    ) -> Vec<Delivered> {
        if let Some(service) = self.world.index.service_on_node(to)
            && answers_on(self.world.topology().resolvers.get(service), port, protocol)
            && matches!(arrived.at, At::Holder(Holder::Node(_)))
        {
            // It is led into the pods before the node's firewall is asked.
            return self.ends(arrived, Holder::Service(service), to, port, protocol);
        }
        let mut passing = Passing::default();
        let mut filters = arrived.filters.iter();
        // A datagram arrives, and what is answered is lost; a stream does not come about.
        let way_back = self.way_back(arrived, to);
        let (stops, loses) = match protocol {
            Protocol::Tcp => (way_back, Verdict::Passes(None)),
            Protocol::Udp => (Verdict::Passes(None), way_back),
        };
        let mut is_stopped = filters
            .any(|filtered| passing.is_stopped_by(self.grants(filtered, to, port, protocol)))
            || passing.is_stopped_by(stops);
        let ends = match arrived.at {
            At::Holder(Holder::Node(node)) => {
                let listener = self.listener(node, to, port, protocol);
                is_stopped = is_stopped
                    || passing.is_stopped_by(self.firewall(
                        arrived,
                        (node, &listener),
                        to.is_ipv6(),
                        (port, protocol),
                    ))
                    || passing.is_stopped_by(self.access_list(arrived, &listener, to.is_ipv6()));
                let end = listener.ok_or_else(|| match to.is_loopback() {
                    true => self.undeclared_on_loopback(node, port),
                    false => self.nobody_listens(node, port, protocol),
                });
                vec![Delivered::at(end)]
            }
            At::Holder(holder) => self.ends(arrived, holder, to, port, protocol),
            At::Quad100(host) => vec![Delivered::at(Ok(Server::Quad100(host)))],
            At::Public(address) => vec![Delivered::at(Ok(Server::Public(format!(
                "public server {address}"
            ))))],
        };
        let all = if is_stopped {
            passing.stopped
        } else {
            passing.then(ends)
        };
        loses.losing(all)
    }

    /// Whether a router is a node of the cluster to whose Service a packet goes: it leads the packet into a
    /// pod itself, and the answer comes back by it.
    pub(super) fn leads_into_pods(&self, router: Holder, to: Holder) -> bool {
        let topology = self.world.topology();
        let (Holder::Node(router), Holder::Service(resolver)) = (router, to) else {
            return false;
        };
        let cluster = topology.resolvers.get(resolver).cluster;
        cluster.is_some() && topology.nodes.get(router).cluster == cluster
    }

    /// Who listens on a port of a node's address.
    fn listener(
        &self,
        node: Id<Node>,
        to: IpAddr,
        port: u16,
        protocol: Protocol,
    ) -> Option<Server> {
        let topology = self.world.topology();
        for (id, forwarder) in topology.forwarders.iter() {
            let Some(instance) = forwarder.on(node) else {
                continue;
            };
            if forwarder.port.value.number() == port
                && instance.protocols.contains(&protocol)
                && instance.listen.contains(&to.into())
            {
                return Some(Server::Forwarder(id, node));
            }
        }
        let mut resolvers = topology.resolvers.iter();
        let found = resolvers.find(|(_, resolver)| {
            resolver.nodes.contains(&node)
                && answers_on(resolver, port, protocol)
                && self.listens(resolver, node, to)
        });
        found.map(|(id, _)| Server::Resolver(id, Host::Node(node)))
    }

    /// Whether a resolver on a node listens on an address of it.
    fn listens(&self, resolver: &Resolver, node: Id<Node>, to: IpAddr) -> bool {
        match &resolver.declared.listen {
            Some(listen) => listen
                .iter()
                .map(|address| address.value.ip())
                .any(|own| own == to || own.is_unspecified()),
            None => {
                let own = &resolver.declared.address.0;
                to.is_loopback()
                    || own.iter().any(|own| own.value.ip() == to)
                    || (own.is_empty()
                        && self
                            .world
                            .topology()
                            .nodes
                            .get(node)
                            .addresses()
                            .any(|own| own.ip() == to))
            }
        }
    }

    /// A node's own programs may have helpers of which a declaration says nothing.
    fn undeclared_on_loopback(&self, id: Id<Node>, port: u16) -> Box<Outcome> {
        let name = &self.world.topology().nodes.get(id).name;
        let text = format!(
            "whether something on {name} listens on its loopback, port {port}, is not declared"
        );
        let cause = Cause::new(CauseKind::Unknown, text)
            .mend("declare a resolver that listens on 127.0.0.1 there");
        Box::new(Outcome::new(Seen::Unknown, cause))
    }

    fn nobody_listens(&self, id: Id<Node>, port: u16, protocol: Protocol) -> Box<Outcome> {
        let node = self.world.topology().nodes.get(id);
        let cause = Cause::new(
            CauseKind::NoListener,
            format!(
                "nothing is declared to listen on {} port {port} of {}",
                protocol.as_str().to_uppercase(),
                node.name
            ),
        )
        .because(&node.declared.place)
        .mend("ask the port on which a server listens, or declare the server");
        Box::new(Outcome::new(Seen::Unreachable, cause))
    }

    fn ends(
        &self,
        arrived: &Arrived,
        holder: Holder,
        to: IpAddr,
        port: u16,
        protocol: Protocol,
    ) -> Vec<Delivered> {
        let topology = self.world.topology();
        let one = |end| vec![Delivered::at(end)];
        match holder {
            Holder::Service(id) => {
                let resolver = topology.resolvers.get(id);
                let Some(cluster) = resolver.cluster else {
                    return one(Ok(Server::Resolver(id, Host::Bare(id))));
                };
                if !answers_on(resolver, port, protocol) {
                    let text = format!("resolver {} does not answer on port {port}", resolver.name);
                    let cause =
                        Cause::new(CauseKind::NoListener, text).because(&resolver.declared.place);
                    return one(Err(Box::new(Outcome::new(Seen::Timeout, cause))));
                }
                let peer = self.peer(cluster, arrived);
                if let Some(cause) = not_admitted(resolver, peer) {
                    return one(Err(Box::new(Outcome::new(Seen::Timeout, cause))));
                }
                let hosts = self.world.pod_hosts(cluster);
                let what = format!("a pod of resolver {}", resolver.name);
                self.in_pods(&hosts, &what, |host| Server::Resolver(id, host))
            }
            Holder::ClusterDns(id) => {
                if !matches!(arrived.by, By::Cluster | By::ClusterPod) {
                    let text = format!(
                        "{to} is a Service's address: it leads nowhere outside of its cluster"
                    );
                    let cause = Cause::new(CauseKind::NoRoute, text);
                    return one(Err(Box::new(Outcome::new(Seen::Timeout, cause))));
                }
                let hosts = self.world.pod_hosts(id);
                self.in_pods(&hosts, "CoreDNS", |host| Server::ClusterDns(id, host))
            }
            Holder::Device(_) | Holder::Bare(_) | Holder::Node(_) => {
                let mut resolvers = topology.resolvers.iter();
                let found = resolvers.find(|(_, resolver)| {
                    let own = &resolver.declared.address.0;
                    resolver.nodes.is_empty()
                        && resolver.cluster.is_none()
                        && own.iter().any(|own| own.value.ip() == to)
                        && answers_on(resolver, port, protocol)
                });
                let host = match holder {
                    Holder::Device(device) => Host::Device(device),
                    Holder::Bare(resolver) => Host::Bare(resolver),
                    _ => Host::Internet,
                };
                match found {
                    Some((id, _)) => one(Ok(Server::Resolver(id, host))),
                    None => {
                        let name = self.world.holder_name(holder);
                        let text = format!("whether {name} answers on port {port} is not declared");
                        let cause = Cause::new(CauseKind::Unknown, text)
                            .mend("declare a resolver at this address");
                        one(Err(Box::new(Outcome::new(Seen::Unknown, cause))))
                    }
                }
            }
        }
    }

    /// What a packet's sender is to a network policy: it goes by the source. A subnet router that rewrites
    /// it to its own address is a node, where it is one of the cluster.
    fn peer(&self, cluster: Id<Cluster>, arrived: &Arrived) -> Peer {
        let topology = self.world.topology();
        let is_node = |source: &Cidr| {
            let holders = self.world.index.holders(source.net().addr());
            let mut nodes = holders.iter().filter_map(|holder| match holder {
                Holder::Node(node) => Some(topology.nodes.get(*node)),
                _ => None,
            });
            source.net().prefix_len() == source.net().max_prefix_len()
                && nodes.any(|node| node.cluster == Some(cluster))
        };
        match arrived.by {
            By::ClusterPod => Peer::Pods,
            By::Cluster => Peer::Nodes,
            _ if !arrived.sources.is_empty() && arrived.sources.iter().all(is_node) => Peer::Nodes,
            By::Itself | By::OwnPod | By::Pod | By::Lan | By::Tailnet | By::Internet => Peer::World,
        }
    }

    /// In one of the pods, wherever it runs.
    fn in_pods(
        &self,
        hosts: &[Host],
        what: &str,
        server: impl Fn(Host) -> Server,
    ) -> Vec<Delivered> {
        if hosts.is_empty() {
            let text = format!("every node on which {what} could run is down");
            let cause = Cause::new(CauseKind::Down, text);
            return vec![Delivered::at(Err(Box::new(Outcome::new(
                Seen::Timeout,
                cause,
            ))))];
        }
        hosts
            .iter()
            .map(|host| Delivered {
                when: match host {
                    Host::Pod(_, Some(node)) if hosts.len() > 1 => When::from([Condition::PodOn {
                        what: what.to_owned(),
                        node: self.world.topology().nodes.get(*node).name.to_string(),
                    }]),
                    _ => When::new(),
                },
                steps: Vec::new(),
                end: Ok(server(*host)),
                lost: None,
            })
            .collect()
    }
}

/// Why the network policy of a resolver's pods does not let a peer in.
fn not_admitted(resolver: &Resolver, peer: Peer) -> Option<Cause> {
    let admits = resolver.declared.admits.as_ref()?;
    if admits.value.contains(&peer) {
        return None;
    }
    let text = format!(
        "the network policy of resolver {} does not let in: {peer}",
        resolver.name
    );
    let cause = Cause::new(CauseKind::NetworkPolicy, text).because(&admits.place);
    Some(cause.mend(format!(
        "let the policy admit {peer}, and add it to `admits`"
    )))
}

/// Whether a resolver answers on a port.
fn answers_on(resolver: &Resolver, port: u16, protocol: Protocol) -> bool {
    let declared = &resolver.declared;
    let is = |own: Option<Port>| own.is_some_and(|own| own.number() == port);
    declared.port.map_or(53, Port::number) == port
        || (protocol == Protocol::Tcp && (is(declared.dot_port) || is(declared.doh_port)))
}
