//! What quad100 makes of a question, as measured or read in tailscaled.

use serde_json::json;
use tailwright::scalar::Protocol;

use crate::lab::{ask, ask_by, known, lab, leaks, node, question, reasons, says, unknown, with};

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

/// NOTIMP is what quad100 says to types that it leaves out; unbound takes it for a failure.
#[test]
fn quad100_has_no_answer_to_some_types() {
    let settings = ("devices.phone.tailscale", json!({ "acceptDns": true }));
    let lab = with(lab(), &[settings]);
    let asked = |from: &str, record_type: &str| {
        let question = question(from, &known(), record_type, Protocol::Udp);
        says(&ask_by(&lab, "{}", &question, &[]))
    };
    for record_type in ["NS", "SOA"] {
        assert_eq!(
            asked("device:phone", record_type),
            ["not-implemented answered"]
        );
        assert_eq!(
            asked("lan:home", record_type),
            ["serv-fail upstream-failed"]
        );
    }
    assert_eq!(asked("lan:home", "TXT"), ["no-data answered"]);
}

/// The tailnet's records of other types than addresses are handed out, and not looked at.
#[test]
fn quad100_knows_records_of_addresses_alone() {
    let records = json!([
        { "name": "nas.example.net", "type": "A", "value": "10.0.0.7" },
        { "name": "text.example.net", "type": "TXT", "value": "words" },
    ]);
    let settings = ("devices.phone.tailscale", json!({ "acceptDns": true }));
    let lab = with(
        lab(),
        &[
            settings,
            ("tailnet.records", records),
            ("tailnet.nameservers", json!(["192.0.2.53"])),
            ("tailnet.overrideLocalDns", true.into()),
        ],
    );
    let from = "device:phone";
    assert_eq!(
        says(&ask(&lab, from, "nas.example.net")),
        ["answer answered"]
    );
    let text = question(from, "text.example.net", "TXT", Protocol::Udp);
    assert_eq!(leaks(&ask_by(&lab, "{}", &text, &[]).outcomes).len(), 0);
    assert_eq!(
        reasons(&ask_by(&lab, "{}", &text, &[])),
        ["public server 192.0.2.53 knows public names"]
    );
}

/// Members' IPv6 addresses are told to those alone who have an attribute for it.
#[test]
fn quad100_tells_ipv6_addresses_to_who_asks_for_them() {
    let tags = json!({ "tag:six": ["autogroup:admin"] });
    let policy = r#"{ "tagOwners": { "tag:six": ["autogroup:admin"] },
        "nodeAttrs": [{ "target": ["tag:six"], "attr": ["magicdns-aaaa"] }] }"#;
    let member = |tags: serde_json::Value| json!({ "acceptDns": true, "tags": tags });
    let lab = with(
        lab(),
        &[
            ("tailnet.policy", "policy.hujson".into()),
            ("tailnet.tags", tags),
            ("devices.six.tailscale", member(json!(["tag:six"]))),
            ("devices.four.tailscale", member(json!([]))),
        ],
    );
    let of = |from: &str| {
        let question = question(from, &known(), "AAAA", Protocol::Udp);
        says(&ask_by(&lab, policy, &question, &[]))
    };
    assert_eq!(of("device:six"), ["answer answered"]);
    assert_eq!(of("device:four"), ["no-data answered"]);
}

/// What a member with an exit node asks goes to the exit node's own name servers, whatever the tailnet says.
#[test]
fn an_exit_node_answers_in_place_of_the_tailnets_name_servers() {
    let exit = with(
        node(5, json!({ "authKey": "key" })),
        &[
            ("roles", json!(["exit-node"])),
            ("nameservers", json!(["9.9.9.9", "1.1.1.1"])),
        ],
    );
    let lab = with(
        lab(),
        &[
            ("nodes.exit", exit),
            ("tailnet.nameservers", json!(["blocky"])),
            ("tailnet.overrideLocalDns", true.into()),
            ("tailnet.splitDns", json!({ "corp.example": ["blocky"] })),
            (
                "devices.phone.tailscale",
                json!({ "acceptDns": true, "exitNode": "exit" }),
            ),
        ],
    );
    let from = "device:phone";
    assert_eq!(says(&ask(&lab, from, &known())), ["answer answered"]);
    assert_eq!(
        says(&ask(&lab, from, &unknown())),
        ["no-such-name answered"]
    );
    let split = ask(&lab, from, "www.corp.example");
    assert_eq!(
        leaks(&split.outcomes).into_iter().collect::<Vec<_>>(),
        ["public server 9.9.9.9"]
    );
    assert_eq!(
        reasons(&ask(&lab, from, "example.com")),
        ["public server 9.9.9.9 knows public names"]
    );
    let question = question(from, "example.com", "A", Protocol::Udp);
    let without = ask_by(&lab, "{}", &question, &["exit"]);
    assert_eq!(says(&without), ["timeout upstream-failed"]);
}
