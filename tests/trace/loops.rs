//! Circles, each told by its path.

use serde_json::json;

use crate::lab::{SUFFIX, ask, circles, lab, says, with};

fn path(declaration: &serde_json::Value, from: &str, name: &str) -> Vec<String> {
    circles(&ask(declaration, from, name)).into_iter().collect()
}

/// The forwarder's node takes the tailnet's settings, which name Blocky for everything.
fn with_settings() -> serde_json::Value {
    with(
        lab(),
        &[
            ("nodes.fwd.tailscale.acceptDns", true.into()),
            ("tailnet.nameservers", json!(["blocky"])),
            ("tailnet.overrideLocalDns", true.into()),
        ],
    )
}

/// Blocky on a node asks for its upstream's name by way of itself.
#[test]
fn an_upstreams_name_is_asked_of_the_server_itself() {
    let lab = with(
        with_settings(),
        &[
            ("resolvers.blocky.nodes", json!(["fwd"])),
            ("resolvers.blocky.address", "10.0.0.2".into()),
            (
                "resolvers.blocky.upstreams",
                json!(["https://dns.example.com/dns-query"]),
            ),
            ("nodes.fwd.openPorts", json!([{ "port": 53 }])),
        ],
    );
    let circle = path(&lab, "lan:home", "example.com");
    assert_eq!(circle, ["resolver blocky > resolver blocky"]);
}

/// A zone for which quad100 is no authority: MagicDNS is off.
#[test]
fn without_magic_dns_quad100_asks_blocky() {
    let lab = with(with_settings(), &[("tailnet.magicDns", false.into())]);
    let circle = path(&lab, "lan:home", &format!("nope.{SUFFIX}"));
    assert_eq!(
        circle,
        ["resolver blocky > forwarder magicdns on fwd > quad100 on fwd > resolver blocky"]
    );
    assert_eq!(
        says(&ask(&lab, "lan:home", &format!("nope.{SUFFIX}"))),
        ["serv-fail loop"]
    );
}

/// Split DNS of the tailnet leads back to who asks the tailnet.
#[test]
fn split_dns_leads_back_into_the_tailnet() {
    let lab = with(
        with_settings(),
        &[
            ("tailnet.magicDns", false.into()),
            ("tailnet.nameservers", json!([])),
            ("tailnet.overrideLocalDns", false.into()),
            ("tailnet.splitDns", json!({ SUFFIX: ["blocky"] })),
        ],
    );
    let circle = path(&lab, "lan:home", &format!("nope.{SUFFIX}"));
    assert_eq!(
        circle,
        ["resolver blocky > forwarder magicdns on fwd > quad100 on fwd > resolver blocky"]
    );
}

/// Two resolvers that ask each other.
#[test]
fn resolvers_ask_each_other() {
    let lab = with(
        lab(),
        &[
            ("resolvers.blocky.upstreams", json!(["10.0.0.54"])),
            (
                "resolvers.dns",
                json!({ "kind": "adguard-home", "address": "10.0.0.54", "upstreams": ["10.0.0.53"] }),
            ),
        ],
    );
    let circle = path(&lab, "lan:home", "example.com");
    assert_eq!(circle, ["resolver blocky > resolver dns > resolver blocky"]);
}

/// A server that is asked for another name on the way closes no circle.
#[test]
fn another_question_to_the_same_server_is_no_circle() {
    let lab = with(
        lab(),
        &[
            (
                "resolvers.blocky.upstreams",
                json!(["https://dns.example.com/dns-query"]),
            ),
            ("resolvers.blocky.bootstrap", json!(["10.0.0.54"])),
            (
                "resolvers.blocky.customDns",
                json!({ "dns.example.com": ["192.0.2.7"] }),
            ),
            (
                "resolvers.dns",
                json!({ "kind": "adguard-home", "address": "10.0.0.54", "upstreams": ["10.0.0.53"] }),
            ),
        ],
    );
    assert_eq!(
        says(&ask(&lab, "lan:home", "example.com")),
        ["answer answered"]
    );
}
