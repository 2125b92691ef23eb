//! The stand-in for NixOS behaves like NixOS, as far as the tests rely on it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use common::host::{HostConfig, evaluate};
use common::{Firewall, HostSpec};
use serde_json::json;

fn sample() -> HostSpec {
    HostSpec::new("alpha").module(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/sample/forwarder.nix"
    ))
}

fn host(spec: &HostSpec) -> HostConfig {
    match evaluate(spec) {
        Ok(host) => host,
        Err(refusal) => panic!("{refusal}"),
    }
}

/// What NixOS says about a host that has this module too.
fn refusal(nix: &str) -> String {
    evaluate(&sample().module_text(nix)).unwrap_err().message
}

#[test]
fn another_host_gets_nothing() {
    let other = host(&HostSpec::new("beta").module(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/sample/forwarder.nix"
    )));
    assert_eq!(other.unbound_conf(), None);
    assert_eq!(other.at("/tailscale/enable"), &json!(false));
}

#[test]
fn definitions_merge_by_type_and_order() {
    let alpha = host(
        &sample()
            .module_text(
                "{ lib, ... }: { networking.nameservers = lib.mkAfter [ \"192.0.2.2\" ];
                   networking.localCommands = lib.mkBefore \"first\"; }",
            )
            .module_text(
                "{ networking.nameservers = [ \"192.0.2.1\" ]; networking.localCommands = \"second\"; }",
            ),
    );
    assert_eq!(
        alpha.strings("/resolver/nameservers"),
        ["192.0.2.1", "192.0.2.2"]
    );
    assert_eq!(alpha.at("/resolver/localCommands"), &json!("first\nsecond"));
    assert_eq!(
        alpha.strings("/units/unbound/after"),
        ["network.target", "tailscaled.service"]
    );
}

#[test]
fn the_strongest_definition_wins() {
    let forced = host(&sample().module_text(
        "{ lib, ... }: { services.unbound.settings.server.infra-host-ttl = lib.mkForce 5; }",
    ));
    assert_eq!(
        forced.at("/unbound/settings/server/infra-host-ttl"),
        &json!(5)
    );
    let default = host(&sample().module_text(
        "{ lib, ... }: { services.unbound.settings.server.infra-host-ttl = lib.mkDefault 5; }",
    ));
    assert_eq!(
        default.at("/unbound/settings/server/infra-host-ttl"),
        &json!(30)
    );
}

#[test]
fn contradictions_are_refused() {
    let text = refusal("{ services.unbound.settings.server.infra-host-ttl = 5; }");
    assert!(text.contains("conflicting definition values"), "{text}");
    assert!(text.contains("infra-host-ttl"), "{text}");
    let text = refusal("{ services.tailscale.port = \"many\"; }");
    assert!(text.contains("is not of type"), "{text}");
}

#[test]
fn unknown_options_are_refused_even_when_switched_off() {
    let text = refusal("{ lib, ... }: { services.unbond = lib.mkIf false { enable = true; }; }");
    assert!(
        text.contains("The option `services.unbond' does not exist"),
        "{text}"
    );
    let text = refusal("{ services.tailscale.extraFlags = [ ]; }");
    assert!(text.contains("services.tailscale.extraFlags"), "{text}");
    let text = refusal("{ sops.secrets.a.key = \"b\"; }");
    assert!(text.contains("sops"), "{text}");
}

#[test]
fn guards_see_which_options_exist() {
    let plain = host(&sample());
    assert_eq!(plain.at("/tailscale/authKeyFile"), &json!(null));
    assert_eq!(plain.at("/resolver/resolved/enable"), &json!(true));

    let sops = host(&sample().with_sops());
    assert_eq!(
        sops.at("/tailscale/authKeyFile"),
        &json!("/run/secrets/tailscale")
    );
    assert_eq!(
        sops.at("/secrets/tailscale/key"),
        &json!("tailscale_auth_key")
    );

    let older = host(
        &sample()
            .without_option("services.resolved.dnsDelegates")
            .without_option("networking.firewall.backend")
            .firewall(Firewall::Nftables),
    );
    assert_eq!(older.at("/resolver/resolved/enable"), &json!(false));
    assert!(older.nft_ruleset().unwrap().contains("th dport 1053"));
}

#[test]
fn older_names_of_resolved_warn_on_newer_releases() {
    let older = sample()
        .without_option("services.resolved.dnsDelegates")
        .module_text("{ services.resolved.domains = [ \"~tail1.ts.net\" ]; }");
    assert_eq!(host(&older).warnings().len(), 1);
    let older = host(&older.without_option("services.resolved.settings"));
    assert_eq!(older.warnings(), [""; 0]);
    assert_eq!(
        older.strings("/resolver/resolved/domains"),
        ["~tail1.ts.net"]
    );
}

#[test]
fn failed_assertions_are_listed() {
    assert!(host(&sample()).failed_assertions().is_empty());
    let trusting =
        sample().module_text("{ networking.firewall.trustedInterfaces = [ \"enp1s0\" ]; }");
    assert_eq!(host(&trusting).failed_assertions(), ["enp1s0 is trusted"]);
    let wrong = sample()
        .firewall(Firewall::Nftables)
        .module_text("{ networking.firewall.extraCommands = \"true\"; }");
    assert_eq!(host(&wrong).failed_assertions().len(), 1);
}

#[test]
fn one_firewall_at_a_time() {
    let nft = host(&sample().firewall(Firewall::Nftables));
    assert!(
        nft.nft_ruleset()
            .unwrap()
            .contains("iifname cni0 udp dport { 1053 }")
    );
    assert_eq!(nft.iptables_script(), None);

    let iptables = host(&sample());
    assert!(
        iptables
            .iptables_script()
            .unwrap()
            .contains("-s 10.42.0.0/16")
    );
    assert_eq!(iptables.nft_ruleset(), None);

    let off = host(&sample().firewall(Firewall::Off));
    assert_eq!((off.nft_ruleset(), off.iptables_script()), (None, None));

    let firewalld = sample()
        .firewall(Firewall::Firewalld)
        .module_text("{ lib, ... }: { networking.firewall.interfaces = lib.mkForce { }; }");
    assert_eq!(
        host(&firewalld).at("/firewall/backend"),
        &json!("firewalld")
    );
}

#[test]
fn programs_of_the_store_become_those_of_the_machine() {
    let alpha = host(&sample());
    let script = alpha.at("/units/tailwright-rule/script").as_str().unwrap();
    assert_eq!(
        common::host::with_programs_of_this_machine(script),
        "ip rule add to 10.10.10.0/24 priority 2500 lookup main"
    );
}
