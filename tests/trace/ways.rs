//! Which way packets take in small networks, whose address they have, and what stops them.

use serde_json::json;
use tailwright::scalar::Protocol;

use crate::lab::{ask, ask_by, known, lab, node, question, reasons, says, with, with_cluster};

/// `asker` asks from the LAN, which `router` advertises and `fwd` accepts.
#[test]
fn a_node_that_accepts_the_route_to_its_own_lan_answers_through_the_tunnel() {
    let router = with(
        node(4, json!({ "authKey": "key" })),
        &[("roles", json!(["subnet-router"]))],
    );
    let lab = with(lab(), &[("nodes.router", router)]);
    assert_eq!(says(&ask(&lab, "lan:home", &known())), ["answer answered"]);
    let lab = with(lab, &[("nodes.fwd.tailscale.acceptRoutes", true.into())]);
    let trace = ask(&lab, "lan:home", &known());
    assert_eq!(says(&trace), ["serv-fail upstream-failed"]);
    let why = reasons(&trace);
    assert_eq!(
        why,
        ["fwd accepts the route 10.0.0.0/24 and answers through the tunnel"]
    );
}

/// Members reach Blocky through a router that keeps their addresses.
fn without_source_nat() -> serde_json::Value {
    let router = with(
        node(4, json!({ "authKey": "key", "snatSubnetRoutes": false })),
        &[("roles", json!(["subnet-router"]))],
    );
    with(
        lab(),
        &[
            ("nodes.router", router),
            ("tailnet.nameservers", json!(["blocky"])),
            ("tailnet.overrideLocalDns", true.into()),
        ],
    )
}

#[test]
fn without_source_nat_the_site_needs_a_route_back() {
    let trace = ask(&without_source_nat(), "tailnet:routes", "example.com");
    assert_eq!(says(&trace), ["timeout upstream-failed"]);
    assert!(
        reasons(&trace)[0].contains("has no route back to 100.64.0.0/10"),
        "{:?}",
        reasons(&trace)
    );
    let back = json!([{ "to": "100.64.0.0/10", "via": "10.0.0.4" }]);
    let lab = with(without_source_nat(), &[("sites.home.routes", back)]);
    assert_eq!(
        says(&ask(&lab, "tailnet:routes", "example.com")),
        ["answer answered"]
    );
}

#[test]
fn a_member_drops_addresses_of_the_tailnet_that_come_by_the_lan() {
    let back = json!([{ "to": "100.64.0.0/10", "via": "10.0.0.4" }]);
    let lab = with(
        without_source_nat(),
        &[
            ("sites.home.routes", back),
            ("resolvers.blocky.nodes", json!(["fwd"])),
            ("resolvers.blocky.address", "10.0.0.2".into()),
            ("nodes.fwd.openPorts", json!([{ "port": 53 }])),
        ],
    );
    let why = reasons(&ask(&lab, "tailnet:routes", "example.com"));
    assert_eq!(
        why,
        ["tailscaled on fwd drops what comes from 100.64.0.0/10 by another interface"]
    );
}

#[test]
fn flannel_hides_pods_of_other_nodes_behind_their_node() {
    let trace = ask(&with_cluster("flannel"), "pods:k", &known());
    assert_eq!(
        says(&trace),
        ["answer answered", "serv-fail upstream-failed"]
    );
    assert!(
        reasons(&trace)
            .iter()
            .any(|why| why.contains("firewall of fwd drops UDP port 1053 from 10.0.0.2")),
        "{:?}",
        reasons(&trace)
    );
    assert_eq!(
        says(&ask(&with_cluster("cilium"), "pods:k", &known())),
        ["answer answered"]
    );
}

#[test]
fn an_exit_node_leads_to_the_internet_alone() {
    let exit = with(
        node(5, json!({ "authKey": "key" })),
        &[("roles", json!(["exit-node"]))],
    );
    let lab = with(
        lab(),
        &[
            ("nodes.exit", exit),
            (
                "nodes.uses",
                node(6, json!({ "authKey": "key", "exitNode": "exit" })),
            ),
        ],
    );
    let trace = ask(&lab, "node:uses", "example.com");
    assert_eq!(
        reasons(&trace),
        ["exit node exit leads to the Internet, where 10.0.0.53 is nobody's"]
    );
    let lab = with(
        lab,
        &[("nodes.uses.tailscale.exitNodeAllowLanAccess", true.into())],
    );
    assert_eq!(
        says(&ask(&lab, "node:uses", "example.com")),
        ["answer answered"]
    );
}

