//! What becomes of a query in small networks, as measured or read in the programs' source.

use serde_json::json;
use tailwright::scalar::Protocol;

use crate::lab::{SUFFIX, ask, ask_by, lab, leaks, node, question, reasons, says, with};

fn known() -> String {
    format!("fwd.{SUFFIX}")
}

fn unknown() -> String {
    format!("nope.{SUFFIX}")
}

#[test]
fn quad100_without_the_settings_fails_for_unknown_names() {
    let lab = lab();
    assert_eq!(says(&ask(&lab, "lan:home", &known())), ["answer answered"]);
    assert_eq!(
        says(&ask(&lab, "lan:home", &unknown())),
        ["serv-fail upstream-failed"]
    );
    let why = reasons(&ask(&lab, "lan:home", &unknown()));
    assert!(
        why[0].starts_with("quad100 on fwd knows no such name"),
        "{why:?}"
    );
}

#[test]
fn quad100_with_the_settings_says_that_there_is_no_such_name() {
    let lab = with(lab(), &[("nodes.fwd.tailscale.acceptDns", true.into())]);
    assert_eq!(
        says(&ask(&lab, "lan:home", &unknown())),
        ["no-such-name answered"]
    );
}

/// A second forwarder of another tailnet, in the same mapping.
fn with_wrong_forwarder() -> serde_json::Value {
    let servers = json!(["10.0.0.2:1053", "10.0.0.3:1053"]);
    with(
        lab(),
        &[
            ("tailnets.other", json!({ "suffix": "other.example.net" })),
            (
                "nodes.wrong",
                node(3, json!({ "tailnet": "other", "authKey": "key" })),
            ),
            (
                "forwarders.wrong",
                json!({ "engine": "unbound", "nodes": ["wrong"], "tailnet": "other" }),
            ),
            ("forwarders.wrong.allow", json!(["10.0.0.0/24"])),
            ("nodes.wrong.manage", json!(["forwarder", "tailscale"])),
            ("resolvers.blocky.conditional", json!({ SUFFIX: servers })),
            ("nodes.wrong.openPorts", json!([{ "port": 1053 }])),
        ],
    )
}

#[test]
fn a_wrong_forwarder_wins_blockys_race() {
    let trace = ask(&with_wrong_forwarder(), "lan:home", &known());
    assert_eq!(says(&trace), ["answer answered", "refused not-its-zone"]);
}

/// With the wrong forwarder out of reach the answer is sure: what is seen is not monotone in what is
/// permitted.
#[test]
fn closing_a_port_can_mend_an_answer() {
    let closed = with(
        with_wrong_forwarder(),
        &[("nodes.wrong.openPorts", json!([]))],
    );
    assert_eq!(
        says(&ask(&closed, "lan:home", &known())),
        ["answer answered"]
    );
}

#[test]
fn of_three_forwarders_two_are_asked() {
    let servers = json!(["10.0.0.2:1053", "10.0.0.2:7", "10.0.0.2:8"]);
    let lab = with(
        lab(),
        &[("resolvers.blocky.conditional", json!({ SUFFIX: servers }))],
    );
    let trace = ask(&lab, "lan:home", &known());
    assert_eq!(
        says(&trace),
        ["answer answered", "serv-fail upstream-failed"]
    );
    let failing: Vec<String> = trace.outcomes[1].when[0]
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        failing,
        ["10.0.0.2:7 over UDP and 10.0.0.2:8 over UDP is asked"]
    );
}

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

