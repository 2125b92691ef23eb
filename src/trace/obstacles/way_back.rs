//! Whether answers find their way back.

use std::net::IpAddr;

use super::{Verdict, by_source};
use crate::facts::tailnet as facts;
use crate::scalar::Cidr;
use crate::topology::{Id, Node, Site};
use crate::trace::host::Host;
use crate::trace::outcome::{Cause, CauseKind, Condition, Outcome, Seen, When};
use crate::trace::path::{Arrived, At, By};
use crate::trace::walk::Walk;
use crate::trace::world::Holder;

impl Walk<'_, '_, '_> {
    /// Whether answers find their way back.
    pub(in crate::trace) fn way_back(&self, arrived: &Arrived, to: IpAddr) -> Verdict {
        let At::Holder(holder) = arrived.at else {
            return Verdict::Passes(None);
        };
        let ways = [
            Self::by_accepted_route,
            Self::by_announcing_node,
            Self::by_exit_node,
            Self::past_router_without_nat,
        ];
        let mut verdicts = ways.into_iter().map(|way| way(self, arrived, (holder, to)));
        verdicts
            .find(|verdict| !matches!(verdict, Verdict::Passes(_)))
            .unwrap_or(Verdict::Passes(None))
    }

    /// A node that accepts a route to its neighbours answers them through the tunnel.
    fn by_accepted_route(&self, arrived: &Arrived, (holder, _): (Holder, IpAddr)) -> Verdict {
        let Holder::Node(node) = holder else {
            return Verdict::Passes(None);
        };
        if arrived.by != By::Lan {
            return Verdict::Passes(None);
        }
        let name = self.world.holder_name(holder);
        let accepted = |source: Cidr| self.world.accepted_route(node, source);
        let verdict = by_source(&arrived.sources, accepted, |_, route| {
            through_tunnel(&name, route)
        });
        self.unless_held(node, &arrived.sources, verdict)
    }

    /// A node that advertises the route itself loses nothing while it is the one that holds it.
    fn unless_held(&self, node: Id<Node>, sources: &[Cidr], verdict: Verdict) -> Verdict {
        let world = self.world;
        let mut routes = sources
            .iter()
            .filter_map(|source| world.accepted_route(node, *source));
        let host = Host::Node(node);
        let is_own = |route: &Cidr| {
            let net = route.net();
            world.advertises(host, net.prefix_len(), net.addr())
        };
        let Some(route) = routes.find(is_own) else {
            return verdict;
        };
        let Verdict::Stops(lost) = verdict else {
            return verdict;
        };
        let name = world.host_name(host);
        let other = format!("another router than {name} holds the route {route}");
        let own = Condition::Holds {
            node: name,
            what: format!("the route {route}"),
        };
        Verdict::StopsWhen(vec![(Condition::Other(other), *lost)], When::from([own]))
    }

    /// Whether the node that answers for a Service's address in the LAN, any of its cluster's, sends the
    /// answers into its tunnel.
    fn by_announcing_node(&self, arrived: &Arrived, (holder, to): (Holder, IpAddr)) -> Verdict {
        let topology = self.world.topology();
        let Holder::Service(resolver) = holder else {
            return Verdict::Passes(None);
        };
        let mut filters = arrived.filters.iter();
        let is_led = filters.any(|one| self.leads_into_pods(one.at, holder));
        let cluster = topology.resolvers.get(resolver).cluster;
        let cluster = cluster.filter(|_| arrived.by == By::Lan && !is_led);
        let Some(cluster) = cluster else {
            return Verdict::Passes(None);
        };
        let hosts = self.world.pod_hosts(cluster).into_iter();
        let nodes = hosts.filter_map(|host| match host {
            Host::Pod(_, node) => node,
            _ => None,
        });
        let (mut lost, mut count, mut is_certain) = (Vec::new(), 0, true);
        for id in nodes {
            let node = topology.nodes.get(id);
            count += 1;
            let mut sources = arrived.sources.iter();
            let Some(route) = sources.find_map(|source| self.world.accepted_route(id, *source))
            else {
                continue;
            };
            let holds = Condition::Holds {
                node: node.name.to_string(),
                what: to.to_string(),
            };
            let net = route.net();
            is_certain &= !self
                .world
                .advertises(Host::Node(id), net.prefix_len(), net.addr());
            lost.push((holds, through_tunnel(node.name.as_str(), route)));
        }
        match lost.len() {
            0 => Verdict::Passes(None),
            all if all == count && is_certain => Verdict::Stops(Box::new(lost.swap_remove(0).1)),
            _ => {
                let words = format!("a node that accepts no route to who asks holds {to}");
                Verdict::StopsWhen(lost, When::from([Condition::Other(words)]))
            }
        }
    }

    /// A machine that uses an exit node answers everybody through it but the members of its tailnet.
    fn by_exit_node(&self, arrived: &Arrived, (holder, _): (Holder, IpAddr)) -> Verdict {
        let host = match holder {
            Holder::Node(node) => Host::Node(node),
            Holder::Device(device) => Host::Device(device),
            Holder::Service(_) | Holder::ClusterDns(_) | Holder::Bare(_) => {
                return Verdict::Passes(None);
            }
        };
        let member = self.world.member(host);
        let exit = member.and_then(|member| Some((member, member.exit_node()?)));
        let Some((member, exit)) = exit else {
            return Verdict::Passes(None);
        };
        if !matches!(arrived.by, By::Lan | By::Pod | By::Internet) {
            return Verdict::Passes(None);
        }
        let name = self.world.holder_name(holder);
        let lost = |whom: &str| {
            let text = format!("{name} answers {whom} through its exit node {}", exit.value);
            let cause = Cause::new(CauseKind::NoWayBack, text)
                .because(&exit.place)
                .mend(format!(
                    "take the exit node from {name}; for who is in its LAN `exitNodeAllowLanAccess = true` does"
                ));
            Outcome::new(Seen::Timeout, cause)
        };
        if arrived.sources.is_empty() {
            return Verdict::Stops(Box::new(lost("everybody")));
        }
        let by_tunnel = |source: Cidr| {
            let is_kept = member.keeps_lan() && self.world.is_in_lan_of(host, source);
            (!is_kept).then_some(source)
        };
        by_source(&arrived.sources, by_tunnel, |_, source| {
            lost(&source.to_string())
        })
    }

    /// Behind a router that leaves members' addresses as they are, a route has to lead back to it.
    fn past_router_without_nat(&self, arrived: &Arrived, (holder, _): (Holder, IpAddr)) -> Verdict {
        let Some(router) = arrived.without_nat else {
            return Verdict::Passes(None);
        };
        if self.leads_into_pods(router, holder) {
            return Verdict::Passes(None);
        }
        let name = self.world.holder_name(holder);
        let site = self.site_of(holder);
        let routes = site.iter().flat_map(|site| &site.declared.routes);
        let routes = routes.filter(|route| {
            let next = self.world.index.holders(route.via.value.ip());
            next.contains(&router)
        });
        let back: Vec<Cidr> = routes
            .flat_map(|route| route.to.0.iter().map(|range| range.value))
            .collect();
        let has_none = |source: Cidr| {
            let returns = back.iter().any(|range| range.contains(source));
            (!returns).then_some(source)
        };
        let membership = self.world.membership(router);
        let router = self.world.holder_name(router);
        by_source(&arrived.sources, has_none, |_, source| {
            let text = format!("{name} has no route back to {source}: {router} does no source NAT");
            let cause = Cause::new(CauseKind::NoWayBack, text).mend(format!(
                "leave `snatSubnetRoutes` of {router} on, or add {source} via {router} to the site's \
                 `routes`"
            ));
            let decided = membership.map(|membership| &membership.declared.place);
            let cause = match decided {
                Some(place) => cause.because(place),
                None => cause,
            };
            Outcome::new(Seen::Timeout, cause)
        })
    }

    /// The site whose routers know the way back from whoever has an address.
    fn site_of(&self, holder: Holder) -> Option<&Site> {
        let topology = self.world.topology();
        let cluster = |id| topology.clusters.get(id).site;
        let site = match holder {
            Holder::Node(node) => topology.nodes.get(node).site,
            Holder::Device(device) => topology.devices.get(device).site,
            Holder::Service(resolver) => topology.resolvers.get(resolver).cluster.and_then(cluster),
            Holder::ClusterDns(id) => cluster(id),
            Holder::Bare(resolver) => self.world.site(Host::Bare(resolver)),
        };
        site.map(|site| topology.sites.get(site))
    }
}

fn through_tunnel(name: &str, route: Cidr) -> Outcome {
    let text = format!("{name} accepts the route {route} and answers through the tunnel");
    let cause = Cause::new(CauseKind::NoWayBack, text)
        .because(&facts::REPLIES_TAKE_TUNNEL)
        .mend(format!("set `acceptRoutes = false` on {name}"));
    Outcome::new(Seen::Timeout, cause)
}
