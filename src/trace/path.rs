//! The way of a packet: which route it takes, whose address it has when it arrives, and by which
//! interface it comes in.
//!
//! On Linux tailscaled's routes stand in table 52, which is looked up before the main table: members
//! of the tailnet, accepted routes and an exit node come before a host's own LAN (facts: tailnet).

use std::cmp::Reverse;
use std::net::IpAddr;

use super::address::is_public;
use super::host::{Host, Member, Sources};
use super::outcome::{Because, Cause, CauseKind, Condition, Outcome, Seen, When};
use super::world::{Holder, World};
use crate::facts::source_nat::{Destination, SeenAs};
use crate::facts::tailnet as facts;
use crate::scalar::{Cidr, Part};
use crate::topology::{Id, Node, Sourced, Tailnet};

/// Something that happens to a packet or a query, with what decides it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What happens.
    pub text: String,
    /// What decides it; nothing where it goes without saying.
    pub because: Option<Because>,
}

impl Step {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            because: None,
        }
    }

    pub(super) fn because(mut self, because: impl Into<Because>) -> Self {
        self.because = Some(because.into());
        self
    }
}

/// Where a packet arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum At {
    /// At a machine or a Service.
    Holder(Holder),
    /// At quad100 on a host.
    Quad100(Host),
    /// At an address of the Internet.
    Public(IpAddr),
}

/// In which way a packet comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum By {
    /// From the same machine.
    Itself,
    /// From a pod on the same node.
    OwnPod,
    /// From a pod elsewhere, with the pod's address.
    Pod,
    /// From the LAN.
    Lan,
    /// Through the tailnet.
    Tailnet,
    /// From the Internet.
    Internet,
    /// From a node of the same cluster, to a Service.
    Cluster,
    /// From a pod of the same cluster, to a Service.
    ClusterPod,
}

/// A packet that has arrived.
#[derive(Debug, Clone)]
pub(super) struct Arrived {
    pub(super) at: At,
    /// The addresses that it can have as its source; none where they are not known.
    pub(super) sources: Sources,
    pub(super) by: By,
    /// The members of tailnets whose packet filter it passes, each with who sends it.
    pub(super) filters: Vec<Filtered>,
    /// The subnet router that leaves the sender's address in the tailnet as it is.
    pub(super) without_nat: Option<Holder>,
}

/// A packet filter of a tailnet that a packet passes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Filtered {
    pub(super) tailnet: Id<Tailnet>,
    pub(super) from: Host,
    pub(super) at: Holder,
}

/// One way of a packet.
#[derive(Debug, Clone)]
pub(super) struct Path {
    pub(super) when: When,
    pub(super) steps: Vec<Step>,
    pub(super) end: Result<Arrived, Box<Outcome>>,
}

impl Path {
    fn stopped(seen: Seen, cause: Cause) -> Vec<Self> {
        vec![Self {
            when: When::new(),
            steps: Vec::new(),
            end: Err(Box::new(Outcome::new(seen, cause))),
        }]
    }

    fn to(at: At, sources: Sources, by: By, step: Step) -> Self {
        Self {
            when: When::new(),
            steps: vec![step],
            end: Ok(Arrived {
                at,
                sources,
                by,
                filters: Vec::new(),
                without_nat: None,
            }),
        }
    }
}

/// A packet on its way: where it started, and where it is now.
#[derive(Clone, Copy)]
struct Travelling {
    /// Who sent it.
    from: Host,
    to: IpAddr,
    /// The machine that looks up the route.
    here: Host,
    /// How many machines have forwarded it.
    hops: usize,
}

/// No declared network has so many routers in a row.
const MOST_HOPS: usize = 4;

impl World<'_, '_> {
    /// The ways of a packet from a host to an address; never none.
    pub(super) fn paths(&self, from: Host, to: IpAddr) -> Vec<Path> {
        let here = self.machine(from);
        if let Host::Node(node) = here
            && !self.is_up(node)
        {
            return Path::stopped(Seen::Timeout, self.down(node));
        }
        let paths = match self.inside(from, here, to) {
            Some(path) => vec![path],
            None => self.onward(&Travelling {
                from,
                to,
                here,
                hops: 0,
            }),
        };
        self.index.count_paths(paths.len());
        paths
    }