/// Blocky's node uses an exit node.
#[test]
fn answers_take_the_exit_node_too() {
    let exit = with(
        node(5, json!({ "authKey": "key" })),
        &[("roles", json!(["exit-node"]))],
    );
    let uses = json!({ "authKey": "key", "exitNode": "exit" });
    let lab = with(
        lab(),
        &[("nodes.exit", exit), ("nodes.dns.tailscale", uses)],
    );
    let trace = ask(&lab, "lan:home", "example.com");
    assert_eq!(says(&trace), ["timeout no-way-back"]);
    assert_eq!(
        reasons(&trace),
        ["dns answers 10.0.0.0/24 through its exit node exit"]
    );
    let keeps = ("nodes.dns.tailscale.exitNodeAllowLanAccess", true.into());
    let lab = with(lab, &[keeps]);
    assert_eq!(
        says(&ask(&lab, "lan:home", "example.com")),
        ["answer answered"]
    );
}

#[test]
fn a_virtual_address_is_held_by_any_of_its_nodes() {
    let lab = with(
        lab(),
        &[
            (
                "sites.home.virtualAddresses",
                json!([{ "address": "10.0.0.250", "nodes": ["fwd", "plain"] }]),
            ),
            ("sites.home.nameservers", json!(["10.0.0.250"])),
            (
                "resolvers.dns",
                json!({ "kind": "unbound", "nodes": ["fwd"], "address": "10.0.0.250" }),
            ),
            ("nodes.fwd.openPorts", json!([{ "port": 53 }])),
            ("nodes.plain.openPorts", json!([{ "port": 53 }])),
        ],
    );
    let trace = ask(&lab, "lan:home", "example.com");
    assert_eq!(says(&trace), ["answer answered", "unreachable no-listener"]);
    let conditions: Vec<String> = trace
        .outcomes
        .iter()
        .map(|one| one.when[0].iter().map(ToString::to_string).collect())
        .collect();
    assert_eq!(
        conditions,
        ["fwd holds 10.0.0.250", "plain holds 10.0.0.250"]
    );
}

#[test]
fn whoever_has_ipv6_alone_reaches_no_ipv4_server() {
    let lab = with(
        lab(),
        &[(
            "sites.six",
            json!({ "lans": ["fd00:6::/64"], "nameservers": ["1.1.1.1"] }),
        )],
    );
    let trace = ask(&lab, "lan:six", "example.com");
    assert_eq!(says(&trace), ["unreachable no-route"]);
    let both = json!(["1.1.1.1", "2606:4700:4700::1111"]);
    let lab = with(lab, &[("sites.six.nameservers", both)]);
    assert_eq!(
        says(&ask(&lab, "lan:six", "example.com")),
        ["answer answered"]
    );
}

#[test]
fn a_grant_of_udp_alone_stops_tcp() {
    let lab = with(
        lab(),
        &[
            ("tailnet.policy", "policy.hujson".into()),
            ("tailnet.nameservers", json!(["100.64.0.2"])),
            ("tailnet.overrideLocalDns", true.into()),
            (
                "resolvers.dns",
                json!({ "kind": "unbound", "nodes": ["fwd"], "address": "100.64.0.2" }),
            ),
            ("nodes.fwd.openPorts", json!([{ "port": 53 }])),
        ],
    );
    let policy = r#"{ "grants": [{ "src": ["*"], "dst": ["*"], "ip": ["udp:53"] }] }"#;
    let over = |protocol| {
        let question = question("tailnet", "example.com", "A", protocol);
        says(&ask_by(&lab, policy, &question, &[]))
    };
    assert_eq!(over(Protocol::Udp), ["answer answered"]);
    assert_eq!(over(Protocol::Tcp), ["timeout upstream-failed"]);
}
