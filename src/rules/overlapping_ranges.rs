//! ## What it does
//!
//! Finds ranges of addresses that have addresses in common: LANs, pod ranges, Service ranges,
//! container networks, load balancer pools that are not inside a LAN, and the tailnets' own ranges,
//! each with each other. Likewise the ranges of a cluster's nodes (`nodeCidrs`) with its pods, its Services
//! and the tailnets, and what a site's `routes` lead to inside the range of pods, Services or containers of
//! that site.
//!
//! Not found are ranges that belong together: a pool inside a LAN of its cluster's site, and the
//! LANs of one site that are declared twice as the same range. Nor are ranges that never meet: those
//! of pods and Services of two clusters, unless one of them does without masquerading, and the
//! container networks of two nodes.
//!
//! ## Why is this bad?
//!
//! A packet to such an address has two places to go to, and which one it takes depends on the
//! machine. Cilium's default pod range 10.0.0.0/8 contains most people's LAN; a LAN inside
//! 100.64.0.0/10 is dropped by tailscaled's own firewall rules.
//!
//! ## Example
//!
//! ```nix
//! sites.home.lans = [ "10.10.10.0/24" ];
//! clusters.homelab.cni = { kind = "cilium"; }; # hands out 10.0.0.0/8
//! ```
//!
//! ## What to do
//!
//! Give the one that is easier to change another range. For pods, declare the range that is
//! configured in the network plug-in if it is narrower than the default.

use super::Check;
use crate::facts::Fact;
use crate::finding::Finding;
use crate::place::Place;
use crate::scalar::{Cidr, Name};
use crate::topology::{Id, Node, Sourced, Topology};

rule!("TW101", "overlapping-ranges", Error, High, since "0.1.0", Check::Topology(check));

/// The group of the tailnets' ranges.
const TAILNETS: &str = "tailnets";

/// A range and what it is.
struct Range {
    cidr: Cidr,
    /// E.g. "the LAN of site home".
    what: String,
    /// Ranges of one group belong together.
    group: String,
    place: Place,
    /// What filled it in.
    fact: Option<&'static Fact>,
    /// Whether it was filled in and had better be declared.
    is_guess: bool,
    inside: Inside,
}

/// Who gets to see a range.
#[derive(Clone, PartialEq)]
enum Inside {
    /// Everybody.
    Nothing,
    /// The nodes of this cluster.
    Cluster(Name),
    /// This node, of this cluster.
    Node(Name, Option<Name>),
    /// Everybody: these are pods of this cluster that keep their addresses.
    Pods(Name),
}

impl Inside {
    /// The cluster that the range belongs to.
    fn cluster(&self) -> Option<&Name> {
        match self {
            Self::Cluster(cluster) | Self::Pods(cluster) => Some(cluster),
            Self::Node(_, cluster) => cluster.as_ref(),
            Self::Nothing => None,
        }
    }

    /// Whether some machine sees both.
    fn meets(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Cluster(one), Self::Cluster(other)) => one == other,
            (Self::Cluster(cluster), Self::Node(_, of))
            | (Self::Node(_, of), Self::Cluster(cluster)) => of.as_ref() == Some(cluster),
            (Self::Node(one, _), Self::Node(other, _)) => one == other,
            _ => true,
        }
    }
}

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    let ranges = ranges(topology);
    for (index, one) in ranges.iter().enumerate() {
        for other in &ranges[index + 1..] {
            let is_apart = one.group == other.group || !one.inside.meets(&other.inside);
            if one.cidr.overlaps(other.cidr) && !is_apart {
                findings.push(finding(one, other));
            }
        }
    }
    for one in node_ranges(topology) {
        let others = ranges.iter().filter(|other| {
            let is_own = other.inside.cluster() == one.inside.cluster();
            is_own || other.group == TAILNETS
        });
        let others = others.filter(|other| one.cidr.overlaps(other.cidr));
        findings.extend(others.map(|other| finding(&one, other)));
    }
    behind_sites(topology, &ranges, findings);
}

/// The ranges of a cluster's undeclared nodes that are in no LAN.
fn node_ranges(topology: &Topology) -> Vec<Range> {
    let sites = topology.sites.values();
    let lans: Vec<Cidr> = sites
        .flat_map(|site| site.declared.lans.iter().map(|lan| lan.value))
        .collect();
    let clusters = topology.clusters.values();
    let ranges = clusters.flat_map(|cluster| {
        let own = cluster.declared.node_cidrs.iter();
        own.map(move |range| (&cluster.name, range))
    });
    let ranges = ranges.filter(|(_, range)| !lans.iter().any(|lan| lan.contains(range.value)));
    let ranges = ranges.map(|(cluster, range)| {
        let what = format!("the node range of cluster {cluster}");
        Range {
            cidr: range.value,
            group: what.clone(),
            what,
            place: range.place.clone(),
            fact: None,
            is_guess: false,
            inside: Inside::Cluster(cluster.clone()),
        }
    });
    ranges.collect()
}

