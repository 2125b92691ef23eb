//! NixOS of before `networking.firewall.backend` (25.11) and `services.resolved.dnsDelegates`
//! (systemd 258).

use common::{Firewall, Generated};
use serde_json::json;

use crate::ask::Ask;

crate::questions! { nftables, iptables, a_link_of_networkd, no_link }

const NO_DELEGATES: &str = "services.resolved.dnsDelegates";

fn nftables(ask: &Ask) {
    works(ask, &Generated::homelab(), Firewall::Nftables);
}

fn iptables(ask: &Ask) {
    works(ask, &Generated::filtered_by("iptables"), Firewall::Iptables);
}

fn works(ask: &Ask, tree: &Generated, firewall: Firewall) {
    let spec = tree
        .host("lab-alpha-cp")
        .firewall(firewall)
        .with_sops()
        .without_option("networking.firewall.backend")
        .without_option(NO_DELEGATES);
    let Some(host) = ask.sound(&spec) else { return };
    let rules = host.nft_ruleset().or(host.iptables_script()).unwrap();
    assert!(rules.contains("10.0.0.0/16"), "{rules}");
    assert_eq!(host.nft_ruleset().is_some(), firewall == Firewall::Nftables);

    assert_eq!(host.at("/resolver/resolved/dnsDelegates"), &json!(null));
    let script = host.at("/units/tailwright-split-dns/script");
    let script = script.as_str().unwrap();
    assert!(
        script.contains("resolvectl dns enp1s0 10.10.10.200:1053 10.10.10.201:1053\n"),
        "{script}"
    );
    assert!(script.contains(" '~tail96fefe.ts.net' "), "{script}");
}

fn a_link_of_networkd(ask: &Ask) {
    let tree = Generated::homelab();
    let spec = tree
        .host("lab-gamma-wk")
        .firewall(Firewall::Nftables)
        .with_sops()
        .without_option(NO_DELEGATES)
        .module_text("{ networking.useNetworkd = true; }");
    refused(ask, &spec, "networkd manages the link enp1s0");
}

fn no_link(ask: &Ask) {
    let tree = Generated::homelab_but(&[("interface = \"enp1s0\";", "")]);
    let spec = tree
        .host("lab-gamma-wk")
        .firewall(Firewall::Nftables)
        .with_sops()
        .without_option(NO_DELEGATES);
    refused(ask, &spec, "Declare the `interface` of lab-gamma-wk");
}

fn refused(ask: &Ask, spec: &common::HostSpec, why: &str) {
    let Some(host) = ask.host(spec) else { return };
    let [failed] = host.failed_assertions()[..] else {
        panic!("{:?}", host.failed_assertions());
    };
    assert!(failed.contains(why), "{failed}");
}