    pub(super) fn down(&self, node: Id<Node>) -> Cause {
        let name = &self.topology().nodes.get(node).name;
        Cause::new(CauseKind::Down, format!("{name} is down"))
    }

    /// What never leaves the machine or its cluster.
    fn inside(&self, from: Host, here: Host, to: IpAddr) -> Option<Path> {
        let cluster = self.cluster(from);
        let holders = self.index.holders(to);
        let is_ipv6 = to.is_ipv6();
        let service = holders.iter().find(|holder| match holder {
            Holder::ClusterDns(id) => Some(*id) == cluster,
            Holder::Service(id) => {
                cluster.is_some() && self.topology().resolvers.get(*id).cluster == cluster
            }
            _ => false,
        });
        if let Some(holder) = service {
            let sources = match from {
                Host::Pod(cluster, _) => self.pod_sources(cluster, is_ipv6),
                _ => self.lan_sources(from, is_ipv6),
            };
            let step = Step::new("a Service of the cluster, which its nodes know");
            let by = match from {
                Host::Pod(..) => By::ClusterPod,
                _ => By::Cluster,
            };
            return Some(Path::to(At::Holder(*holder), sources, by, step));
        }
        let own = match here {
            Host::Node(node) => Holder::Node(node),
            Host::Device(device) => Holder::Device(device),
            Host::Bare(resolver) => Holder::Bare(resolver),
            _ => return None,
        };
        let is_moving = holders.len() > 1;
        if to.is_loopback() && from == here {
            let sources = vec![crate::scalar::Address::from(to).as_cidr()];
            let step = Step::new("loopback: it stays on the machine");
            return Some(Path::to(At::Holder(own), sources, By::Itself, step));
        }
        if is_moving || !holders.contains(&own) {
            return None;
        }
        Some(self.to_own(from, own, is_ipv6))
    }

    /// To an address of the machine on which the sender is.
    fn to_own(&self, from: Host, own: Holder, is_ipv6: bool) -> Path {
        match from {
            Host::Pod(cluster, _) => {
                let sources = self.pod_sources(cluster, is_ipv6);
                let anywhere = std::net::Ipv4Addr::UNSPECIFIED.into();
                let (_, fact) = self.pod_seen_as(cluster, anywhere, Destination::OwnNode);
                let step = Step::new("to the pod's own node, with the pod's address").because(fact);
                Path::to(At::Holder(own), sources, By::OwnPod, step)
            }
            _ => {
                let sources = self.lan_sources(from, is_ipv6);
                let step = Step::new("one of its own addresses: it stays on the machine");
                Path::to(At::Holder(own), sources, By::Itself, step)
            }
        }
    }

    fn cluster(&self, host: Host) -> Option<Id<crate::topology::Cluster>> {
        match host {
            Host::Pod(cluster, _) => Some(cluster),
            Host::Node(node) => self.topology().nodes.get(node).cluster,
            _ => None,
        }
    }

    /// From a machine onward: by tailscaled's table, else by the main one.
    fn onward(&self, packet: &Travelling) -> Vec<Path> {
        let member = self.member(packet.here);
        // A device of which it is assumed that it accepts routes is none that has table 52.
        let is_assumed = member
            .and_then(|member| member.declared)
            .is_some_and(|membership| membership.accept_routes.fact.is_some());
        let is_device = matches!(packet.here, Host::Device(_));
        if is_device && is_assumed && self.shares_lan(packet.here, packet.to) {
            return self.by_main_table(packet);
        }
        if let Some(member) = &member
            && let Some(paths) = self.through_tailnet(packet, member)
        {
            return paths;
        }
        self.by_main_table(packet)
    }

