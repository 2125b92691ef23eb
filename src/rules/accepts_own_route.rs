//! ## What it does
//!
//! Finds members that accept routes while somebody else in the tailnet advertises one over what is next
//! to them: a LAN of their site, their own address, the networks of their containers, or their cluster's
//! pod and Service ranges and API endpoint. A wider or a narrower route counts as well.
//!
//! A warning for devices, whose system is not known, and only where `acceptRoutes` is written.
//!
//! ## Why is this bad?
//!
//! On Linux the accepted route comes before the machine's own: packets to its neighbours take the tunnel
//! to the subnet router, and so do its answers to them. In a cluster, kubelet and pods lose each
//! other as soon as the router does.
//!
//! ## Example
//!
//! ```nix
//! nodes.router = { site = "home"; roles = [ "subnet-router" ]; tailscale = { }; };
//! nodes.alpha = { site = "home"; tailscale.acceptRoutes = true; };
//! ```
//!
//! ## What to do
//!
//! Set `acceptRoutes = false`: in its LAN the machine needs no route to it.

use super::Check;
use crate::facts::tailnet::ACCEPT_ROUTES_OFF;
use crate::finding::{Finding, Level};
use crate::place::Place;
use crate::scalar::{Address, Cidr};
use crate::topology::routes::{Advertised, Member, Routes};
use crate::topology::{Id, Node, Site, Topology};

rule!("TW203", "accepts-own-route", Error, High, since "0.1.0", Check::Topology(check));

/// A range next to a machine, and what it is.
type Near<'a> = (Cidr, String, &'a Place);

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    let tailnets = topology.routes();
    for member in topology.members() {
        let Some(routes) = tailnets.get(&member.membership.tailnet) else {
            continue;
        };
        if let Some((near, route)) = own_route(topology, routes, &member) {
            findings.push(finding(&member, &near, &route));
        }
    }
}

/// The first route over something near the member that it accepts, and what it is over.
pub(super) fn own_route<'a>(
    topology: &'a Topology,
    routes: &Routes<'a>,
    member: &Member<'_>,
) -> Option<(Near<'a>, Advertised<'a>)> {
    let accepts = &member.membership.accept_routes;
    if !accepts.value || accepts.fact.is_some() {
        return None;
    }
    let node = (member.kind == "node")
        .then(|| topology.nodes.find(member.name.as_str()))
        .flatten();
    let mut near = lans(topology, member.site);
    match node {
        Some((_, node)) => {
            near.extend(addresses(&node.declared.address.0));
            near.extend(of_cluster(topology, node));
            near.extend(containers(node));
        }
        None => {
            let device = topology.devices.find(member.name.as_str());
            near.extend(
                device
                    .iter()
                    .flat_map(|(_, device)| addresses(&device.declared.address.0)),
            );
        }
    }
    near.into_iter()
        .find_map(|near| Some((routes.over(near.0, member)?, near)))
        .map(|(route, near)| (near, route))
}

fn lans(topology: &Topology, site: Option<Id<Site>>) -> Vec<Near<'_>> {
    let site = site.map(|site| topology.sites.get(site));
    let lans = site.iter().flat_map(|site| {
        let what = format!("the LAN of site {}", site.name);
        let lans = site.declared.lans.iter();
        lans.map(move |lan| (lan.value, what.clone(), &lan.place))
    });
    lans.collect()
}

fn addresses(addresses: &[crate::place::Located<Address>]) -> impl Iterator<Item = Near<'_>> {
    addresses.iter().map(|address| {
        let what = "its own address".to_owned();
        (
            Cidr::from(ipnet::IpNet::from(address.value.ip())),
            what,
            &address.place,
        )
    })
}

fn containers(node: &Node) -> impl Iterator<Item = Near<'_>> {
    let networks = node.declared.container_networks.iter();
    networks.map(|network| {
        let what = "a network of its containers".to_owned();
        (network.cidr.value, what, &network.cidr.place)
    })
}

/// A node in another place than its cluster may have no other way to the API than such a route.
fn of_cluster<'a>(topology: &'a Topology, node: &Node) -> Vec<Near<'a>> {
    let Some(cluster) = node.cluster.map(|cluster| topology.clusters.get(cluster)) else {
        return Vec::new();
    };
    let named = |what: &str| format!("the {what} of cluster {}", cluster.name);
    let pods = cluster.pod_cidrs.iter();
    let services = cluster.service_cidrs.iter();
    let endpoint = cluster.declared.api_endpoint.iter();
    let endpoint = endpoint.filter(|_| node.site.is_some() && node.site == cluster.site);
    pods.map(|range| (range.value, named("pod range"), &range.place))
        .chain(services.map(|range| (range.value, named("Service range"), &range.place)))
        .chain(endpoint.map(|address| {
            let range = Cidr::from(ipnet::IpNet::from(address.value.ip()));
            (range, named("API endpoint"), &address.place)
        }))
        .collect()
}

fn finding(
    member: &Member<'_>,
    (range, what, place): &Near<'_>,
    route: &Advertised<'_>,
) -> Finding {
    let accepts = &member.membership.accept_routes;
    let mut finding = Finding::new(
        &RULE,
        &accepts.place,
        format!(
            "{} accepts the route {} of {}, which is over {what} {range}",
            member.what(),
            route.route.value,
            route.by.what()
        ),
    )
    .label("accepted before its own routes")
    .related(&route.route.place, format!("advertised by {}", route.by.what()))
    .related(place, format!("{what} is {range}"))
    .note(format!("{} ({})", ACCEPT_ROUTES_OFF.says, ACCEPT_ROUTES_OFF.source))
    .note("its answers to neighbours take the tunnel too, and arrive from somewhere else or not at all")
    .help("set `acceptRoutes = false`");
    if member.kind == "device" {
        finding.level = Level::Warning;
        finding =
            finding.help("where it runs Linux, set `acceptRoutes = false`; elsewhere leave it out");
    }
    finding
}
