//! `firewall.nix`: lets those who ask a forwarder in, and nobody else, on whichever back end
//! the host has.

use std::collections::BTreeMap;

use super::{Definitions, assertion, facts, strings};
use crate::facts::tailnet;
use crate::nix::{Expr, Op, call, let_in, list, set, str, text, var};
use crate::scalar::{Cidr, Firewall, Protocol};
use crate::topology::{Forwarder, Id, Instance, Node, Scope, Topology};

/// Sources that are let in to one forwarder by the same interfaces.
struct Opening<'a> {
    forwarder: &'a Forwarder,
    protocols: &'a [Protocol],
    scope: &'a Scope,
    is_ipv6: bool,
    sources: Vec<Cidr>,
}

pub(super) fn definitions(topology: &Topology, id: Id<Node>) -> Option<Definitions> {
    let node = topology.nodes.get(id);
    if node.firewall.value == Firewall::Off {
        return None;
    }
    let openings: Vec<Opening<'_>> = topology
        .forwarders
        .values()
        .filter_map(|forwarder| Some((forwarder, forwarder.on(id)?)))
        .flat_map(|(forwarder, instance)| openings(forwarder, instance))
        .collect();
    let mut always = set();
    let trusted = &node.declared.trusted_interfaces;
    if !trusted.is_empty() {
        let trusted = trusted.iter().map(|interface| interface.value.as_str());
        always = always.bind(
            ["networking", "firewall", "trustedInterfaces"],
            strings(trusted),
        );
    }
    if openings.is_empty() {
        return (!always.is_empty()).then(|| Definitions::of("firewall.nix", always));
    }
    let on = |backend: &'static str, definitions: Expr| {
        call(
            "lib.mkIf",
            [var("backend").op(Op::Equal, str(backend)), definitions],
        )
    };
    let mut conditional = vec![
        on("nftables", nftables(&openings)),
        on("iptables", iptables(&openings)),
    ];
    // Releases without firewalld have no option for its zones.
    let firewalld = on("firewalld", firewalld(&openings, node));
    conditional.push(call(
        "lib.optionalAttrs",
        [var("options.services").has("firewalld"), firewalld],
    ));
    let by_backend = call("lib.mkMerge", [list(conditional)]);
    Some(Definitions {
        file: "firewall.nix",
        always,
        conditional: vec![let_in(set().bind("backend", facts::backend()), by_backend)],
    })
}

fn openings<'a>(forwarder: &'a Forwarder, instance: &'a Instance) -> Vec<Opening<'a>> {
    let mut groups: BTreeMap<(&Scope, bool), Vec<Cidr>> = BTreeMap::new();
    for admission in &instance.admitted {
        let source = admission.source;
        let group = groups.entry((&admission.by, source.is_ipv6())).or_default();
        group.push(source);
    }
    groups
        .into_iter()
        .map(|((scope, is_ipv6), sources)| Opening {
            forwarder,
            protocols: &instance.protocols,
            scope,
            is_ipv6,
            sources,
        })
        .collect()
}

impl Opening<'_> {
    fn port(&self) -> u16 {
        self.forwarder.port.value.number()
    }

    fn sources(&self) -> Vec<String> {
        self.sources.iter().map(ToString::to_string).collect()
    }
}

fn nftables(openings: &[Opening<'_>]) -> Expr {
    let rules: String = openings
        .iter()
        .map(|opening| {
            let interface = match opening.scope {
                Scope::Only(name) => format!("iifname \"{name}\" "),
                Scope::NotTailnet => format!("iifname != \"{}\" ", tailnet::INTERFACE),
                Scope::Any => String::new(),
            };
            let family = if opening.is_ipv6 { "ip6" } else { "ip" };
            let protocols: Vec<&str> = opening.protocols.iter().map(|p| p.as_str()).collect();
            format!(
                "{interface}{family} saddr {{ {} }} meta l4proto {{ {} }} th dport {} accept\n",
                opening.sources().join(", "),
                protocols.join(", "),
                opening.port()
            )
        })
        .collect();
    set()
        .bind(["networking", "firewall", "extraInputRules"], text(rules))
        .into()
}

fn iptables(openings: &[Opening<'_>]) -> Expr {
    let commands = |is_ipv6: bool| -> String {
        openings
            .iter()
            .filter(|opening| opening.is_ipv6 == is_ipv6)
            .flat_map(|opening| {
                let program = if is_ipv6 { "ip6tables" } else { "iptables" };
                let interface = match opening.scope {
                    Scope::Only(name) => format!("-i {name} "),
                    Scope::NotTailnet => format!("! -i {} ", tailnet::INTERFACE),
                    Scope::Any => String::new(),
                };
                let port = opening.port();
                opening.sources().into_iter().flat_map(move |source| {
                    let interface = interface.clone();
                    opening.protocols.iter().map(move |protocol| {
                        format!(
                            "{program} -w -A nixos-fw {interface}-s {source} -p {protocol} --dport {port} -j nixos-fw-accept\n"
                        )
                    })
                })
            })
            .collect()
    };
    let (ipv4, ipv6) = (commands(false), commands(true));
    let ipv6 = call(
        "lib.optionalString",
        [var("config.networking.enableIPv6"), text(ipv6.clone())],
    );
    let both = match (
        ipv4.is_empty(),
        openings.iter().any(|opening| opening.is_ipv6),
    ) {
        (false, true) => text(ipv4).op(Op::Add, ipv6),
        (true, _) => ipv6,
        (false, false) => text(ipv4),
    };
    set()
        .bind(["networking", "firewall", "extraCommands"], both)
        .into()
}

/// Rich rules in the zone that NixOS' firewall makes the default one. A zone bound to the
/// sources would take over everything else that they send, too.
fn firewalld(openings: &[Opening<'_>], node: &Node) -> Expr {
    const ZONE: &str = "nixos-fw-default";
    let rules = openings.iter().flat_map(|opening| {
        let family = if opening.is_ipv6 { "ipv6" } else { "ipv4" };
        opening.sources.iter().flat_map(move |source| {
            opening.protocols.iter().map(move |protocol| {
                let port = set()
                    .bind(["@port"], str(opening.port().to_string()))
                    .bind(["@protocol"], str(protocol.as_str()));
                set()
                    .bind(["@family"], str(family))
                    .bind("source", set().bind(["@address"], str(source.to_string())))
                    .bind("port", port)
                    .bind("accept", str(""))
            })
        })
    });
    let message = format!(
        "tailwright: firewalld's default zone on {} is not {ZONE}, the one in which the forwarder's port \
         is opened. Leave services.firewalld.settings.DefaultZone as it is, or take \"firewall\" out of \
         the node's `manage`, open the port and declare it in `openPorts`.",
        node.name
    );
    let zone = var("config.services.firewalld.settings.DefaultZone").op(Op::Equal, str(ZONE));
    set()
        .bind(
            ["services", "firewalld", "zones", ZONE, "rules"],
            list(rules),
        )
        .bind("assertions", vec![assertion(zone, message)])
        .into()
}