    /// By table 52: quad100, members, accepted routes, an exit node.
    fn through_tailnet(&self, packet: &Travelling, member: &Member<'_>) -> Option<Vec<Path>> {
        let to = packet.to;
        if to == facts::QUAD100_V4 || to == facts::QUAD100_V6 {
            let step = Step::new("tailscaled answers for this address on the machine itself")
                .because(&facts::QUAD100_IS_LOCAL);
            let sources = self.tailnet_sources(member, to.is_ipv6());
            let path = Path::to(At::Quad100(packet.here), sources, By::Itself, step);
            return Some(vec![path]);
        }
        if let Some(holder) = self.member_at(to, member.tailnet) {
            return Some(vec![self.to_member(packet, member, holder)]);
        }
        if member.accepts_routes
            && let Some(paths) = self.by_accepted_route(packet, member)
        {
            return Some(paths);
        }
        let exit = member
            .declared
            .and_then(|own| own.declared.exit_node.as_ref());
        if let Some(exit) = exit {
            let own = member.declared.map(|own| &own.declared);
            let keeps_lan = own.and_then(|own| own.exit_node_allow_lan_access);
            let is_lan = keeps_lan.unwrap_or(false) && self.shares_lan(packet.here, to);
            let is_inside = self.topology().tailnets.get(member.tailnet);
            let is_inside = is_inside
                .ranges
                .iter()
                .any(|range| range.contains_address(to.into()));
            if !is_lan && !is_inside {
                return Some(self.by_exit_node(packet, exit));
            }
        }
        let tailnet = self.topology().tailnets.get(member.tailnet);
        let is_in_range = tailnet
            .ranges
            .iter()
            .any(|range| range.contains_address(to.into()));
        if is_in_range && !self.shares_lan(packet.here, to) {
            let cause = Cause::new(
                CauseKind::Unknown,
                format!("whose address {to} of the tailnet is, is not declared"),
            )
            .mend("declare the member's `tailscale.address`");
            return Some(Path::stopped(Seen::Unknown, cause));
        }
        None
    }

    /// The member of a tailnet that has an address in it.
    fn member_at(&self, to: IpAddr, tailnet: Id<Tailnet>) -> Option<Holder> {
        let topology = self.topology();
        let has = |membership: Option<&crate::topology::Membership>| {
            membership.is_some_and(|membership| {
                let mut own = membership.declared.address.0.iter();
                membership.tailnet == tailnet && own.any(|own| own.value.ip() == to)
            })
        };
        let mut holders = self.index.holders(to).iter().copied();
        holders.find(|holder| match holder {
            Holder::Node(node) => has(topology.nodes.get(*node).tailscale.as_ref()),
            Holder::Device(device) => has(topology.devices.get(*device).tailscale.as_ref()),
            _ => false,
        })
    }

    fn to_member(&self, packet: &Travelling, member: &Member<'_>, holder: Holder) -> Path {
        if let Holder::Node(node) = holder
            && !self.is_up(node)
        {
            return Path {
                when: When::new(),
                steps: Vec::new(),
                end: Err(Box::new(Outcome::new(Seen::Timeout, self.down(node)))),
            };
        }
        let way = (packet.from, packet.to);
        if let Some(outcome) = self.kept_out(way, packet.hops > 0, member, holder) {
            return Path {
                when: When::new(),
                steps: Vec::new(),
                end: Err(outcome),
            };
        }
        let sources = self.sources_in_tailnet(packet, member);
        let step = Step::new(format!(
            "through the tailnet, directly to {}",
            self.holder_name(holder)
        ))
        .because(&facts::TABLE_52);
        let mut path = Path::to(At::Holder(holder), sources, By::Tailnet, step);
        if let Ok(arrived) = &mut path.end {
            arrived.filters.push(Filtered {
                tailnet: member.tailnet,
                from: packet.from,
                at: holder,
            });
        }
        path
    }

    /// A member's own address, or that of the LAN machine for which it forwards.
    fn sources_in_tailnet(&self, packet: &Travelling, member: &Member<'_>) -> Sources {
        if packet.hops == 0 {
            self.tailnet_sources(member, packet.to.is_ipv6())
        } else {
            self.lan_sources(packet.from, packet.to.is_ipv6())
        }
    }