/// Blocky in pods, and a firewall that admits their addresses alone.
fn with_cluster(cni: &str) -> serde_json::Value {
    let member = |host| {
        with(
            node(host, serde_json::Value::Null),
            &[("cluster", "k".into())],
        )
    };
    with(
        lab(),
        &[
            (
                "clusters.k",
                json!({
                    "site": "home",
                    "distribution": "k3s",
                    "cni": { "kind": cni, "podCidrs": ["10.42.0.0/16"] },
                    "serviceCidrs": ["10.43.0.0/16"],
                    "dnsService": "10.43.0.10",
                    "dnsVersion": "1.13.1",
                }),
            ),
            ("nodes.a", member(20)),
            ("nodes.b", member(21)),
            ("nodes.fwd.cluster", "k".into()),
            ("nodes.fwd.manage", json!(["forwarder", "tailscale"])),
            (
                "nodes.fwd.openPorts",
                json!([{ "port": 1053, "from": ["10.42.0.0/16"] }]),
            ),
        ],
    )
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
fn a_time_out_over_udp_leaves_blocky_no_time_for_tcp() {
    let udp_closed = json!([{ "port": 1053, "protocols": ["tcp"] }]);
    let lab = with(
        lab(),
        &[
            ("nodes.fwd.manage", json!(["forwarder", "tailscale"])),
            ("nodes.fwd.openPorts", udp_closed),
        ],
    );
    // A time-out takes all of the time that Blocky has.
    assert_eq!(
        says(&ask(&lab, "lan:home", &known())),
        ["serv-fail upstream-failed"]
    );
    let lab = with(
        lab,
        &[(
            "nodes.fwd.openPorts",
            json!([{ "port": 1053, "protocols": ["udp"] }]),
        )],
    );
    assert_eq!(says(&ask(&lab, "lan:home", &known())), ["answer answered"]);
    let over_tcp = question("lan:home", &known(), "A", Protocol::Tcp);
    assert_eq!(
        says(&ask_by(&lab, "{}", &over_tcp, &[])),
        ["answer answered"]
    );
}

#[test]
fn coredns_fails_over_since_1_13() {
    // One of two forwarders takes no settings, the other does: unknown names are SERVFAIL or NXDOMAIN.
    let other = with(node(3, json!({ "authKey": "key", "acceptDns": true })), &[]);
    let base = with(
        with_cluster("cilium"),
        &[
            ("nodes.other", other),
            ("forwarders.magicdns.nodes", json!(["fwd", "other"])),
            (
                "nodes.fwd.manage",
                json!(["forwarder", "firewall", "tailscale"]),
            ),
            ("nodes.fwd.openPorts", json!([])),
        ],
    );
    let old = with(base.clone(), &[("clusters.k.dnsVersion", "1.12.0".into())]);
    assert_eq!(
        says(&ask(&old, "pods:k", &unknown())),
        ["no-such-name answered", "serv-fail nobody-to-ask"]
    );
    assert_eq!(
        says(&ask(&base, "pods:k", &unknown())),
        ["no-such-name answered"]
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

#[test]
fn an_upstream_by_name_is_resolved_first() {
    let lab = with(
        lab(),
        &[(
            "resolvers.blocky.upstreams",
            json!(["https://dns.example.com/dns-query"]),
        )],
    );
    assert_eq!(
        says(&ask(&lab, "lan:home", "example.com")),
        ["answer answered"]
    );
    // Whom Blocky's own machine asks is not declared.
    let lab = with(lab, &[("nodes.dns.nameservers", json!([]))]);
    assert_eq!(
        says(&ask(&lab, "lan:home", "example.com")),
        ["unknown unknown"]
    );
    let lab = with(lab, &[("resolvers.blocky.bootstrap", json!(["1.1.1.1"]))]);
    assert_eq!(
        says(&ask(&lab, "lan:home", "example.com")),
        ["answer answered"]
    );
}

#[test]
fn what_is_not_known_is_not_hidden_behind_an_answer() {
    let lab = with(
        lab(),
        &[("resolvers.blocky.upstreams", json!(["10.0.0.9", "1.1.1.1"]))],
    );
    let known = says(&ask(&lab, "lan:home", "example.com"));
    assert_eq!(known, ["answer answered"]);
    let lab = with(
        lab,
        &[
            (
                "devices.nas",
                json!({ "site": "home", "address": "10.0.0.77" }),
            ),
            (
                "resolvers.blocky.upstreams",
                json!(["10.0.0.77", "1.1.1.1"]),
            ),
        ],
    );
    assert_eq!(
        says(&ask(&lab, "lan:home", "example.com")),
        ["answer answered", "unknown unknown"]
    );
}

#[test]
fn whatever_is_asked_may_leak() {
    let lab = with(
        lab(),
        &[(
            "resolvers.blocky.conditional",
            json!({ SUFFIX: ["10.0.0.2:1053", "1.1.1.1"] }),
        )],
    );
    let trace = ask(&lab, "lan:home", &known());
    assert_eq!(says(&trace), ["answer answered", "no-such-name answered"]);
    assert!(
        trace
            .outcomes
            .iter()
            .all(|one| leaks(std::slice::from_ref(one)).contains("public server 1.1.1.1"))
    );
}
