//! The tailnet: each member's tunnel leads to a hub that knows, for each member, the routes that it
//! accepts, and hands on what WireGuard's cryptokey routing and the policy's packet filters let through.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;
use tailwright::scalar::Cidr;
use tailwright::topology::{Membership, Topology};
use tailwright_lab::Result;
use tailwright_lab::namespace::{Namespace, veth};

use super::machine::{Machine, Tunnel};
use super::{Who, ranges};

/// A member as the hub knows it.
struct Peer<'n> {
    who: Who,
    machine: &'n Machine,
    tunnel: &'n Tunnel,
    port: String,
    table: usize,
    accepts_routes: bool,
    /// Whether its own LAN comes before routes that it accepts, as on systems without table 52.
    is_lan_first: bool,
    advertised: Vec<Cidr>,
}

/// The hub, and the way of each member to it.
pub(super) fn connect(
    topology: &Topology,
    machines: &BTreeMap<Who, Machine>,
    policy: Option<&Value>,
) -> Result<Namespace> {
    let hub = Namespace::new("hub")?;
    hub.shell(super::site::ROUTER)?;
    let peers: Vec<Peer<'_>> = peers(topology, machines);
    for peer in &peers {
        let Tunnel { place, address } = peer.tunnel;
        let port = &peer.port;
        veth(place, "hub0", &hub, port)?;
        place.ip("addr add 169.254.7.2/32 dev hub0")?;
        hub.ip_all(&[
            format!("addr add 169.254.7.1/32 dev {port}"),
            format!("route add {address} via 169.254.7.2 dev {port} onlink"),
            format!(
                "rule add pref {} iif {port} lookup {}",
                100 + peer.table,
                1000 + peer.table
            ),
        ])?;
    }
    for peer in &peers {
        know_others(&hub, peer, &peers)?;
    }
    hub.nft_load(&filters(&peers))?;
    if let Some(policy) = policy {
        let rules = crate::policy::rules(topology, policy);
        hub.nft_load(&format!(
            "table ip grants {{
               chain forward {{ type filter hook forward priority filter + 1; policy drop;
                 {rules}
               }}
             }}"
        ))?;
    }
    Ok(hub)
}

fn peers<'n>(topology: &Topology, machines: &'n BTreeMap<Who, Machine>) -> Vec<Peer<'n>> {
    let mut peers = Vec::new();
    for (who, machine) in machines {
        let Some(tunnel) = &machine.tunnel else {
            continue;
        };
        let membership: Option<&Membership> = match who {
            Who::Node(id) => topology.nodes.get(*id).tailscale.as_ref(),
            Who::Device(id) => topology.devices.get(*id).tailscale.as_ref(),
            _ => None,
        };
        let routes = membership.iter().flat_map(|own| &own.advertised_routes);
        let is_assumed = membership.is_some_and(|own| own.accept_routes.fact.is_some());
        peers.push(Peer {
            who: *who,
            machine,
            tunnel,
            port: format!("m{}", peers.len()),
            table: peers.len(),
            accepts_routes: membership
                .map_or(*who == Who::Member(true), |own| own.accept_routes.value),
            is_lan_first: is_assumed && matches!(who, Who::Device(_)),
            advertised: routes
                .map(|route| route.value)
                .filter(|route| route.net().prefix_len() > 0 && !route.is_ipv6())
                .collect(),
        });
    }
    peers
}

/// The routes to other members, and those of theirs that a member accepts. Of routers with the same route
/// the first has it, and no route of that kind itself.
fn know_others(hub: &Namespace, peer: &Peer<'_>, peers: &[Peer<'_>]) -> Result<()> {
    let table = 1000 + peer.table;
    let mut to: BTreeMap<String, &Peer<'_>> = BTreeMap::new();
    for other in peers {
        to.insert(other.tunnel.address.to_string(), other);
        for route in other.advertised.iter().filter(|_| peer.accepts_routes) {
            to.entry(route.to_string()).or_insert(other);
        }
    }
    to.retain(|_, other| other.who != peer.who);
    let in_hub = to.iter().map(|(range, other)| {
        format!(
            "route add {range} via 169.254.7.2 dev {} onlink table {table}",
            other.port
        )
    });
    hub.ip_all(&in_hub.collect::<Vec<_>>())?;
    let in_tunnel = to
        .keys()
        .map(|range| format!("route replace {range} via 169.254.7.1 dev hub0 onlink"));
    peer.tunnel.place.ip_all(&in_tunnel.collect::<Vec<_>>())?;
    let own = peer.tunnel.address;
    let mut on_host: Vec<String> = to
        .keys()
        .map(|range| {
            format!(
                "route add {range} via 100.100.100.100 dev tailscale0 onlink table 52 src {own}"
            )
        })
        .collect();
    if peer.is_lan_first {
        on_host.push("rule add pref 5260 lookup main suppress_prefixlength 0".to_owned());
    }
    peer.machine.host.ip_all(&on_host)
}

/// A member takes from another what has that one's address, or one of a route of it that it accepts.
fn filters(peers: &[Peer<'_>]) -> String {
    let mut rules = String::new();
    for from in peers {
        for to in peers.iter().filter(|to| to.who != from.who) {
            let routes = from.advertised.iter().filter(|_| to.accepts_routes);
            let known = ranges(routes);
            let address = from.tunnel.address;
            let comma = if known.is_empty() { "" } else { ", " };
            let _ = writeln!(
                rules,
                "iifname \"{}\" oifname \"{}\" ip saddr {{ {address}{comma}{known} }} accept",
                from.port, to.port
            );
        }
    }
    format!(
        "table ip wireguard {{ chain forward {{ type filter hook forward priority filter; policy drop;
           {rules}
         }}
         }}"
    )
}