/// What the routers of a site lead elsewhere although its pods, Services or containers have it. A wider
/// route can be meant, and one to the nodes that have the range is theirs.
fn behind_sites(topology: &Topology, ranges: &[Range], findings: &mut Vec<Finding>) {
    for (id, site) in topology.sites.iter() {
        let routes = site.declared.routes.iter();
        let routes =
            routes.flat_map(|route| route.to.0.iter().map(move |to| (to, route.via.value)));
        for (to, via) in routes {
            let around = ranges.iter().filter(|range| range.cidr.contains(to.value));
            let inner = around.filter(|range| {
                let owners = owners(topology, &range.inside);
                let is_there = owners.iter().any(|(_, node)| node.site == Some(id));
                let mut owners = owners.iter().map(|(owner, _)| *owner);
                is_there && !owners.any(|owner| topology.held_addresses(owner).contains(&via))
            });
            let what = format!("a route of site {}", site.name);
            let route = Range {
                cidr: to.value,
                group: what.clone(),
                what,
                place: to.place.clone(),
                fact: None,
                is_guess: false,
                inside: Inside::Nothing,
            };
            findings.extend(inner.map(|range| finding(range, &route)));
        }
    }
}

/// The nodes that have a range inside.
fn owners<'t>(topology: &'t Topology, inside: &Inside) -> Vec<(Id<Node>, &'t Node)> {
    let is_one = |node: &Node| match inside {
        Inside::Nothing => false,
        Inside::Node(name, _) => node.name == *name,
        Inside::Cluster(_) | Inside::Pods(_) => {
            let own = node.cluster.map(|own| &topology.clusters.get(own).name);
            own.is_some() && own == inside.cluster()
        }
    };
    let nodes = topology.nodes.iter();
    nodes.filter(|(_, node)| is_one(node)).collect()
}

/// Points at a guess, since it is the one to be declared; else at what was declared rather than at what
/// a tailnet has of itself; else at the wider one, which swallows the other.
fn finding(one: &Range, other: &Range) -> Finding {
    let rank = |range: &Range| {
        (
            !range.is_guess,
            range.fact.is_some(),
            range.cidr.net().prefix_len(),
        )
    };
    let one_first = rank(one) <= rank(other);
    let (first, second) = if one_first {
        (one, other)
    } else {
        (other, one)
    };
    let mut finding = Finding::new(
        &RULE,
        &first.place,
        format!(
            "{} {} overlaps {} {}",
            first.what, first.cidr, second.what, second.cidr
        ),
    )
    .label(format!("{} is {}", first.what, first.cidr))
    .related(&second.place, format!("{} is {}", second.what, second.cidr))
    .note("a packet to an address of both has two places to go to");
    for fact in [first.fact, second.fact].into_iter().flatten() {
        finding = finding.note(format!("{} ({})", fact.says, fact.source));
    }
    if first.is_guess {
        finding
            .help("declare the range that is really configured, if it is another one, or change it")
    } else {
        finding.help("give one of the two another range")
    }
}

fn ranges(topology: &Topology) -> Vec<Range> {
    let mut ranges = Vec::new();
    let mut add = |cidr: Cidr,
                   what: String,
                   group: String,
                   place: &Place,
                   fact: Option<&'static Fact>,
                   inside: Inside| {
        ranges.push(Range {
            cidr,
            what,
            // Tailscale's own range is what it is: the other one is to be changed.
            is_guess: fact.is_some() && group != TAILNETS,
            group,
            place: place.clone(),
            fact,
            inside,
        });
    };
    for tailnet in topology.tailnets.values() {
        let place = &tailnet.declared.place;
        for range in &tailnet.ranges {
            // Several tailnets share Tailscale's range: each node is in one of them.
            let what = format!("the range of {}", tailnet.name);
            add(
                *range,
                what,
                TAILNETS.into(),
                place,
                tailnet.ranges_fact,
                Inside::Nothing,
            );
        }
    }
    for site in topology.sites.values() {
        for lan in &site.declared.lans {
            let what = format!("the LAN of site {}", site.name);
            let group = format!("{} of site {}", lan.value, site.name);
            add(lan.value, what, group, &lan.place, None, Inside::Nothing);
        }
    }
    for cluster in topology.clusters.values() {
        let name = &cluster.name;
        let of_cluster = Inside::Cluster(name.clone());
        let pods = if cluster.masquerades() {
            of_cluster.clone()
        } else {
            Inside::Pods(name.clone())
        };
        let mut sourced = |ranges: &[Sourced<Cidr>], what: &str, inside: &Inside| {
            for range in ranges {
                let what = format!("the {what} of cluster {name}");
                add(
                    range.value,
                    what.clone(),
                    what,
                    &range.place,
                    range.fact,
                    inside.clone(),
                );
            }
        };
        sourced(&cluster.pod_cidrs, "pod range", &pods);
        sourced(&cluster.service_cidrs, "Service range", &of_cluster);
        let pools = cluster
            .declared
            .load_balancer
            .iter()
            .flat_map(|balancer| &balancer.pools);
        for pool in pools {
            let in_lan = cluster.site.is_some_and(|site| {
                let lans = &topology.sites.get(site).declared.lans;
                lans.iter().any(|lan| lan.value.contains(pool.value))
            });
            if !in_lan {
                let what = format!("the load balancer pool of cluster {name}");
                add(
                    pool.value,
                    what.clone(),
                    what,
                    &pool.place,
                    None,
                    Inside::Nothing,
                );
            }
        }
    }
    for node in topology.nodes.values() {
        for network in &node.declared.container_networks {
            let what = format!("a container network of node {}", node.name);
            let cluster = node
                .cluster
                .map(|cluster| topology.clusters.get(cluster).name.clone());
            let place = &network.cidr.place;
            let inside = Inside::Node(node.name.clone(), cluster);
            add(
                network.cidr.value,
                what,
                place.path.to_string(),
                place,
                None,
                inside,
            );
        }
    }
    ranges
}