    /// By a route that somebody advertises and this member accepts; `None` where there is none.
    fn by_accepted_route(&self, packet: &Travelling, member: &Member<'_>) -> Option<Vec<Path>> {
        let to = packet.to;
        let routers = self.routers(to, member.tailnet, packet.here);
        let longest = routers
            .iter()
            .map(|(_, route)| route.value.net().prefix_len())
            .max()?;
        let routers: Vec<_> = routers
            .into_iter()
            .filter(|(_, route)| route.value.net().prefix_len() == longest)
            .collect();
        let up: Vec<_> = routers
            .iter()
            .filter(|(holder, _)| !matches!(holder, Holder::Node(node) if !self.is_up(*node)))
            .collect();
        if up.is_empty() {
            let names: Vec<String> = routers
                .iter()
                .map(|(holder, _)| self.holder_name(*holder))
                .collect();
            let cause = Cause::new(
                CauseKind::Down,
                format!("every router of the route is down: {}", names.join(", ")),
            );
            return Some(Path::stopped(Seen::Timeout, cause));
        }
        let is_router = self.advertises(packet.here, longest, to);
        let is_one_of = up.len() > 1 || is_router;
        let mut paths = Vec::new();
        if let (true, Some((_, route))) = (is_router, routers.first()) {
            // Whoever holds the route has it not from others.
            paths.extend(self.by_main_table(packet));
            for path in &mut paths {
                path.when.insert(Condition::Holds {
                    node: self.host_name(packet.here),
                    what: format!("the route {}", route.value),
                });
            }
        }
        for (holder, route) in up {
            let (route, place) = (route.value, &route.place);
            let name = self.holder_name(*holder);
            let step = Step::new(format!(
                "through the tailnet to subnet router {name}, by its route {route}"
            ))
            .because(place);
            let way = (packet.from, packet.to);
            let kept_out = self.kept_out(way, packet.hops > 0, member, *holder);
            for mut path in self.behind_router(packet, member, *holder) {
                path.steps.insert(0, step.clone());
                if let (Ok(_), Some(outcome)) = (&path.end, &kept_out) {
                    path.end = Err(outcome.clone());
                }
                if is_one_of {
                    path.when.insert(Condition::Holds {
                        node: name.clone(),
                        what: format!("the route {route}"),
                    });
                }
                paths.push(path);
            }
        }
        Some(paths)
    }

    /// Who advertises a route to an address, other than `here`.
    fn routers(
        &self,
        to: IpAddr,
        tailnet: Id<Tailnet>,
        here: Host,
    ) -> Vec<(Holder, &Sourced<Cidr>)> {
        let routes = self.routes(tailnet, here);
        let routes = routes.filter(|(_, route)| route.value.contains_address(to.into()));
        routes.collect()
    }

    /// The routes that others than `here` advertise to a tailnet, without those to everything.
    fn routes(
        &self,
        tailnet: Id<Tailnet>,
        here: Host,
    ) -> impl Iterator<Item = (Holder, &Sourced<Cidr>)> {
        let topology = self.topology();
        let routers = self.index.routers.iter().filter_map(move |holder| {
            let (host, membership) = match holder {
                Holder::Node(node) => (Host::Node(*node), &topology.nodes.get(*node).tailscale),
                Holder::Device(device) => (
                    Host::Device(*device),
                    &topology.devices.get(*device).tailscale,
                ),
                _ => return None,
            };
            let membership = membership.as_ref()?;
            (here != host && membership.tailnet == tailnet).then_some((*holder, membership))
        });
        routers.flat_map(|(holder, membership)| {
            let routes = membership.advertised_routes.iter();
            let routes = routes.filter(|route| route.value.net().prefix_len() > 0);
            routes.map(move |route| (holder, route))
        })
    }

    /// The route that a node accepts and that a sender in its LAN is in, or a part of the senders.
    pub(super) fn accepted_route(&self, node: Id<Node>, source: Cidr) -> Option<Cidr> {
        let host = Host::Node(node);
        let member = self.member(host).filter(|member| member.accepts_routes)?;
        let routes = self.routes_up(member.tailnet, host);
        let mut routes: Vec<Cidr> = routes
            .map(|(_, route)| route.value)
            .filter(|route| route.contains(source) || source.contains(*route))
            .collect();
        routes.sort_by_key(|route| (route.net().prefix_len(), *route));
        routes.first().copied()
    }

