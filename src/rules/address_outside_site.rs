//! ## What it does
//!
//! Finds addresses that are in none of the LANs of the site to which they belong: of nodes and
//! devices, virtual addresses, resolvers in a cluster, next hops of its routes. Likewise addresses
//! in a tailnet that are not in its range, a cluster's DNS outside the range of its Services, and a
//! cluster's `apiEndpoint` in a tailnet.
//!
//! Not found are addresses that a cluster gives to a resolver beside the LAN's: a Service's, one of
//! a load balancer's pools, one in the tailnet where the resolver has `expose = "tailnet"`.
//!
//! ## Why is this bad?
//!
//! The address can't be reached where it is said to be. An address of the tailnet is no LAN address
//! either: it changes when the machine registers anew.
//!
//! ## Example
//!
//! ```nix
//! sites.home.lans = [ "10.10.10.0/24" ];
//! nodes.alpha = { os = "nixos"; site = "home"; address = "10.10.20.200"; };
//! ```
//!
//! ## What to do
//!
//! Correct the address or the LAN. A tailnet address belongs into `tailscale.address`; a machine
//! outside any LAN has no `site`.

use std::net::IpAddr;

use super::Check;
use crate::finding::Finding;
use crate::place::Located;
use crate::scalar::{Address, Cidr, Expose};
use crate::topology::{Cluster, Resolver, Site, Topology};

rule!("TW102", "address-outside-site", Error, Medium, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    outside_ranges(topology, findings);
    findings.extend(topology.clusters.values().filter_map(|cluster| {
        let endpoint = cluster.declared.api_endpoint.as_ref()?;
        endpoint_in_tailnet(topology, cluster, endpoint)
    }));
    let mut look = |what: String, addresses: &[Located<Address>], site: &Site| {
        for address in addresses {
            if let Some(finding) = finding(&what, address, site, topology) {
                findings.push(finding);
            }
        }
    };
    for node in topology.nodes.values() {
        if let Some(site) = node.site {
            let what = format!("node {}", node.name);
            look(what, &node.declared.address.0, topology.sites.get(site));
        }
    }
    for device in topology.devices.values() {
        if let Some(site) = device.site {
            let what = format!("device {}", device.name);
            look(what, &device.declared.address.0, topology.sites.get(site));
        }
    }
    for resolver in topology.resolvers.values() {
        let Some(cluster) = resolver
            .cluster
            .map(|cluster| topology.clusters.get(cluster))
        else {
            continue;
        };
        if let Some(site) = cluster.site {
            let what = format!("resolver {}", resolver.name);
            let in_lan: Vec<_> = resolver
                .declared
                .address
                .0
                .iter()
                .filter(|address| !is_of_cluster(address.value, resolver, cluster))
                .cloned()
                .collect();
            look(what, &in_lan, topology.sites.get(site));
        }
    }
    for site in topology.sites.values() {
        for address in &site.declared.virtual_addresses {
            look(
                "the virtual address".to_owned(),
                std::slice::from_ref(&address.address),
                site,
            );
        }
        for route in &site.declared.routes {
            // A link-local address is in every LAN, and the usual next hop in IPv6.
            let is_link_local =
                matches!(route.via.value.ip(), IpAddr::V6(ip) if ip.is_unicast_link_local());
            if !is_link_local {
                look(
                    "the next hop".to_owned(),
                    std::slice::from_ref(&route.via),
                    site,
                );
            }
        }
    }
}

/// An API that is reached through the tailnet, which needs the cluster's nodes to be in it first. A LAN can
/// be in the tailnet's range.
fn endpoint_in_tailnet(
    topology: &Topology,
    cluster: &Cluster,
    endpoint: &Located<Address>,
) -> Option<Finding> {
    let mut lans = topology.sites.values().flat_map(|site| &site.declared.lans);
    let in_a_lan = lans.any(|lan| lan.value.contains_address(endpoint.value));
    if in_a_lan || !is_in_a_tailnet(topology, endpoint.value) {
        return None;
    }
    let text = format!(
        "the API of cluster {} has {}, which is an address of the tailnet",
        cluster.name, endpoint.value
    );
    let finding = Finding::new(&RULE, &endpoint.place, text)
        .label("an address of the tailnet")
        .note("kubelet would need tailscaled, its network and its key before it finds the API")
        .note("tailnet addresses change when a machine registers anew")
        .help("give the API an address of the nodes' own network: a node's, or a virtual one");
    Some(finding)
}

