//! The routes that subnet routers advertise to a tailnet, and who accepts them.

use std::net::IpAddr;

use crate::scalar::Cidr;
use crate::topology::{Id, Node, Sourced, Tailnet};
use crate::trace::host::Host;
use crate::trace::outcome::{Cause, CauseKind};
use crate::trace::world::{Holder, World};

impl World<'_, '_> {
    /// Who advertises a route to an address, other than `here`.
    pub(super) fn routers(
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
    pub(in crate::trace) fn accepted_route(&self, node: Id<Node>, source: Cidr) -> Option<Cidr> {
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

    /// Why a member has no route where somebody advertises one: it does not accept it.
    pub(super) fn route_not_accepted(&self, here: Host, to: IpAddr) -> Option<Cause> {
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
}
