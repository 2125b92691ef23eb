//! ## What it does
//!
//! Finds routes into ranges that are somebody else's: the pods or Services of a cluster, advertised by a
//! member that is no node of it; the LAN of another site; the containers of another node. A wider
//! route over another site's LAN is found where no router of that site advertises the LAN itself.
//!
//! Not found is what the member's site has a way to: its LANs, and its `routes`. A route that is wider
//! than a range of pods or Services can be meant; TW203 finds nodes of the cluster that accept it.
//!
//! ## Why is this bad?
//!
//! Who accepts the route sends packets for that range to a machine that is not there. The nodes of a
//! cluster that do so lose kubelet, the API and each other within minutes.
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
use super::route_from_two_places::strangers;
use crate::finding::Finding;
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
            let over = owned
                .iter()
                .find(|owned| is_over(topology, routes, one, owned));
            findings.extend(over.map(|owned| finding(one, owned)));
        }
    }
}

fn is_over(
    topology: &Topology,
    routes: &Routes<'_>,
    one: &Advertised<'_>,
    owned: &Owned<'_>,
) -> bool {
    let is_inside = owned.range.contains(one.route.value);
    let node = || {
        topology
            .nodes
            .find(one.by.name.as_str())
            .filter(|_| one.by.kind == "node")
    };
    match owned.owner {
        Owner::Cluster(cluster) => {
            is_inside && node().is_none_or(|(_, node)| node.cluster != Some(cluster))
        }
        Owner::Node(name) => is_inside && node().is_none_or(|(_, node)| node.name.as_str() != name),
        Owner::Site(site) => {
            let own = routes.0.get(&owned.range.net());
            let has_router =
                || own.is_some_and(|own| own.iter().any(|own| own.by.site == Some(site)));
            one.by.site != Some(site)
                && (is_inside || (one.route.value.contains(owned.range) && !has_router()))
        }
    }
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

fn finding(one: &Advertised<'_>, owned: &Owned<'_>) -> Finding {
    Finding::new(
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
    .label("somebody else's range")
    .related(owned.place, format!("{} is {}", owned.what, owned.range))
    .note("who accepts the route sends packets for that range to a machine that is not there")
    .help("remove the route, let a machine of that place advertise it, or add the range to `routes` of the site that has a way to it")
}