fn is_in_a_tailnet(topology: &Topology, address: Address) -> bool {
    let tailnets = topology.tailnets.values();
    let mut ranges = tailnets.flat_map(|tailnet| &tailnet.ranges);
    ranges.any(|range| range.contains_address(address))
}

/// Addresses in a tailnet that it does not give out, and DNS Services outside the Services' range.
fn outside_ranges(topology: &Topology, findings: &mut Vec<Finding>) {
    let mut look = |what: String, address: &Located<Address>, ranges: &[Cidr], of: &str| {
        if !ranges
            .iter()
            .any(|range| range.contains_address(address.value))
        {
            let ranges: Vec<String> = ranges.iter().map(ToString::to_string).collect();
            findings.push(
                Finding::new(
                    &RULE,
                    &address.place,
                    format!(
                        "{what} has {}, which is not in the range of {of}",
                        address.value
                    ),
                )
                .label(format!("the range is {}", list(&ranges)))
                .note("nobody gives out such an address there")
                .help("correct the address, or the range"),
            );
        }
    };
    let nodes = topology
        .nodes
        .values()
        .map(|node| (format!("node {}", node.name), &node.tailscale));
    let devices = topology
        .devices
        .values()
        .map(|device| (format!("device {}", device.name), &device.tailscale));
    for (what, membership) in nodes.chain(devices) {
        let Some(membership) = membership else {
            continue;
        };
        let tailnet = topology.tailnets.get(membership.tailnet);
        for address in &membership.declared.address.0 {
            look(what.clone(), address, &tailnet.ranges, "its tailnet");
        }
    }
    for cluster in topology.clusters.values() {
        let ranges: Vec<Cidr> = cluster
            .service_cidrs
            .iter()
            .map(|range| range.value)
            .collect();
        for address in &cluster.declared.dns_service.0 {
            look(
                format!("the DNS of cluster {}", cluster.name),
                address,
                &ranges,
                "its Services",
            );
        }
    }
}

/// Whether a resolver's address is one that its cluster gives out beside the LAN's: a Service's,
/// one of a load balancer pool that is routed (BGP), or one in the tailnet where it is exposed.
fn is_of_cluster(address: Address, resolver: &Resolver, cluster: &Cluster) -> bool {
    let pools = cluster
        .declared
        .load_balancer
        .iter()
        .flat_map(|balancer| &balancer.pools);
    resolver.declared.expose == Some(Expose::Tailnet)
        || cluster
            .service_cidrs
            .iter()
            .any(|range| range.value.contains_address(address))
        || pools
            .into_iter()
            .any(|pool| pool.value.contains_address(address))
}

fn finding(
    what: &str,
    address: &Located<Address>,
    site: &Site,
    topology: &Topology,
) -> Option<Finding> {
    let lans = &site.declared.lans;
    if lans
        .iter()
        .any(|lan| lan.value.contains_address(address.value))
    {
        return None;
    }
    let in_tailnet = is_in_a_tailnet(topology, address.value);
    let lans: Vec<String> = lans.iter().map(|lan| lan.value.to_string()).collect();
    let finding = Finding::new(
        &RULE,
        &address.place,
        format!(
            "{what} has {}, which is in no LAN of site {}",
            address.value, site.name
        ),
    )
    .label(if in_tailnet {
        "an address of the tailnet"
    } else {
        "in no LAN of the site"
    })
    .related(&site.declared.place, format!("its LANs: {}", list(&lans)));
    Some(if in_tailnet {
        finding
            .note("tailnet addresses change when a machine registers anew")
            .help("move it to `tailscale.address`, and give the address in the LAN here")
    } else {
        finding
            .note("nobody in the site reaches it there")
            .help("correct the address, or add its LAN to the site")
    })
}

fn list(lans: &[String]) -> String {
    if lans.is_empty() {
        "none".to_owned()
    } else {
        lans.join(", ")
    }
}
