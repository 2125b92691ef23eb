//! What servers make of a question, as measured or read in the programs' source.

use serde_json::json;
use tailwright::scalar::Protocol;

use crate::lab::{
    SUFFIX, ask, ask_by, known, lab, leaks, node, question, says, unknown, with, with_cluster,
};

/// A resolver of this kind in place of Blocky.
fn of_kind(kind: &str) -> serde_json::Value {
    with(
        lab(),
        &[(
            "resolvers.blocky",
            json!({ "kind": kind, "nodes": ["dns"], "address": "10.0.0.53", "upstreams": ["1.1.1.1"] }),
        )],
    )
}

#[test]
fn names_of_special_use_are_nobodys() {
    let blocky = lab();
    let unbound = of_kind("unbound");
    let coredns = of_kind("coredns");
    let of = |lab: &serde_json::Value, name: &str, record_type: &str| {
        let trace = ask_by(
            lab,
            "{}",
            &question("lan:home", name, record_type, Protocol::Udp),
            &[],
        );
        (says(&trace), leaks(&trace.outcomes).len())
    };
    let nobodys = (vec!["no-such-name answered".to_owned()], 0);
    let told = (vec!["no-such-name answered".to_owned()], 1);
    for name in ["foo.test", "abc.onion", "host.home.arpa"] {
        assert_eq!(of(&blocky, name, "A"), nobodys, "{name}");
        assert_eq!(of(&unbound, name, "A"), nobodys, "{name}");
        assert_eq!(of(&coredns, name, "A"), told, "{name}");
    }
    // Appendix G of RFC 6762 is Blocky's alone.
    assert_eq!(of(&blocky, "printer.lan", "A"), nobodys);
    assert_eq!(of(&unbound, "printer.lan", "A"), told);
    let answer = (vec!["answer answered".to_owned()], 0);
    assert_eq!(of(&blocky, "localhost", "A"), answer);
    assert_eq!(of(&unbound, "localhost", "A"), answer);
    assert_eq!(of(&unbound, "9.0.0.10.in-addr.arpa", "PTR"), nobodys);
}

/// A name of a public domain that has an inside address.
fn with_custom_name(changes: &[(&str, serde_json::Value)]) -> serde_json::Value {
    let names = json!({ "nas.example.com": "10.0.0.9" });
    with(
        with(lab(), &[("resolvers.blocky.customDns", names)]),
        changes,
    )
}

#[test]
fn blocky_leaves_other_types_to_others_where_it_is_told_to() {
    let of = |lab: &serde_json::Value, name: &str, record_type: &str| {
        let question = question("lan:home", name, record_type, Protocol::Udp);
        let trace = ask_by(lab, "{}", &question, &[]);
        (says(&trace).join(", "), leaks(&trace.outcomes).len())
    };
    let filters = with_custom_name(&[]);
    let leaves = with_custom_name(&[("resolvers.blocky.filterUnmappedTypes", false.into())]);
    let challenge = "_acme-challenge.nas.example.com";
    let (answer, nothing) = ("answer answered".to_owned(), "no-data answered".to_owned());
    assert_eq!(of(&filters, challenge, "TXT"), (nothing.clone(), 0));
    assert_eq!(of(&leaves, challenge, "TXT"), (answer.clone(), 0));
    assert_eq!(of(&filters, "nas.example.com", "AAAA"), (nothing, 0));
    // Its address is told to the public servers then.
    let told = ("no-such-name answered".to_owned(), 1);
    assert_eq!(of(&leaves, "nas.example.com", "AAAA"), told);
    assert_eq!(of(&leaves, "nas.example.com", "A"), (answer.clone(), 0));
    assert_eq!(of(&filters, "9.0.0.10.in-addr.arpa", "PTR"), (answer, 0));
}

#[test]
fn blockys_settings_decide() {
    let of = |settings: serde_json::Value, name: &str, record_type: &str| {
        let lab = with(lab(), &[("resolvers.blocky.settings", settings)]);
        let question = question("lan:home", name, record_type, Protocol::Udp);
        says(&ask_by(&lab, "{}", &question, &[])).join(", ")
    };
    let filters = json!({ "filtering": { "queryTypes": ["AAAA"] } });
    assert_eq!(
        of(filters.clone(), "example.com", "AAAA"),
        "no-data answered"
    );
    assert_eq!(of(filters, "example.com", "A"), "answer answered");
    let off = json!({ "specialUseDomains": { "rfc6762-appendixG": false } });
    let lab = with(lab(), &[("resolvers.blocky.settings", off)]);
    assert_eq!(leaks(&ask(&lab, "lan:home", "nas.lan").outcomes).len(), 1);
    assert_eq!(leaks(&ask(&lab, "lan:home", "nas.test").outcomes).len(), 0);
    let bare = json!({ "fqdnOnly": { "enable": true }, "specialUseDomains": { "enable": false } });
    assert_eq!(of(bare, "localhost", "A"), "no-such-name answered");
}

/// unbound's own zones come before what it asks others for, but for those of the mapping.
#[test]
fn a_mapping_above_unbounds_own_zone_does_not_count() {
    let mapped = |zone: &str| {
        let mapping = json!({ zone: "10.0.0.2:1053" });
        let lab = with(
            of_kind("unbound"),
            &[("resolvers.blocky.conditional", mapping)],
        );
        let name = question("lan:home", "2.0.64.100.in-addr.arpa", "PTR", Protocol::Udp);
        says(&ask_by(&lab, "{}", &name, &[]))
    };
    assert_eq!(mapped("100.in-addr.arpa"), ["no-such-name answered"]);
    assert_eq!(mapped("64.100.in-addr.arpa"), ["answer answered"]);
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
