//! The stand-in and genuine NixOS agree.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::process::Command;

use common::host::{HostConfig, Refusal, evaluate, with_programs_of_this_machine};
use common::program::{run, said};
use common::{Firewall, HostSpec, nixos};
use serde_json::json;

fn sample() -> HostSpec {
    HostSpec::new("alpha").module(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/sample/forwarder.nix"
    ))
}

/// The host of both, or none if genuine NixOS is not at hand.
fn both(test: &str, spec: &HostSpec) -> Option<(HostConfig, HostConfig)> {
    let read = |found: Result<HostConfig, Refusal>| match found {
        Ok(host) => host,
        Err(refusal) => panic!("{refusal}"),
    };
    let genuine = read(nixos::evaluate(test, spec)?);
    Some((read(evaluate(spec)), genuine))
}

/// What a network namespace holds after loading a file.
fn loaded(file_command: &str, content: &str, list: &str) -> String {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), content).unwrap();
    let script = format!("{file_command} {} && {list}", file.path().display());
    let output = run(Command::new("unshare").args(["--net", "sh", "-c", &script]));
    assert!(output.status.success(), "{}\n{content}", said(&output));
    String::from_utf8(output.stdout).unwrap()
}

/// Sorted, without comments, counters and what only NixOS' other modules add.
fn rules(listing: &str) -> Vec<String> {
    listing
        .lines()
        .map(|line| {
            line.split(" comment ")
                .next()
                .unwrap_or(line)
                .trim()
                .to_owned()
        })
        .filter(|line| {
            !line.is_empty() && !line.starts_with(['#', ':']) && !line.starts_with("comment")
        })
        .collect()
}

#[test]
fn unbound_conf_is_the_same() {
    let test = "genuine::unbound_conf_is_the_same";
    for spec in [
        sample(),
        sample().module_text("{ services.unbound.checkconf = true; }"),
    ] {
        let Some((own, genuine)) = both(test, &spec) else {
            return;
        };
        let without_bundle = |host: &HostConfig| -> Vec<String> {
            let lines = host.unbound_conf().unwrap().lines();
            lines
                .filter(|line| !line.contains("tls-cert-bundle"))
                .map(str::to_owned)
                .collect()
        };
        assert_eq!(without_bundle(&own), without_bundle(&genuine));
    }
}

#[test]
fn dnsmasq_conf_is_the_same() {
    let spec = sample().module_text(
        "{ services.dnsmasq = { enable = true; resolveLocalQueries = false;
             settings = { port = 1054; no-resolv = true; bogus-priv = false; server = [ \"/a.test/192.0.2.1\" ]; }; }; }",
    );
    let Some((own, genuine)) = both("genuine::dnsmasq_conf_is_the_same", &spec) else {
        return;
    };
    assert_eq!(own.dnsmasq_conf(), genuine.dnsmasq_conf());
}

#[test]
fn the_nftables_firewall_is_the_same() {
    let spec = sample().firewall(Firewall::Nftables);
    let Some((own, genuine)) = both("genuine::the_nftables_firewall_is_the_same", &spec) else {
        return;
    };
    let load = |host: &HostConfig| {
        rules(&loaded(
            "nft -f",
            host.nft_ruleset().unwrap(),
            "nft list ruleset",
        ))
    };
    assert_eq!(load(&own), load(&genuine));
}

#[test]
fn the_iptables_firewall_is_the_same() {
    let Some((own, genuine)) = both("genuine::the_iptables_firewall_is_the_same", &sample()) else {
        return;
    };
    let load = |host: &HostConfig| {
        let script = with_programs_of_this_machine(host.iptables_script().unwrap());
        rules(&loaded("sh -e", &script, "iptables-save && ip6tables-save"))
    };
    assert_eq!(load(&own), load(&genuine));
}

#[test]
fn the_report_is_the_same() {
    let Some((own, genuine)) = both("genuine::the_report_is_the_same", &sample().with_sops())
    else {
        return;
    };
    for pointer in [
        "/hostName",
        "/failedAssertions",
        "/warnings",
        "/tailscale",
        "/secrets",
        "/dnsmasq",
        "/coredns",
        "/blocky",
        "/resolver/nameservers",
        "/resolver/resolved",
        "/resolver/resolvconf/enable",
        "/resolver/resolvconf/useLocalResolver",
        "/firewall/backend",
        "/firewall/checkReversePath",
        "/firewall/interfaces",
        "/firewall/trustedInterfaces",
        "/firewall/allowedUDPPorts",
        "/sysctl/net.ipv4.conf.all.forwarding",
        "/units/unbound/after",
        "/units/unbound/before",
        "/units/unbound/wants",
        "/units/unbound/wantedBy",
        "/units/tailscaled-set/after",
        "/units/tailscaled-autoconnect/wants",
        "/units/tailwright-rule/wantedBy",
    ] {
        assert!(!own.at(pointer).is_null(), "{pointer}");
        assert_eq!(own.at(pointer), genuine.at(pointer), "{pointer}");
    }
}

#[test]
fn older_releases_are_the_same() {
    for firewall in [Firewall::Nftables, Firewall::Iptables] {
        let spec = sample()
            .without_option("networking.firewall.backend")
            .without_option("services.resolved.dnsDelegates")
            .firewall(firewall);
        let Some((own, genuine)) = both("genuine::older_releases_are_the_same", &spec) else {
            return;
        };
        for host in [&own, &genuine] {
            assert_eq!(host.at("/resolver/resolved/enable"), &json!(false));
            assert_eq!(host.at("/resolver/resolved/dnsDelegates"), &json!(null));
            assert_eq!(host.failed_assertions(), [""; 0]);
            assert_eq!(host.nft_ruleset().is_some(), firewall == Firewall::Nftables);
            let rules = host.nft_ruleset().or(host.iptables_script()).unwrap();
            assert!(rules.contains("10.42.0.0/16"), "{rules}");
        }
    }
}

#[test]
fn the_same_hosts_are_refused() {
    for (module, text) in [
        (
            "{ services.unbound.settings.server.infra-host-ttl = 5; }",
            "conflicting definition values",
        ),
        (
            "{ lib, ... }: { services.unbond = lib.mkIf false { enable = true; }; }",
            "does not exist",
        ),
        ("{ services.tailscale.port = \"many\"; }", "is not of type"),
    ] {
        let spec = sample().module_text(module);
        let Some(genuine) = nixos::evaluate("genuine::the_same_hosts_are_refused", &spec) else {
            return;
        };
        for refusal in [evaluate(&spec).unwrap_err(), genuine.unwrap_err()] {
            assert!(refusal.message.contains(text), "{refusal}");
        }
    }
}

#[test]
fn the_whole_system_evaluates() {
    let spec = sample().with_sops().with_toplevel();
    let Some((_, genuine)) = both("genuine::the_whole_system_evaluates", &spec) else {
        return;
    };
    assert!(genuine.toplevel().unwrap().ends_with(".drv"));
}

#[test]
fn the_stand_in_claims_nothing_that_nixpkgs_has_not_got() {
    let test = "genuine::the_stand_in_claims_nothing_that_nixpkgs_has_not_got";
    match nixos::compare(test) {
        None => {}
        Some(Ok(found)) => assert_eq!(found, json!({ "lib": [], "options": [] })),
        Some(Err(refusal)) => panic!("{refusal}"),
    }
}
