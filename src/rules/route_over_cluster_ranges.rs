//! ## What it does
//!
//! Finds routes into ranges that are somebody else's: the pods or Services of a cluster, advertised by a
//! member that is no node of it; the LAN of another site; the containers of another node. A wider
//! route over another site's LAN is found where no router of that site advertises the LAN itself.
//!
//! A warning where a route is wider than a range of pods or Services, whoever advertises it.
//!
//! Not found is what the member's site has a way to: its LANs, and its `routes`. Nodes of a cluster may
//! advertise the cluster's own ranges or parts of them. TW203 finds nodes that accept such a route.
//!
//! ## Why is this bad?
//!
//! Who accepts the route sends packets for that range to a machine that is not there. The nodes of a
//! cluster that do so lose kubelet, the API and each other within minutes. Of a wider route this becomes true
//! on the day on which one of them accepts routes, and nothing tells before.
//!
//! ## Example
//!
//! ```nix
//! clusters.homelab.serviceCidrs = [ "10.43.0.0/16" ];
//! nodes.gateway.tailscale.advertiseRoutes = [ "10.43.0.0/16" ]; # no node of homelab
//! ```
//!
//! ## What to do
//!
//! Remove the route, or let a machine advertise it that is there. A site whose own routers know the way
//! says so in `sites.<name>.routes`.

use super::Check;
use super::accepts_own_route::own_route;
use super::route_from_two_places::strangers;
use crate::finding::{Finding, Level};
use crate::place::Place;
use crate::scalar::Cidr;
use crate::topology::routes::{Advertised, Routes};
use crate::topology::{Cluster, Id, Site, Topology};

rule!("TW207", "route-over-cluster-ranges", Error, High, since "0.1.0", Check::Topology(check));

/// A range and who may advertise it.
struct Owned<'a> {
    range: Cidr,
    what: String,
    place: &'a Place,
    owner: Owner<'a>,
}

enum Owner<'a> {
    Cluster(Id<Cluster>),
    Site(Id<Site>),
    Node(&'a str),
}

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    let owned = owned(topology);
    for routes in topology.routes().values() {
        for same in routes.0.values() {
            // What two places advertise is TW202's.
            if strangers(topology, same).next().is_some() {
                continue;
            }
            let Some(one) = same
                .iter()
                .find(|one| !topology.leads_to(one.by.site, one.route.value))
            else {
                continue;
            };
            let over = owned.iter().rev().filter_map(|owned| {
                let level = is_over(topology, routes, one, owned)?;
                Some((level, owned))
            });
            // The first of the worst.
            let worst = over.max_by_key(|(level, _)| *level);
            findings.extend(worst.map(|(level, owned)| finding(one, owned, level)));
        }
    }
}

/// Whether a route is over somebody else's range, and how bad that is.
fn is_over(
    topology: &Topology,
    routes: &Routes<'_>,
    one: &Advertised<'_>,
    owned: &Owned<'_>,
) -> Option<Level> {
    let is_inside = owned.range.contains(one.route.value);
    let is_wider = !is_inside && one.route.value.contains(owned.range);
    let node = topology.nodes.find(one.by.name.as_str());
    let node = node.filter(|_| one.by.kind == "node").map(|(_, node)| node);
    let is_error = match owned.owner {
        Owner::Cluster(cluster) if is_wider => {
            let is_told = is_accepted(topology, routes, one, cluster);
            return (!is_told).then_some(Level::Warning);
        }
        Owner::Cluster(cluster) => {
            is_inside && node.is_none_or(|node| node.cluster != Some(cluster))
        }
        Owner::Node(name) => is_inside && node.is_none_or(|node| node.name.as_str() != name),
        Owner::Site(site) => {
            let own = routes.0.get(&owned.range.net());
            let has_router =
                || own.is_some_and(|own| own.iter().any(|own| own.by.site == Some(site)));
            one.by.site != Some(site) && (is_inside || (is_wider && !has_router()))
        }
    };
    is_error.then_some(Level::Error)
}

/// Whether a node of a cluster accepts a route: that is TW203's.
fn is_accepted(
    topology: &Topology,
    routes: &Routes<'_>,
    one: &Advertised<'_>,
    cluster: Id<Cluster>,
) -> bool {
    topology.members().any(|member| {
        let node = topology.nodes.find(member.name.as_str());
        let node = node.filter(|_| member.kind == "node");
        node.is_some_and(|(_, node)| node.cluster == Some(cluster))
            && own_route(topology, routes, &member)
                .is_some_and(|(_, own)| own.route.value == one.route.value)
    })
}

fn owned(topology: &Topology) -> Vec<Owned<'_>> {
    let mut all = Vec::new();
    for (id, cluster) in topology.clusters.iter() {
        for (ranges, kind) in [
            (&cluster.pod_cidrs, "pod"),
            (&cluster.service_cidrs, "Service"),
        ] {
            all.extend(ranges.iter().map(|range| Owned {
                range: range.value,
                what: format!("the {kind} range of cluster {}", cluster.name),
                place: &range.place,
                owner: Owner::Cluster(id),
            }));
        }
    }
    for (id, site) in topology.sites.iter() {
        all.extend(site.declared.lans.iter().map(|lan| Owned {
            range: lan.value,
            what: format!("the LAN of site {}", site.name),
            place: &lan.place,
            owner: Owner::Site(id),
        }));
    }
    for node in topology.nodes.values() {
        all.extend(
            node.declared
                .container_networks
                .iter()
                .map(|network| Owned {
                    range: network.cidr.value,
                    what: format!("a container network of node {}", node.name),
                    place: &network.cidr.place,
                    owner: Owner::Node(node.name.as_str()),
                }),
        );
    }
    all
}

fn finding(one: &Advertised<'_>, owned: &Owned<'_>, level: Level) -> Finding {
    let mut finding = Finding::new(
        &RULE,
        &one.route.place,
        format!(
            "{} advertises {}, which is over {} {}",
            one.by.what(),
            one.route.value,
            owned.what,
            owned.range
        ),
    )
    .related(owned.place, format!("{} is {}", owned.what, owned.range));
    finding.level = level;
    if level == Level::Warning {
        return finding
            .label("wider than the cluster's range")
            .note("a node of the cluster that comes to accept routes loses the others and the API")
            .help(
                "advertise what is reached there alone, or add the range to `routes` of the site that \
                 has a way to all of it",
            );
    }
    finding
        .label("somebody else's range")
        .note("who accepts the route sends packets for that range to a machine that is not there")
        .help("remove the route, let a machine of that place advertise it, or add the range to `routes` of the site that has a way to it")
}
