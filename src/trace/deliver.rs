//! The end of a path: packet filters of the tailnet, the firewall, whoever listens, his access list.

use std::net::IpAddr;

use super::host::Host;
use super::outcome::{Cause, CauseKind, Condition, Outcome, Seen};
use super::path::{Arrived, At, By, Filtered, Step};
use super::server::Server;
use super::walk::{Delivered, Walk};
use super::world::{Granted, Holder};
use crate::facts::tailnet as facts;
use crate::policy::traffic::{TCP, UDP};
use crate::scalar::{Cidr, Port, Protocol};
use crate::topology::access::{self, Packet, Passage};
use crate::topology::arrivals::Ingress;
use crate::topology::{Id, Node, Resolver};

/// What becomes of a packet at one obstacle.
enum Verdict {
    /// It passes.
    Passes,
    /// It is stopped, with what the client sees.
    Stops(Outcome),
    /// It is stopped if it comes from there, and passes otherwise.
    StopsFrom(Condition, Condition, Outcome),
}

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
            let holder = Holder::Service(service);
            return self.ends(arrived, holder, to, port, protocol);
        }
        let mut steps = Vec::new();
        let mut partly = Vec::new();
        let mut when = None;
        let mut obstacles: Vec<Verdict> = arrived
            .filters
            .iter()
            .map(|filtered| self.grants(filtered, to, port, protocol, &mut steps))
            .collect();
        obstacles.push(self.way_back(arrived));
        let listener = match arrived.at {
            At::Holder(Holder::Node(node)) => {
                let listener = self.listener(node, to, port, protocol);
                obstacles.push(self.firewall(arrived, node, &listener, port, protocol, &mut steps));
                obstacles.push(self.access_list(arrived, &listener, &mut steps));
                match listener {
                    Some(server) => Ok(server),
                    None => Err(self.nobody_listens(node, port, protocol)),
                }
            }
            At::Holder(holder) => {
                return self.beyond_nodes(arrived, holder, to, port, protocol, steps, obstacles);
            }
            At::Quad100(host) => Ok(Server::Quad100(host)),
            At::Public(address) => Ok(Server::Public(format!("public server {address}"))),
        };
        for verdict in obstacles {
            match verdict {
                Verdict::Passes => {}
                Verdict::Stops(outcome) => {
                    partly.push(Delivered {
                        when,
                        steps,
                        end: Err(outcome),
                    });
                    return partly;
                }
                Verdict::StopsFrom(stopped, passes, outcome) => {
                    partly.push(Delivered {
                        when: Some(stopped),
                        steps: steps.clone(),
                        end: Err(outcome),
                    });
                    when = Some(passes);
                }
            }
        }
        partly.push(Delivered {
            when,
            steps,
            end: listener,
        });
        partly
    }

    /// Whether the tailnet's policy lets the packet through at a member.
    fn grants(
        &self,
        filtered: &Filtered,
        to: IpAddr,
        port: u16,
        protocol: Protocol,
        steps: &mut Vec<Step>,
    ) -> Verdict {
        let number = match protocol {
            Protocol::Udp => UDP,
            Protocol::Tcp => TCP,
        };
        let outside = self.world.lan_sources(filtered.from, to.is_ipv6());
        let granted = self
            .world
            .index
            .granted(filtered, &outside, (to, number, port));
        let tailnet = self.world.topology().tailnets.get(filtered.tailnet);
        let at = self.world.holder_name(filtered.at);
        let Some(policy) = &tailnet.policy else {
            steps.push(
                Step::new(format!("{at} lets it in: no policy is declared"))
                    .because(&facts::NO_POLICY),
            );
            return Verdict::Passes;
        };
        if granted == Granted::Yes {
            steps.push(Step::new(format!("the policy lets it in at {at}")).because(&policy.place));
            return Verdict::Passes;
        }
        let word = protocol.as_str();
        let cause = Cause::new(
            CauseKind::Grants,
            format!("no grant lets it in at {at}: {word}:{port} of {to}"),
        )
        .because(&policy.place)
        .mend(format!("grant `{word}:{port}` of {to} in the policy"));
        let outcome = Outcome::new(Seen::Timeout, cause);
        match granted {
            Granted::Some => Verdict::StopsFrom(
                Condition::Other("asked by a member whom the policy does not let".to_owned()),
                Condition::Other("asked by a member whom the policy lets".to_owned()),
                outcome,
            ),
            _ => Verdict::Stops(outcome),
        }
    }

    /// Whether answers find their way back.
    fn way_back(&self, arrived: &Arrived) -> Verdict {
        let At::Holder(Holder::Node(node)) = arrived.at else {
            return Verdict::Passes;
        };
        let topology = self.world.topology();
        let name = &topology.nodes.get(node).name;
        if arrived.by == By::Lan
            && let Some(source) = arrived.sources.first()
            && let Some(route) = self.world.accepted_route(node, *source)
        {
            let cause = Cause::new(
                CauseKind::NoWayBack,
                format!(
                    "{name} accepts the route {} and answers through the tunnel",
                    route.value
                ),
            )
            .because(&facts::REPLIES_TAKE_TUNNEL)
            .mend(format!("set `acceptRoutes = false` on {name}"));
            return Verdict::Stops(Outcome::new(Seen::Timeout, cause));
        }
        if let Some(router) = arrived.without_nat {
            let site = topology
                .nodes
                .get(node)
                .site
                .map(|site| topology.sites.get(site));
            let routes = site.iter().flat_map(|site| &site.declared.routes);
            let returns = routes
                .filter(|route| {
                    self.world
                        .index
                        .holders(route.via.value.ip())
                        .contains(&router)
                })
                .flat_map(|route| &route.to.0)
                .any(|range| {
                    arrived
                        .sources
                        .iter()
                        .all(|source| range.value.contains(*source))
                });
            if !returns {
                let membership = match router {
                    Holder::Node(node) => topology.nodes.get(node).tailscale.as_ref(),
                    Holder::Device(device) => topology.devices.get(device).tailscale.as_ref(),
                    _ => None,
                };
                let router = self.world.holder_name(router);
                let cause = Cause::new(
                    CauseKind::NoWayBack,
                    format!("{name} has no route back to the tailnet: {router} does no source NAT"),
                )
                .mend(format!(
                    "leave `snatSubnetRoutes` of {router} on, or add the tailnet's range via {router} to \
                     the site's `routes`"
                ));
                let cause = match membership {
                    Some(membership) => cause.because(&membership.declared.place),
                    None => cause,
                };
                return Verdict::Stops(Outcome::new(Seen::Timeout, cause));
            }
        }
        Verdict::Passes
    }

    fn firewall(
        &self,
        arrived: &Arrived,
        id: Id<Node>,
        listener: &Option<Server>,
        port: u16,
        protocol: Protocol,
        steps: &mut Vec<Step>,
    ) -> Verdict {
        let topology = self.world.topology();
        let node = topology.nodes.get(id);
        let ingress = ingress(arrived.by, node);
        if ingress == Ingress::Loopback {
            return Verdict::Passes;
        }
        let is_member = node.tailscale.is_some() && ingress != Ingress::Tailnet;
        let cgnat = |source: &&Cidr| is_cgnat(**source);
        if is_member && let Some(source) = arrived.sources.iter().find(cgnat) {
            let cause = Cause::new(
                CauseKind::Firewall,
                format!(
                    "tailscaled on {} drops what comes from {source} by another interface",
                    node.name
                ),
            )
            .because(&facts::CGNAT_DROP);
            return Verdict::Stops(Outcome::new(Seen::Timeout, cause));
        }
        let instance = match listener {
            Some(Server::Forwarder(forwarder, node)) => {
                topology.forwarders.get(*forwarder).on(*node)
            }
            _ => None,
        };
        let closed = |gap: Cidr, by: &str| {
            let cause = Cause::new(
                CauseKind::Firewall,
                format!("the firewall of {} drops {by} from {gap}", node.name),
            )
            .because(&node.firewall.place)
            .mend(format!(
                "open port {port} ({}) of {} for {gap}",
                protocol.as_str(),
                node.name
            ));
            Outcome::new(Seen::Timeout, cause)
        };
        let what = format!("{} port {port}", protocol.as_str().to_uppercase());
        let passage = |source: Cidr| {
            let packet = Packet {
                port,
                protocol,
                source,
                ingress: &ingress,
            };
            match access::passage(topology, node, instance, &packet) {
                Passage::Open => None,
                Passage::Closed => Some(source),
                Passage::Dropped(gap) => Some(gap),
            }
        };
        let verdict = by_source(&arrived.sources, passage, |gap| closed(gap, &what));
        if arrived.sources.is_empty() {
            return self.unknown_source(node, &what);
        }
        if matches!(verdict, Verdict::Passes) {
            let text = format!("the firewall of {} lets {what} in", node.name);
            steps.push(Step::new(text).because(&node.firewall.place));
        }
        verdict
    }

    fn unknown_source(&self, node: &Node, what: &str) -> Verdict {
        let cause = Cause::new(
            CauseKind::Unknown,
            format!(
                "from which address {what} of {} is asked is not declared",
                node.name
            ),
        )
        .mend("declare the addresses of who asks");
        Verdict::Stops(Outcome::new(Seen::Unknown, cause))
    }

    fn access_list(
        &self,
        arrived: &Arrived,
        listener: &Option<Server>,
        steps: &mut Vec<Step>,
    ) -> Verdict {
        let Some(Server::Forwarder(id, node)) = listener else {
            return Verdict::Passes;
        };
        let topology = self.world.topology();
        let forwarder = topology.forwarders.get(*id);
        let Some(instance) = forwarder.on(*node).filter(|_| arrived.by != By::Itself) else {
            return Verdict::Passes;
        };
        // dnsmasq has none.
        if forwarder.declared.engine.value == crate::scalar::Engine::Dnsmasq {
            return Verdict::Passes;
        }
        let name = &topology.nodes.get(*node).name;
        let place = forwarder.declared.allow.as_ref();
        let place = place.map_or(&forwarder.declared.place, |allow| &allow.place);
        let refused = |gap: Cidr| {
            let cause = Cause::new(
                CauseKind::AccessList,
                format!("forwarder {} on {name} refuses {gap}", forwarder.name),
            )
            .because(place)
            .mend(format!("remove `allow`, which is derived, or add {gap}"));
            Outcome::new(Seen::Refused, cause)
        };
        let verdict = by_source(
            &arrived.sources,
            |source| instance.access.first_gap(source),
            refused,
        );
        if matches!(verdict, Verdict::Passes) {
            let sources: Vec<String> = arrived.sources.iter().map(ToString::to_string).collect();
            let text = format!("the access list admits {}", sources.join(", "));
            steps.push(Step::new(text).because(place));
        }
        verdict
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

    fn nobody_listens(&self, id: Id<Node>, port: u16, protocol: Protocol) -> Outcome {
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
        Outcome::new(Seen::Unreachable, cause)
    }

    /// At Services and at machines of which little is known.
    #[expect(
        clippy::too_many_arguments,
        reason = "a packet, and what has become of it so far"
    )]
    fn beyond_nodes(
        &self,
        arrived: &Arrived,
        holder: Holder,
        to: IpAddr,
        port: u16,
        protocol: Protocol,
        steps: Vec<Step>,
        obstacles: Vec<Verdict>,
    ) -> Vec<Delivered> {
        let mut delivered = Vec::new();
        let mut when = None;
        for verdict in obstacles {
            match verdict {
                Verdict::Passes => {}
                Verdict::Stops(outcome) => {
                    delivered.push(Delivered {
                        when,
                        steps,
                        end: Err(outcome),
                    });
                    return delivered;
                }
                Verdict::StopsFrom(stopped, passes, outcome) => {
                    delivered.push(Delivered {
                        when: Some(stopped),
                        steps: steps.clone(),
                        end: Err(outcome),
                    });
                    when = Some(passes);
                }
            }
        }
        for end in self.ends(arrived, holder, to, port, protocol) {
            let mut end = end;
            end.steps = steps.iter().cloned().chain(end.steps).collect();
            end.when = end.when.or_else(|| when.clone());
            delivered.push(end);
        }
        delivered
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
        let one = |end: Result<Server, Outcome>| {
            vec![Delivered {
                when: None,
                steps: Vec::new(),
                end,
            }]
        };
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
                    return one(Err(Outcome::new(Seen::Timeout, cause)));
                }
                let hosts = self.world.pod_hosts(cluster);
                let what = format!("a pod of resolver {}", resolver.name);
                self.in_pods(&hosts, &what, |host| Server::Resolver(id, host))
            }
            Holder::ClusterDns(id) => {
                if arrived.by != By::Cluster {
                    let text = format!(
                        "{to} is a Service's address: it leads nowhere outside of its cluster"
                    );
                    let cause = Cause::new(CauseKind::NoRoute, text);
                    return one(Err(Outcome::new(Seen::Timeout, cause)));
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
                        one(Err(Outcome::new(Seen::Unknown, cause)))
                    }
                }
            }
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
            return vec![Delivered {
                when: None,
                steps: Vec::new(),
                end: Err(Outcome::new(Seen::Timeout, cause)),
            }];
        }
        hosts
            .iter()
            .map(|host| Delivered {
                when: match host {
                    Host::Pod(_, Some(node)) if hosts.len() > 1 => Some(Condition::PodOn {
                        what: what.to_owned(),
                        node: self.world.topology().nodes.get(*node).name.to_string(),
                    }),
                    _ => None,
                },
                steps: Vec::new(),
                end: Ok(server(*host)),
            })
            .collect()
    }
}

