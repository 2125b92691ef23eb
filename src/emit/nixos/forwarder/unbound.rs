//! The unbound forwarder.
//!
//! What each setting is for was measured with unbound 1.17.1 and 1.26.2 against a stand-in for
//! quad100 in network namespaces; `tests/lab` repeats it.

use super::super::{Definitions, assertion, strings};
use super::guard;
use crate::nix::{Expr, Op, Part, Set, call, lambda, let_in, list, set, str, var};
use crate::scalar::Protocol;
use crate::topology::{Forwarder, Instance, Node};

/// Zones that unbound answers by itself even where everything is refused, since they are more
/// specific than the root (services/localzone.c, local_zone_enter_defaults).
const BUILT_IN_ZONES: [&str; 9] = [
    "home.arpa",
    "invalid",
    "localhost",
    "onion",
    "resolver.arpa",
    "service.arpa",
    "test",
    "127.in-addr.arpa",
    "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa",
];

pub(super) fn definitions(forwarder: &Forwarder, instance: &Instance, node: &Node) -> Definitions {
    let zones = strings(forwarder.zones.iter().map(ToString::to_string));
    let unbound = set()
        .bind("enable", true)
        // Off by default in practice: NixOS would accept a broken file.
        .bind("checkconf", true)
        .bind_commented(
            "Nothing is validated: the suffix is not signed, and the root's keys would be fetched.",
            "enableRootTrustAnchor",
            false,
        )
        .bind_commented(
            "It answers one suffix, on a port that resolv.conf can't name.",
            "resolveLocalQueries",
            false,
        )
        .bind(
            "settings",
            set()
                .bind("server", server(instance))
                .bind("forward-zone", var("forward-zone")),
        );
    let guard_unit = format!("{}.service", guard::UNIT);
    let definitions = set()
        .bind(["services", "unbound"], unbound)
        .bind(
            ["systemd", "services"],
            set()
                .bind(guard::UNIT, guard::unit(forwarder.upstream))
                .bind(
                    "unbound",
                    set()
                        .bind(
                            "after",
                            strings(["tailscaled.service", guard_unit.as_str()]),
                        )
                        .bind("wants", strings(["tailscaled.service"]))
                        .bind("requires", strings([guard_unit.as_str()])),
                ),
        )
        .bind("assertions", only_ours(instance, node));
    Definitions {
        file: "forwarder.nix",
        always: set(),
        conditional: vec![let_in(
            set()
                .bind("zones", zones)
                .bind("interface", strings(interfaces(forwarder, instance)))
                .bind("access-control", strings(access_control(instance)))
                .bind("local-zone", local_zones())
                .bind("forward-zone", forward_zones(forwarder)),
            definitions,
        )],
    }
}

fn server(instance: &Instance) -> Set {
    let mut server = set()
        .bind("interface", var("interface"))
        .bind("access-control", var("access-control"))
        .bind_commented("Starts before its address is there.", "ip-freebind", true)
        .bind_commented("No validator.", "module-config", str("\"iterator\""))
        .bind_commented(
            "Reverse zones are forwarded or refused, none is answered from a built-in one.",
            "unblock-lan-zones",
            true,
        )
        .bind_commented(
            "Answers its zones and refuses everything else.",
            "local-zone",
            var("local-zone"),
        )
        .bind("hide-identity", true)
        .bind("hide-version", true)
        .bind("deny-any", true)
        .bind_commented(
            "Never remembers that quad100 was gone: each question asks it again.",
            "infra-host-ttl",
            Expr::Int(-1),
        )
        .bind("infra-cache-min-rtt", Expr::Int(50))
        .bind_commented(
            "A question fails within a second. At 300 and 400 unbound did not recover.",
            "infra-cache-max-rtt",
            Expr::Int(450),
        )
        .bind("unknown-server-time-limit", Expr::Int(300))
        .bind("outbound-msg-retry", Expr::Int(2))
        .bind_commented(
            "Clients that repeat over TCP while quad100 is silent each hold a connection.",
            "incoming-num-tcp",
            Expr::Int(256),
        )
        .bind_commented(
            "Older tailscaled say 600 s; a renamed node shows within a minute.",
            "cache-max-ttl",
            Expr::Int(60),
        )
        .bind("cache-max-negative-ttl", Expr::Int(10));
    for (option, protocol) in [("do-udp", Protocol::Udp), ("do-tcp", Protocol::Tcp)] {
        if !instance.protocols.contains(&protocol) {
            server = server.bind(option, false);
        }
    }
    server
}

