//! Whether answers find their way back.

use std::net::IpAddr;

use super::host::Host;
use super::obstacles::{Verdict, by_source};
use super::outcome::{Cause, CauseKind, Condition, Outcome, Seen, When};
use super::path::{Arrived, At, By};
use super::walk::Walk;
use super::world::Holder;
use crate::facts::tailnet as facts;
use crate::scalar::Cidr;
use crate::topology::{Id, Node, Resolver, Site};

impl Walk<'_, '_, '_> {
    /// Whether answers find their way back.
    pub(super) fn way_back(&self, arrived: &Arrived, to: IpAddr) -> Verdict {
        let At::Holder(holder) = arrived.at else {
            return Verdict::Passes(None);
        };
        let name = self.world.holder_name(holder);
        if let Holder::Node(node) = holder
            && arrived.by == By::Lan
        {
            let accepted = |source: Cidr| self.world.accepted_route(node, source);
            let verdict = by_source(&arrived.sources, accepted, |_, route| {
                let text =
                    format!("{name} accepts the route {route} and answers through the tunnel");
                let cause = Cause::new(CauseKind::NoWayBack, text)
                    .because(&facts::REPLIES_TAKE_TUNNEL)
                    .mend(format!("set `acceptRoutes = false` on {name}"));
                Outcome::new(Seen::Timeout, cause)
            });
            let verdict = self.unless_held(node, &arrived.sources, verdict);
            if !matches!(verdict, Verdict::Passes(_)) {
                return verdict;
            }
        }
        if let Holder::Service(resolver) = holder
            && arrived.by == By::Lan
            && !arrived
                .filters
                .iter()
                .any(|one| self.leads_into_pods(one.at, holder))
        {
            let verdict = self.announcing(resolver, arrived, to);
            if !matches!(verdict, Verdict::Passes(_)) {
                return verdict;
            }
        }
        let Some(router) = arrived.without_nat else {
            return Verdict::Passes(None);
        };
        if self.leads_into_pods(router, holder) {
            return Verdict::Passes(None);
        }
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
        let topology = self.world.topology();
        let membership = match router {
            Holder::Node(node) => topology.nodes.get(node).tailscale.as_ref(),
            Holder::Device(device) => topology.devices.get(device).tailscale.as_ref(),
            Holder::Service(_) | Holder::ClusterDns(_) | Holder::Bare(_) => None,
        };
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
    fn announcing(&self, resolver: Id<Resolver>, arrived: &Arrived, to: IpAddr) -> Verdict {
        let topology = self.world.topology();
        let Some(cluster) = topology.resolvers.get(resolver).cluster else {
            return Verdict::Passes(None);
        };
        let nodes = topology.nodes.iter();
        let nodes =
            nodes.filter(|(id, node)| node.cluster == Some(cluster) && self.world.is_up(*id));
        let (mut lost, mut count, mut is_certain) = (Vec::new(), 0, true);
        for (id, node) in nodes {
            count += 1;
            let mut sources = arrived.sources.iter();
            let Some(route) = sources.find_map(|source| self.world.accepted_route(id, *source))
            else {
                continue;
            };
            let text = format!(
                "{} accepts the route {route} and answers through the tunnel",
                node.name
            );
            let cause = Cause::new(CauseKind::NoWayBack, text)
                .because(&facts::REPLIES_TAKE_TUNNEL)
                .mend(format!("set `acceptRoutes = false` on {}", node.name));
            let holds = Condition::Holds {
                node: node.name.to_string(),
                what: to.to_string(),
            };
            let net = route.net();
            is_certain &= !self
                .world
                .advertises(Host::Node(id), net.prefix_len(), net.addr());
            lost.push((holds, Outcome::new(Seen::Timeout, cause)));
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