/// Whether a resolver answers on a port.
fn answers_on(resolver: &Resolver, port: u16, protocol: Protocol) -> bool {
    let declared = &resolver.declared;
    let is = |own: Option<Port>| own.is_some_and(|own| own.number() == port);
    declared.port.map_or(53, Port::number) == port
        || (protocol == Protocol::Tcp && (is(declared.dot_port) || is(declared.doh_port)))
}

fn ingress(by: By, node: &Node) -> Ingress {
    match by {
        By::Itself => Ingress::Loopback,
        By::OwnPod => Ingress::OwnPods,
        By::Pod => Ingress::Pods,
        By::Lan | By::Internet | By::Cluster => Ingress::of_lan(node),
        By::Tailnet => Ingress::Tailnet,
    }
}

fn is_cgnat(source: Cidr) -> bool {
    let within = |range: &str| {
        let range: Result<Cidr, _> = range.parse();
        range.is_ok_and(|range| range.contains(source))
    };
    within(facts::CGNAT.0) && !within(facts::CGNAT.1)
}

/// Judges each source: all pass, all are stopped, or some are.
fn by_source(
    sources: &[Cidr],
    gap: impl Fn(Cidr) -> Option<Cidr>,
    stopped: impl Fn(Cidr) -> Outcome,
) -> Verdict {
    let gaps: Vec<(Cidr, Cidr)> = sources
        .iter()
        .filter_map(|source| Some((*source, gap(*source)?)))
        .collect();
    let Some((_, first)) = gaps.first() else {
        return Verdict::Passes;
    };
    let is_whole = gaps.len() == sources.len() && gaps.iter().all(|(source, gap)| source == gap);
    if is_whole {
        Verdict::Stops(stopped(*first))
    } else {
        Verdict::StopsFrom(
            Condition::From(*first),
            Condition::NotFrom(*first),
            stopped(*first),
        )
    }
}
