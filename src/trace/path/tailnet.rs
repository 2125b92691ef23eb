//! Through the tailnet: what tailscaled has in table 52, in the order in which it is looked up.

use std::net::IpAddr;

use super::{At, By, Filtered, Path, Step, Travelling};
use crate::facts::tailnet as facts;
use crate::facts::trace::LOCAL_DELIVERY;
use crate::place::Located;
use crate::scalar::Name;
use crate::topology::{Id, Membership, Tailnet};
use crate::trace::address::is_public;
use crate::trace::host::{Host, Member, Sources};
use crate::trace::outcome::{Cause, CauseKind, Condition, Outcome, Seen, When};
use crate::trace::world::{Holder, World};

impl World<'_, '_> {
    /// By table 52: quad100, members, accepted routes, an exit node.
    pub(super) fn through_tailnet(
        &self,
        packet: &Travelling,
        member: &Member<'_>,
    ) -> Option<Vec<Path>> {
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
        if let Some(exit) = member.exit_node() {
            let is_lan = member.keeps_lan() && self.shares_lan(packet.here, to);
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
        let has = |membership: Option<&Membership>| {
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
            let step = Step::new("one of the router's own addresses").because(&LOCAL_DELIVERY);
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

    fn by_exit_node(&self, packet: &Travelling, exit: &Located<Name>) -> Vec<Path> {
        let step = Step::new(format!("through the tailnet to exit node {}", exit.value));
        let step = step.because(&exit.place);
        let there = self.exit_host(exit);
        if let Some(Host::Node(node)) = there
            && !self.is_up(node)
        {
            return Path::stopped(Seen::Timeout, self.down(node));
        }
        if is_public(packet.to) {
            let from = there.unwrap_or(packet.from);
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
}