    /// The routes that others than `here` advertise to a tailnet and that are not down.
    fn routes_up(
        &self,
        tailnet: Id<Tailnet>,
        here: Host,
    ) -> impl Iterator<Item = (Holder, &Sourced<Cidr>)> {
        let up = |holder: &Holder| !matches!(holder, Holder::Node(node) if !self.is_up(*node));
        self.routes(tailnet, here)
            .filter(move |(holder, _)| up(holder))
    }

    /// From a subnet router to an address behind it.
    fn behind_router(&self, packet: &Travelling, member: &Member<'_>, router: Holder) -> Vec<Path> {
        let filtered = Filtered {
            tailnet: member.tailnet,
            from: packet.from,
            at: router,
        };
        let holders = self.index.holders(packet.to);
        if holders == [router] {
            let sources = self.sources_in_tailnet(packet, member);
            let step = Step::new("one of the router's own addresses");
            let mut path = Path::to(At::Holder(router), sources, By::Tailnet, step);
            if let Ok(arrived) = &mut path.end {
                arrived.filters.push(filtered);
            }
            return vec![path];
        }
        let here = match router {
            Holder::Node(node) => Host::Node(node),
            Holder::Device(device) => Host::Device(device),
            _ => return Vec::new(),
        };
        let masquerades = self
            .member(here)
            .and_then(|member| member.declared)
            .is_none_or(|membership| membership.snat_subnet_routes);
        let onward = Travelling {
            from: packet.from,
            to: packet.to,
            here,
            hops: packet.hops + 1,
        };
        let mut paths = self.by_main_table(&onward);
        for path in &mut paths {
            let Ok(arrived) = &mut path.end else { continue };
            arrived.filters.push(filtered);
            if masquerades {
                arrived.sources = self.lan_sources(here, packet.to.is_ipv6());
                let step = Step::new(format!(
                    "{} rewrites the source to its own address",
                    self.holder_name(router)
                ));
                path.steps.push(step.because(&facts::SNAT_ON));
            } else {
                arrived.sources = self.sources_in_tailnet(packet, member);
                arrived.without_nat = Some(router);
            }
        }
        paths
    }

    fn by_exit_node(
        &self,
        packet: &Travelling,
        exit: &crate::place::Located<crate::scalar::Name>,
    ) -> Vec<Path> {
        let step = Step::new(format!("through the tailnet to exit node {}", exit.value));
        let step = step.because(&exit.place);
        let found = self.topology().nodes.find(exit.value.as_str());
        if let Some((node, _)) = found.filter(|(node, _)| !self.is_up(*node)) {
            return Path::stopped(Seen::Timeout, self.down(node));
        }
        if is_public(packet.to) {
            let from = found.map_or(packet.from, |(node, _)| Host::Node(node));
            return self.on_internet(&Travelling { from, ..*packet }, step);
        }
        let cause = Cause::new(
            CauseKind::NoRoute,
            format!(
                "exit node {} leads to the Internet, where {} is nobody's",
                exit.value, packet.to
            ),
        )
        .because(&exit.place)
        .mend("take no exit node there, or allow LAN access where it is directly connected");
        Path::stopped(Seen::Timeout, cause)
    }

    /// Whether an address is in a LAN in which a host is.
    fn shares_lan(&self, host: Host, to: IpAddr) -> bool {
        let Some(site) = self.site(host) else {
            return false;
        };
        let site = self.topology().sites.get(site);
        let mut lans = site.declared.lans.iter();
        lans.any(|lan| lan.value.contains_address(to.into()))
            || self.index.holders(to).iter().any(|holder| match holder {
                Holder::Node(node) => {
                    let node = self.topology().nodes.get(*node);
                    let is_there = node.site.is_some() && node.site == self.site(host);
                    is_there && !is_public(to) && node.addresses().any(|own| own.ip() == to)
                }
                _ => false,
            })
    }

