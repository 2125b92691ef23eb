//! By the main table: the LAN, the routes of the site, the Internet.

use std::cmp::Reverse;
use std::net::IpAddr;

use super::{MOST_HOPS, Path, Step, Travelling};
use crate::facts::tailnet as facts;
use crate::facts::trace::{DEFAULT_ROUTE, DIRECTLY_CONNECTED, LOCAL_DELIVERY};
use crate::place::Located;
use crate::scalar::{Cidr, Part};
use crate::topology::{Id, Site};
use crate::trace::address::is_public;
use crate::trace::host::Host;
use crate::trace::outcome::{Cause, CauseKind, Outcome, Seen, When};
use crate::trace::world::{Holder, World};

impl World<'_, '_> {
    /// By the main table: the LAN, what the site's routers know, the Internet.
    pub(super) fn by_main_table(&self, packet: &Travelling) -> Vec<Path> {
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
            let step = Step::new("in the same LAN");
            return self.on_link(
                packet,
                match self.lan_of(here, to) {
                    Some(lan) => step.because(&lan.place),
                    None => step.because(&DIRECTLY_CONNECTED),
                },
            );
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
            let step = Step::new("by the default route").because(&DEFAULT_ROUTE);
            return self.on_internet(packet, step);
        }
        if let Some(pool) = self.announced_from(to, self.site(here)) {
            let step = Step::new("by what the load balancer announces to the site's routers");
            return self.on_link(packet, step.because(&pool.place));
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

    /// Whether a range of addresses is in a LAN in which a host is.
    pub(in crate::trace) fn is_in_lan_of(&self, host: Host, range: Cidr) -> bool {
        let site = self.site(host).map(|site| self.topology().sites.get(site));
        let mut lans = site.iter().flat_map(|site| &site.declared.lans);
        lans.any(|lan| lan.value.contains(range))
    }

    /// The LAN in which a host is that holds an address.
    fn lan_of(&self, host: Host, to: IpAddr) -> Option<&Located<Cidr>> {
        let site = self.topology().sites.get(self.site(host)?);
        let mut lans = site.declared.lans.iter();
        lans.find(|lan| lan.value.contains_address(to.into()))
    }

    /// Whether an address is in a LAN in which a host is.
    pub(super) fn shares_lan(&self, host: Host, to: IpAddr) -> bool {
        self.lan_of(host, to).is_some()
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

    /// The pool of the load balancer of a cluster at a site from which an address is, if it is a Service's:
    /// the site's routers know the way.
    fn announced_from(&self, to: IpAddr, site: Option<Id<Site>>) -> Option<&Located<Cidr>> {
        let site = site?;
        let topology = self.topology();
        let mut clusters = self
            .index
            .holders(to)
            .iter()
            .filter_map(|holder| match holder {
                Holder::Service(resolver) => topology.resolvers.get(*resolver).cluster,
                _ => None,
            });
        clusters.find_map(|cluster| {
            let cluster = topology.clusters.get(cluster);
            let balancer = cluster.declared.load_balancer.iter();
            let mut pools = balancer.flat_map(|balancer| &balancer.pools);
            let pool = pools.find(|pool| pool.value.contains_address(to.into()));
            pool.filter(|_| cluster.site == Some(site))
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
                    let step = Step::new("one of the next hop's own addresses");
                    self.on_link(packet, step.because(&LOCAL_DELIVERY))
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
}
