//! The generated openings of the packet filter, with both of NixOS' own back ends.

use std::net::SocketAddr;

use common::{Firewall, Generated};
use tailwright_lab::Failure;
use tailwright_lab::home::{FORWARDER, Home, NODE_V6, PORT};
use tailwright_lab::namespace::Namespace;
use tailwright_lab::quad100::{Quad100, Transport};
use tailwright_lab::query::Question;
use tailwright_lab::unbound::{Installation, Unbound};

use crate::example::{NODE, home_of};
use crate::rendered::Rendered;
use crate::{BOTH, host, tailnet};

#[test]
fn nftables_lets_in_who_is_declared() -> Result<(), Failure> {
    lets_in_who_is_declared("nftables", Firewall::Nftables)
}

#[test]
fn iptables_lets_in_who_is_declared() -> Result<(), Failure> {
    lets_in_who_is_declared("iptables", Firewall::Iptables)
}

fn lets_in_who_is_declared(name: &str, firewall: Firewall) -> Result<(), Failure> {
    let rendered = Rendered::new(Generated::dual_stack(name).host(NODE).firewall(firewall));
    let unbound = &Installation::all()?[0];
    let home = home_of(&rendered)?;
    let _quad100 = Quad100::start(&home.tools, &home.tailnet, &tailnet())?;
    let _unbound = Unbound::start(unbound, &home.node, rendered.unbound_conf())?;
    pose_as_pod(&home)?;

    // Without the filter everybody gets through to the forwarder, and what comes by the
    // tailnet's interface with a pod's address is even answered.
    let answered = "NOERROR 100.64.1.7";
    let expected = [
        (&home.pod, answered, answered),
        (&home.router, answered, answered),
        (&home.node, answered, answered),
        (&home.lan, "REFUSED", "timeout"),
        (&home.foreign, "REFUSED", "timeout"),
        (&home.tailnet, answered, "timeout"),
    ];
    for (from, before, _) in expected {
        assert_all(&home, from, before)?;
    }
    rendered.filter(&home.node)?;
    for (from, _, behind) in expected {
        assert_all(&home, from, behind)?;
    }
    Ok(())
}

/// Lets a member of the tailnet send with addresses of pods; the node's way back is set up, so
/// that neither routing nor the filter's check of return paths is what stops it.
fn pose_as_pod(home: &Home) -> Result<(), Failure> {
    for (length, pod, node) in [
        (32, "10.0.7.7", FORWARDER.ip().to_string()),
        (128, "fd00:42:0:7::7", NODE_V6.to_string()),
    ] {
        let nodad = if length == 128 { " nodad" } else { "" };
        home.tailnet
            .ip(&format!("addr add {pod}/{length} dev tun0{nodad}"))?;
        home.tailnet
            .ip(&format!("route add {node} dev tun0 src {pod}"))?;
        home.node.ip(&format!("route add {pod} dev tailscale0"))?;
        // The node has its own address on another interface: its neighbours don't hear of it.
        if length == 128 {
            let listed = home.node.ip("-o link show dev tailscale0")?;
            let Some((_, mac)) = listed.split_once("link/ether ") else {
                panic!("{listed}");
            };
            let mac = mac.split(' ').next().unwrap_or_default();
            home.tailnet
                .ip(&format!("neigh replace {node} lladdr {mac} dev tun0"))?;
        }
    }
    Ok(())
}

/// What a host hears over both families and both transports.
#[track_caller]
fn assert_all(home: &Home, from: &Namespace, expected: &str) -> Result<(), Failure> {
    let over_ipv6 = SocketAddr::from((NODE_V6, PORT));
    for server in [FORWARDER, over_ipv6] {
        for transport in BOTH {
            let mut question = Question::new(server, &host(7), "A").over(transport);
            if expected == "timeout" {
                // Nothing more comes; what gets through is answered in milliseconds.
                question.wait_ms = 1500;
            }
            let seen = home.ask(from, &question)?.summary();
            let over = if transport == Transport::Udp {
                "UDP"
            } else {
                "TCP"
            };
            assert_eq!(seen, expected, "{} asks {server} over {over}", from.name());
        }
    }
    Ok(())
}