    /// Whether neither a host nor its LAN has addresses of a family, though it has of the other.
    fn lacks_family(&self, host: Host, is_ipv6: bool) -> bool {
        if host == Host::Internet {
            return false;
        }
        let site = self.site(host).map(Host::Lan);
        let has = |is_ipv6| {
            let mut hosts = [Some(host), site].into_iter().flatten();
            hosts.any(|host| !self.lan_sources(host, is_ipv6).is_empty())
        };
        has(!is_ipv6) && !has(is_ipv6)
    }

    /// By the main table: the LAN, what the site's routers know, the Internet.
    fn by_main_table(&self, packet: &Travelling) -> Vec<Path> {
        let (to, here) = (packet.to, packet.here);
        if to == facts::QUAD100_V4 || to == facts::QUAD100_V6 {
            return vec![self.quad100_without_tailscale(packet)];
        }
        if self.lacks_family(here, to.is_ipv6()) {
            let name = self.host_name(here);
            let family = if to.is_ipv6() { "IPv6" } else { "IPv4" };
            let cause = Cause::new(
                CauseKind::NoRoute,
                format!("{name} has no {family} address from which to ask {to}"),
            )
            .mend(format!(
                "name a server that has an address of {name}'s family"
            ));
            return Path::stopped(Seen::Unreachable, cause);
        }
        if self.shares_lan(here, to) {
            return self.on_link(packet, Step::new("in the same LAN"));
        }
        let site = self.site(here).map(|site| self.topology().sites.get(site));
        let routes = site.iter().flat_map(|site| &site.declared.routes);
        let known = routes.flat_map(|route| route.to.0.iter().map(move |range| (route, range)));
        let known = known.filter(|(_, range)| range.value.contains_address(to.into()));
        let longest = known.min_by_key(|(_, range)| Reverse(range.value.net().prefix_len()));
        if let Some((route, range)) = longest {
            let step = Step::new(format!(
                "by the site's route to {} via {}",
                range.value, route.via.value
            ))
            .because(&range.place);
            return self.by_next_hop(packet, route.via.value.ip(), step);
        }
        if is_public(to) {
            let step = Step::new("by the default route");
            return self.on_internet(packet, step);
        }
        if self.is_announced_in(to, self.site(here)) {
            let step = Step::new("by what the load balancer announces to the site's routers");
            return self.on_link(packet, step);
        }
        if let Host::Pod(cluster, None) = here
            && self.site(here).is_none()
        {
            let name = &self.topology().clusters.get(cluster).name;
            let text = format!("where cluster {name} stands is not declared");
            let cause =
                Cause::new(CauseKind::Unknown, text).mend("declare its `site`, and its nodes");
            return Path::stopped(Seen::Unknown, cause);
        }
        if let Some(cause) = self.route_not_accepted(here, to) {
            return Path::stopped(Seen::Timeout, cause);
        }
        let name = self.host_name(here);
        let cause = Cause::new(
            CauseKind::NoRoute,
            format!("no route leads from {name} to {to}"),
        )
        .mend("accept a route that a subnet router advertises, or declare the way in `sites.<site>.routes`");
        Path::stopped(Seen::Timeout, cause)
    }

    /// Why a member has no route where somebody advertises one: it does not accept it.
    fn route_not_accepted(&self, here: Host, to: IpAddr) -> Option<Cause> {
        let member = self.member(here).filter(|member| !member.accepts_routes)?;
        let routers = self.routers(to, member.tailnet, here);
        let (router, route) = routers.first()?;
        let route = route.value;
        let name = self.host_name(here);
        let router = self.holder_name(*router);
        let text =
            format!("{name} does not accept the route {route} to {to} that {router} advertises");
        let cause = Cause::new(CauseKind::NoRoute, text)
            .mend(format!("set `acceptRoutes = true` on {name}"));
        Some(match member.declared {
            Some(membership) => cause.because(&membership.accept_routes.place),
            None => cause,
        })
    }