fn interfaces(forwarder: &Forwarder, instance: &Instance) -> Vec<String> {
    let port = forwarder.port.value;
    instance
        .listen
        .iter()
        .map(|address| format!("{address}@{port}"))
        .collect()
}

/// The most specific range counts, whatever the order. Refused rather than dropped: whoever is
/// not admitted hears so.
fn access_control(instance: &Instance) -> Vec<String> {
    let refused = ["0.0.0.0/0 refuse", "::0/0 refuse"].map(str::to_owned);
    let loopback = ["127.0.0.0/8 allow", "::1/128 allow"].map(str::to_owned);
    let own = instance
        .listen
        .iter()
        .filter(|address| !address.ip().is_loopback())
        .map(|address| address.as_cidr());
    let mut admitted: Vec<_> = instance
        .admitted
        .iter()
        .map(|admission| admission.source)
        .chain(own)
        .collect();
    admitted.sort();
    admitted.dedup();
    let admitted = admitted.into_iter().map(|source| format!("{source} allow"));
    refused
        .into_iter()
        .chain(loopback)
        .chain(admitted)
        .collect()
}

/// `transparent`, since `nodefault` would leave the zone under the root's refusal.
fn local_zones() -> Expr {
    let refused = strings(
        std::iter::once("\".\" refuse".to_owned()).chain(
            BUILT_IN_ZONES
                .iter()
                .map(|name| format!("\"{name}.\" refuse")),
        ),
    );
    refused.op(Op::Concat, each_zone(quoted_zone(" transparent")))
}

/// `map (zone: …) zones`
fn each_zone(body: impl Into<Expr>) -> Expr {
    call("map", [lambda("zone", body), var("zones")])
}

/// A zone's name as unbound.conf has it, between quotes, and what stands behind it.
fn quoted_zone(behind: &str) -> Expr {
    Expr::Interpolated(vec![
        Part::Text("\"".to_owned()),
        Part::Expr(var("zone")),
        Part::Text(format!(".\"{behind}")),
    ])
}

fn forward_zones(forwarder: &Forwarder) -> Expr {
    let zone = set()
        .bind("name", quoted_zone(""))
        .bind("forward-addr", strings([forwarder.upstream.to_string()]))
        .bind_commented("Never asks the Internet instead.", "forward-first", false)
        .bind_commented(
            "quad100 is on this machine: a cache would only keep failures.",
            "forward-no-cache",
            true,
        );
    each_zone(zone)
}

/// Lists of several modules add up: what another one adds would listen, admit or forward.
fn only_ours(instance: &Instance, node: &Node) -> Expr {
    let settings = "config.services.unbound.settings";
    let same = |option: &'static str| {
        let actual = var("config.services.unbound.settings.server").dot([option]);
        assertion(
            actual.op(Op::Equal, var(option)),
            format!(
                "tailwright: another module of {} adds to {settings}.server.{option}. The forwarder serves \
                 the tailnet alone: remove the addition, or take \"forwarder\" out of the node's `manage`.",
                node.name
            ),
        )
    };
    let transports = ["do-udp", "do-tcp"].map(|option| {
        let given = var("config.services.unbound.settings.server").dot_or([option], true);
        (option, instance.protocols.len() == 2, given)
    });
    let stays = transports
        .into_iter()
        .filter(|(_, both, _)| *both)
        .map(|(option, _, given)| {
            assertion(
                given,
                format!(
                    "tailwright: another module of {} turns {settings}.server.{option} off. The forwarder is \
                     asked over UDP and TCP: remove that, or take \"forwarder\" out of the node's `manage`.",
                    node.name
                ),
            )
        });
    let clauses = call(
        "lib.subtractLists",
        [
            strings(["forward-zone", "remote-control", "server"]),
            call("lib.attrNames", [var("config.services.unbound.settings")]),
        ],
    );
    let ours = [
        same("interface"),
        same("access-control"),
        same("local-zone"),
        assertion(
            var("config.services.unbound.settings.forward-zone").op(Op::Equal, var("forward-zone")),
            format!(
                "tailwright: another module of {} changes {settings}.forward-zone. The forwarder serves the \
                 tailnet alone: remove the change, or take \"forwarder\" out of the node's `manage`.",
                node.name
            ),
        ),
        assertion(
            clauses.op(Op::Equal, Expr::List(Vec::new())),
            format!(
                "tailwright: another module of {} adds clauses to {settings} beside server and forward-zone. The \
                 forwarder serves the tailnet alone: remove them, or take \"forwarder\" out of the node's \
                 `manage`.",
                node.name
            ),
        ),
    ];
    list(ours.into_iter().chain(stays))
}
