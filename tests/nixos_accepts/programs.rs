//! The files that NixOS makes of a router's modules, read by the programs that they are for.

use std::process::Command;

use common::host::with_programs_of_this_machine;
use common::program::{run, said};
use common::{Firewall, Generated};

use crate::ask::Ask;

crate::questions! {
    unbound_and_nftables,
    iptables,
    both_families,
    a_host_without_ipv6,
    firewalld,
    no_filter,
}

/// Runs a shell's command line on a file of this content, in a network of its own; its output.
fn accepts(command: &str, content: &str) -> String {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), content).unwrap();
    let line = command.replace("FILE", &file.path().to_string_lossy());
    let output = run(Command::new("unshare").args(["--net", "sh", "-ec", &line]));
    assert!(output.status.success(), "{}\n{content}", said(&output));
    said(&output)
}

fn unbound_and_nftables(ask: &Ask) {
    let tree = Generated::homelab();
    let spec = tree
        .host("lab-beta-cp")
        .firewall(Firewall::Nftables)
        .with_sops();
    let Some(host) = ask.sound(&spec) else { return };

    let state = tempfile::tempdir().unwrap();
    let conf: String = host
        .unbound_conf()
        .unwrap()
        .replace("/var/lib/unbound", &state.path().to_string_lossy())
        .lines()
        .filter(|line| !line.contains("tls-cert-bundle"))
        .flat_map(|line| [line, "\n"])
        .collect();
    let said = accepts("unbound-checkconf FILE", &conf);
    assert!(!said.contains("warning"), "{said}");

    let ruleset = host.nft_ruleset().unwrap();
    accepts("nft --check --file FILE", ruleset);
    let listed = accepts("nft --file FILE; nft list ruleset", ruleset);
    assert!(
        listed.contains("iifname != \"tailscale0\" ip saddr 10.0.0.0/16"),
        "{listed}"
    );
}

fn iptables(ask: &Ask) {
    let tree = Generated::filtered_by("iptables");
    let spec = tree
        .host("lab-alpha-cp")
        .firewall(Firewall::Iptables)
        .with_sops();
    let Some(host) = ask.sound(&spec) else { return };
    let script = with_programs_of_this_machine(host.iptables_script().unwrap());
    let listed = accepts("sh -e FILE; iptables-save", &script);
    for protocol in ["udp", "tcp"] {
        let rule = format!(
            "-A nixos-fw -s 10.0.0.0/16 ! -i tailscale0 -p {protocol} -m {protocol} --dport 1053 -j nixos-fw-accept"
        );
        assert!(listed.contains(&rule), "{rule}\n{listed}");
    }
}

fn both_families(ask: &Ask) {
    let tree = Generated::dual_stack("nftables");
    let spec = tree
        .host("lab-alpha-cp")
        .firewall(Firewall::Nftables)
        .with_sops();
    let Some(host) = ask.sound(&spec) else { return };
    let conf = host.unbound_conf().unwrap();
    for line in [
        "  interface: ::1@1053",
        "  interface: fd00:10::200@1053",
        "  access-control: fd00:42::/56 allow",
        "  access-control: fd00:10::201/128 allow",
    ] {
        assert!(conf.lines().any(|found| found == line), "{line}\n{conf}");
    }
    let listed = accepts(
        "nft --file FILE; nft list ruleset",
        host.nft_ruleset().unwrap(),
    );
    assert!(
        listed.contains("iifname != \"tailscale0\" ip6 saddr fd00:42::/56"),
        "{listed}"
    );
    assert!(
        listed.contains("iifname \"enp1s0\" ip6 saddr fd00:10::201"),
        "{listed}"
    );
}

fn a_host_without_ipv6(ask: &Ask) {
    let tree = Generated::dual_stack("iptables");
    let spec = tree
        .host("lab-alpha-cp")
        .firewall(Firewall::Iptables)
        .with_sops()
        .module_text("{ networking.enableIPv6 = false; }");
    let Some(host) = ask.sound(&spec) else { return };
    let script = with_programs_of_this_machine(host.iptables_script().unwrap());
    assert!(!script.contains("fd00:"), "{script}");
    accepts("sh -e FILE", &script);
}

fn firewalld(ask: &Ask) {
    let tree = Generated::filtered_by("firewalld");
    let spec = tree
        .host("lab-alpha-cp")
        .firewall(Firewall::Firewalld)
        .with_sops();
    let Some(host) = ask.sound(&spec) else { return };
    assert_eq!(host.at("/firewall/backend"), "firewalld");
    let rules = host.at("/firewalld/zones/nixos-fw-default/rules");
    let opened: Vec<[&str; 4]> = rules
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| {
            assert_eq!(rule["accept"], "");
            [
                rule["@family"].as_str().unwrap(),
                rule["source"]["@address"].as_str().unwrap(),
                rule["port"]["@port"].as_str().unwrap(),
                rule["port"]["@protocol"].as_str().unwrap(),
            ]
        })
        .collect();
    assert!(opened.contains(&["ipv4", "10.0.0.0/16", "1053", "udp"]));
    assert!(opened.contains(&["ipv4", "10.0.0.0/16", "1053", "tcp"]));
    assert!(opened.contains(&["ipv4", "10.10.10.201/32", "1053", "udp"]));
    assert_eq!(opened.len(), 10, "{opened:?}");
}

fn no_filter(ask: &Ask) {
    let tree = Generated::filtered_by("off");
    let spec = tree
        .host("lab-alpha-cp")
        .firewall(Firewall::Off)
        .with_sops();
    let Some(host) = ask.sound(&spec) else { return };
    assert_eq!(host.iptables_script(), None);
    assert_eq!(host.nft_ruleset(), None);
    assert!(host.unbound_conf().is_some());
}