    /// Whether an address is a Service's of a cluster at a site, from a pool of its load balancer: the
    /// site's routers know the way.
    fn is_announced_in(&self, to: IpAddr, site: Option<Id<crate::topology::Site>>) -> bool {
        let topology = self.topology();
        let mut holders = self.index.holders(to).iter();
        site.is_some()
            && holders.any(|holder| {
                let Holder::Service(resolver) = holder else {
                    return false;
                };
                let cluster = topology.resolvers.get(*resolver).cluster;
                let cluster = cluster.map(|cluster| topology.clusters.get(cluster));
                cluster
                    .filter(|cluster| cluster.site == site)
                    .is_some_and(|cluster| {
                        let pools = cluster.declared.load_balancer.iter();
                        let mut pools = pools.flat_map(|balancer| &balancer.pools);
                        pools.any(|pool| pool.value.contains_address(to.into()))
                    })
            })
    }

    /// Without tailscaled the packet would leave by the default route; a forwarder's node has a route
    /// that leads nowhere in its place.
    fn quad100_without_tailscale(&self, packet: &Travelling) -> Path {
        let is_guarded = match packet.here {
            Host::Node(id) => {
                let node = self.topology().nodes.get(id);
                let mut forwarders = self.topology().forwarders.values();
                node.manages(Part::Forwarder) && forwarders.any(|one| one.on(id).is_some())
            }
            _ => false,
        };
        let name = self.host_name(packet.here);
        let cause = Cause::new(
            CauseKind::NoListener,
            format!(
                "{name} is no member of a tailnet: {} leads nowhere",
                packet.to
            ),
        );
        let seen = if is_guarded {
            Seen::Unreachable
        } else {
            Seen::Timeout
        };
        Path {
            when: When::new(),
            steps: Vec::new(),
            end: Err(Box::new(Outcome::new(seen, cause))),
        }
    }

    fn by_next_hop(&self, packet: &Travelling, via: IpAddr, step: Step) -> Vec<Path> {
        let next = self
            .index
            .holders(via)
            .iter()
            .find_map(|holder| match holder {
                Holder::Node(node) => Some(*node),
                _ => None,
            });
        let mut paths = match next {
            Some(node) if !self.is_up(node) => Path::stopped(Seen::Timeout, self.down(node)),
            Some(node) if packet.hops < MOST_HOPS && packet.here != Host::Node(node) => {
                if self.index.holders(packet.to) == [Holder::Node(node)] {
                    self.on_link(packet, Step::new("one of the next hop's own addresses"))
                } else {
                    self.onward(&Travelling {
                        here: Host::Node(node),
                        hops: packet.hops + 1,
                        ..*packet
                    })
                }
            }
            Some(node) if packet.here == Host::Node(node) => self.nowhere_further(packet),
            // A router of which no more is known leads to where its route says.
            _ => self.on_link(packet, Step::new("the router hands it on")),
        };
        for path in &mut paths {
            path.steps.insert(0, step.clone());
        }
        paths
    }

    /// A node to which a route leads, but which is not known to have a way of its own.
    fn nowhere_further(&self, packet: &Travelling) -> Vec<Path> {
        if let Some(cause) = self.route_not_accepted(packet.here, packet.to) {
            return Path::stopped(Seen::Timeout, cause);
        }
        let name = self.host_name(packet.here);
        let text = format!("by which way {name} leads to {} is not declared", packet.to);
        let cause = Cause::new(CauseKind::Unknown, text).mend(format!(
            "let {name} accept a route there, or name another next hop"
        ));
        Path::stopped(Seen::Unknown, cause)
    }

