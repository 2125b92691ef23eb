//! Who advertises which range in a tailnet, and where he stands.

use std::collections::BTreeMap;

use ipnet::IpNet;

use super::{Id, Membership, Site, Sourced, Tailnet, Topology};
use crate::facts::tailnet::RANGES;
use crate::scalar::{Cidr, Name};

/// A node or a device that is in a tailnet.
#[derive(Debug, Clone, Copy)]
pub struct Member<'a> {
    /// "node" or "device".
    pub kind: &'static str,
    /// Its name.
    pub name: &'a Name,
    /// Its site.
    pub site: Option<Id<Site>>,
    /// Its membership.
    pub membership: &'a Membership,
}

impl Member<'_> {
    /// What messages call it.
    #[must_use]
    pub fn what(&self) -> String {
        format!("{} {}", self.kind, self.name)
    }

    /// Whether it is the same machine.
    #[must_use]
    pub fn is(&self, other: &Member<'_>) -> bool {
        self.kind == other.kind && self.name == other.name
    }
}

/// A route and who advertises it.
#[derive(Debug, Clone, Copy)]
pub struct Advertised<'a> {
    /// Who.
    pub by: Member<'a>,
    /// What.
    pub route: &'a Sourced<Cidr>,
}

/// The routes of a tailnet by range.
#[derive(Debug, Default)]
pub struct Routes<'a>(pub BTreeMap<IpNet, Vec<Advertised<'a>>>);

impl<'a> Routes<'a> {
    /// A route that has an address in common with the range, and that somebody else advertises.
    #[must_use]
    pub fn over(&self, range: Cidr, not_by: &Member<'_>) -> Option<Advertised<'a>> {
        let net = range.net();
        let wider = std::iter::successors(Some(net), IpNet::supernet).map(|net| net.trunc());
        let wider = wider.filter_map(|net| self.0.get(&net));
        let narrower = self
            .0
            .range(net..)
            .take_while(|(route, _)| net.contains(*route))
            .map(|(_, routes)| routes);
        wider
            .chain(narrower)
            .flatten()
            .find(|route| !route.by.is(not_by))
            .copied()
    }
}

impl Topology {
    /// Every node and device that is in a tailnet.
    pub fn members(&self) -> impl Iterator<Item = Member<'_>> {
        let nodes = self.nodes.values().filter_map(|node| {
            Some(Member {
                kind: "node",
                name: &node.name,
                site: node.site,
                membership: node.tailscale.as_ref()?,
            })
        });
        let devices = self.devices.values().filter_map(|device| {
            Some(Member {
                kind: "device",
                name: &device.name,
                site: device.site,
                membership: device.tailscale.as_ref()?,
            })
        });
        nodes.chain(devices)
    }

    /// The routes of each tailnet, save those of exit nodes and those over a tailnet's own range.
    #[must_use]
    pub fn routes(&self) -> BTreeMap<Id<Tailnet>, Routes<'_>> {
        let mut tailnets: BTreeMap<_, Routes<'_>> = BTreeMap::new();
        for by in self.members() {
            for route in &by.membership.advertised_routes {
                let range = route.value;
                let is_exit = range.net().prefix_len() == 0;
                if !is_exit
                    && self
                        .tailnet_range_over(by.membership.tailnet, range)
                        .is_none()
                {
                    let routes = tailnets.entry(by.membership.tailnet).or_default();
                    let same = routes.0.entry(range.net()).or_default();
                    same.push(Advertised { by, route });
                }
            }
        }
        tailnets
    }

    /// The range of a tailnet's members with which a range has addresses in common. Tailscale's
    /// range of IPv6 is nobody else's, whatever is declared.
    #[must_use]
    pub fn tailnet_range_over(&self, tailnet: Id<Tailnet>, range: Cidr) -> Option<Cidr> {
        let declared = self.tailnets.get(tailnet).ranges.iter().copied();
        let own = RANGES.iter().filter_map(|range| range.parse::<Cidr>().ok());
        declared
            .chain(own.filter(|range| range.is_ipv6()))
            .find(|own| range.net().prefix_len() > 0 && own.overlaps(range))
    }

    /// Whether a site has a way of its own to all of a range, beside the tailnet.
    #[must_use]
    pub fn leads_to(&self, site: Option<Id<Site>>, range: Cidr) -> bool {
        site.is_some_and(|site| {
            let site = &self.sites.get(site).declared;
            let routes = site.routes.iter().flat_map(|route| &route.to.0);
            site.lans
                .iter()
                .chain(routes)
                .any(|own| own.value.contains(range))
        })
    }
}
