//! ## What it does
//!
//! Finds members that accept routes of others to where they are themselves: to their own LAN, to their
//! address, and on nodes of a cluster to its pods, its Services or its API.
//!
//! ## Why is this bad?
//!
//! On Linux accepted routes stand in table 52, which is looked up before the main table. A machine that
//! accepts the route to its own LAN sends everything for its neighbours through the tunnel, answers
//! included, and those are lost: they come out of it with an address that nobody expects. A node that
//! accepts a route over its cluster's ranges loses kubelet and pods within minutes.
//!
//! ## Example
//!
//! ```nix
//! nodes.alpha = { site = "home"; roles = [ "subnet-router" ]; };
//! nodes.beta = { site = "home"; tailscale.acceptRoutes = true; };
//! ```
//!
//! ## What to do
//!
//! Set `acceptRoutes = false` on machines that are in the LAN. One that needs routes to other places
//! belongs to a site of its own, or needs an `ip rule` that tailwright does not write. Of a device whose
//! system is not known it is a warning: other systems prefer the LAN that they are connected to.

use super::Check;
use super::routes::{Advertised, advertised};
use crate::facts::tailnet::ACCEPT_ROUTES_OFF;
use crate::finding::{Finding, Level};
use crate::place::Place;
use crate::scalar::{Address, Cidr, Name};
use crate::topology::{Cluster, Id, Membership, Site, Topology};

rule!("TW203", "accepts-own-route", Error, High, since "0.1.0", Check::Topology(check));

/// A range where a member is, with what it is to him.
type Own<'t> = (Cidr, &'static str, &'t Place);

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    let routes: Vec<Advertised<'_>> = advertised(topology).collect();
    if routes.is_empty() {
        return;
    }
    for node in topology.nodes.values() {
        let Some(membership) = accepting(node.tailscale.as_ref()) else {
            continue;
        };
        let mut own = of_site(topology, node.site);
        let addresses = node.declared.address.0.iter();
        own.extend(
            addresses.map(|address| (address.value.as_cidr(), "its own address", &address.place)),
        );
        if let Some(cluster) = node.cluster {
            own.extend(of_cluster(topology.clusters.get(cluster)));
        }
        findings.extend(finding(&node.name, membership, &routes, &own, Level::Error));
    }
    for device in topology.devices.values() {
        // Whether a device accepts routes is assumed where nothing is said.
        let declared = accepting(device.tailscale.as_ref());
        let Some(membership) = declared.filter(|own| own.accept_routes.fact.is_none()) else {
            continue;
        };
        let own = of_site(topology, device.site);
        findings.extend(finding(
            &device.name,
            membership,
            &routes,
            &own,
            Level::Warning,
        ));
    }
}

fn accepting(membership: Option<&Membership>) -> Option<&Membership> {
    membership.filter(|membership| membership.accept_routes.value)
}

fn of_site(topology: &Topology, site: Option<Id<Site>>) -> Vec<Own<'_>> {
    let site = site.map(|site| topology.sites.get(site));
    let lans = site.into_iter().flat_map(|site| &site.declared.lans);
    lans.map(|lan| (lan.value, "its own LAN", &lan.place))
        .collect()
}

fn of_cluster(cluster: &Cluster) -> Vec<Own<'_>> {
    let pods = cluster.pod_cidrs.iter();
    let pods = pods.map(|range| (range.value, "its cluster's pods", &range.place));
    let services = cluster.service_cidrs.iter();
    let services = services.map(|range| (range.value, "its cluster's Services", &range.place));
    let api = cluster.declared.api_endpoint.iter();
    let api = api.map(|address| {
        (
            Address::as_cidr(address.value),
            "its cluster's API",
            &address.place,
        )
    });
    pods.chain(services).chain(api).collect()
}

/// The first route that leads to where a member is, of the routes that others advertise to him.
fn finding(
    name: &Name,
    membership: &Membership,
    routes: &[Advertised<'_>],
    own: &[Own<'_>],
    level: Level,
) -> Option<Finding> {
    let others = routes
        .iter()
        .filter(|route| route.by != name && route.membership.tailnet == membership.tailnet);
    let (route, (range, what, place)) = others
        .flat_map(|route| own.iter().map(move |own| (route, own)))
        .find(|(route, (range, ..))| route.route.value.overlaps(*range))?;
    let mut finding = Finding::new(
        &RULE,
        &membership.accept_routes.place,
        format!(
            "{name} accepts the route {} of {}, which leads to {what} {range}",
            route.route.value, route.by
        ),
    )
    .label("accepted here")
    .related(&route.route.place, format!("advertised by {}", route.by))
    .related(place, what.to_string())
    .note(format!(
        "{} ({})",
        ACCEPT_ROUTES_OFF.says, ACCEPT_ROUTES_OFF.source
    ))
    .help(format!("set `acceptRoutes = false` on {name}"));
    finding.level = level;
    Some(finding)
}