    /// To whoever has an address of a LAN.
    fn on_link(&self, packet: &Travelling, step: Step) -> Vec<Path> {
        let holders = self.index.holders(packet.to);
        if holders.is_empty() {
            let cause = Cause::new(
                CauseKind::Unknown,
                format!(
                    "whether anybody has the address {} is not declared",
                    packet.to
                ),
            )
            .mend("declare who has it, or write the address of a server that is there");
            return Path::stopped(Seen::Unknown, cause);
        }
        let is_moving = holders.len() > 1;
        let up: Vec<Holder> = holders
            .iter()
            .copied()
            .filter(|holder| !matches!(holder, Holder::Node(node) if !self.is_up(*node)))
            .collect();
        if up.is_empty() {
            let down = holders.iter().find_map(|holder| match holder {
                Holder::Node(node) => Some(self.down(*node)),
                _ => None,
            });
            let cause = down.unwrap_or_else(|| {
                Cause::new(
                    CauseKind::Nobody,
                    format!("nobody has the address {}", packet.to),
                )
            });
            return Path::stopped(Seen::Timeout, cause);
        }
        let is_one_of = is_moving && up.len() > 1;
        up.into_iter()
            .map(|holder| {
                let mut path = if self.is_here(packet.from, holder) {
                    self.to_own(packet.from, holder, packet.to.is_ipv6())
                } else {
                    let (sources, by, note) = self.lan_arrival(packet, holder);
                    let mut path = Path::to(At::Holder(holder), sources, by, step.clone());
                    path.steps.extend(note);
                    path
                };
                path.when.extend(is_one_of.then(|| Condition::Holds {
                    node: self.holder_name(holder),
                    what: packet.to.to_string(),
                }));
                path
            })
            .collect()
    }

    fn is_here(&self, from: Host, holder: Holder) -> bool {
        matches!((self.machine(from), holder), (Host::Node(own), Holder::Node(node)) if own == node)
    }

    /// Whose address a packet has that comes by the LAN, and how it comes in.
    fn lan_arrival(&self, packet: &Travelling, holder: Holder) -> (Sources, By, Option<Step>) {
        let is_ipv6 = packet.to.is_ipv6();
        let Host::Pod(cluster, _) = packet.from else {
            return (self.lan_sources(packet.from, is_ipv6), By::Lan, None);
        };
        let is_node_of_cluster = matches!(
            holder,
            Holder::Node(node) if self.topology().nodes.get(node).cluster == Some(cluster)
        );
        let destination = if is_node_of_cluster {
            Destination::OtherNode
        } else {
            Destination::Outside
        };
        let (seen_as, fact) = self.pod_seen_as(cluster, packet.to, destination);
        match seen_as {
            SeenAs::Pod => {
                let by = if is_node_of_cluster { By::Pod } else { By::Lan };
                let step = Step::new("with the pod's own address").because(fact);
                (self.pod_sources(cluster, is_ipv6), by, Some(step))
            }
            SeenAs::Node => {
                let step = Step::new("behind the address of the pod's node").because(fact);
                (self.lan_sources(packet.from, is_ipv6), By::Lan, Some(step))
            }
        }
    }

    fn on_internet(&self, packet: &Travelling, step: Step) -> Vec<Path> {
        let declared = self.index.holders(packet.to);
        if declared.is_empty() {
            return vec![Path::to(
                At::Public(packet.to),
                Vec::new(),
                By::Internet,
                step,
            )];
        }
        let mut paths = self.on_link(packet, step);
        for path in &mut paths {
            if let Ok(arrived) = &mut path.end
                && arrived.by == By::Lan
            {
                arrived.by = By::Internet;
                // A private address is left behind at home, and which public one is there in its place
                // is not declared.
                let is_known = |source: &Cidr| is_public(source.net().addr());
                arrived
                    .sources
                    .retain(|source| packet.from == Host::Internet || is_known(source));
            }
        }
        paths
    }

    /// What messages call who has an address.
    pub(super) fn holder_name(&self, holder: Holder) -> String {
        let topology = self.topology();
        match holder {
            Holder::Node(node) => topology.nodes.get(node).name.to_string(),
            Holder::Device(device) => topology.devices.get(device).name.to_string(),
            Holder::Service(resolver) | Holder::Bare(resolver) => {
                format!("resolver {}", topology.resolvers.get(resolver).name)
            }
            Holder::ClusterDns(cluster) => {
                format!("the DNS of cluster {}", topology.clusters.get(cluster).name)
            }
        }
    }
}
