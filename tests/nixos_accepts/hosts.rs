//! Hosts of every kind that a declaration has.

use common::{Firewall, Generated};
use serde_json::json;

use crate::ask::Ask;

crate::questions! {
    a_router,
    a_worker,
    a_machine_of_a_cloud,
    a_host_without_sops_nix,
    a_host_that_is_none_of_the_nodes,
    a_host_of_another_name,
    the_starter,
}

fn a_router(ask: &Ask) {
    let tree = Generated::homelab();
    let spec = tree
        .host("lab-alpha-cp")
        .firewall(Firewall::Nftables)
        .with_sops();
    let Some(host) = ask.sound(&spec) else { return };

    let conf = host.unbound_conf().unwrap();
    for line in [
        "  interface: 10.10.10.200@1053",
        "  access-control: 10.0.0.0/16 allow",
        "  access-control: 10.10.10.201/32 allow",
        "  name: \"tail96fefe.ts.net.\"",
        "  name: \"127.100.in-addr.arpa.\"",
        "  forward-addr: 100.100.100.100",
    ] {
        assert!(conf.lines().any(|found| found == line), "{line}\n{conf}");
    }
    assert!(!conf.contains("auto-trust-anchor-file"), "{conf}");
    assert_eq!(host.at("/resolver/resolvconf/useLocalResolver"), false);
    assert_eq!(
        host.at("/resolver/resolved/dnsDelegates/tailwright-magicdns/Delegate/DNS"),
        &json!(["10.10.10.200:1053", "10.10.10.201:1053"])
    );
    assert_eq!(host.at("/sysctl/net.ipv4.conf.all.forwarding"), true);

    let set = host.at("/units/tailscaled-set/script").as_str().unwrap();
    for flag in [
        "--accept-dns=false",
        "--accept-routes=false",
        "--advertise-routes=10.10.10.0/24",
        "--exit-node=",
        "--hostname=lab-alpha-cp",
        "--snat-subnet-routes=true",
    ] {
        assert!(set.contains(&format!("'{flag}'")), "{flag}\n{set}");
    }
    assert!(!set.contains("advertise-tags"), "{set}");
    if ask.is_genuine() {
        // With what the node joins; the stand-in has no such script.
        let script = host.at("/units/tailscaled-autoconnect/script");
        let script = script.as_str().unwrap();
        assert!(script.contains("'--advertise-tags=tag:router'"), "{script}");
        assert!(
            script.contains("cat /run/secrets/tailwright-routers"),
            "{script}"
        );
    }

    let secret = host.at("/secrets/tailwright-routers");
    assert_eq!(secret["path"], "/run/secrets/tailwright-routers");
    assert_eq!(secret["key"], "tailscale_router_auth_key");
    assert_eq!(
        secret["restartUnits"],
        json!(["tailscaled-autoconnect.service"])
    );
    let file = secret["sopsFile"].as_str().unwrap();
    assert!(file.ends_with("/secrets/hosts.enc.yaml"), "{file}");
    assert_eq!(
        host.at("/tailscale/authKeyFile"),
        "/run/secrets/tailwright-routers"
    );
}

fn a_worker(ask: &Ask) {
    let tree = Generated::homelab();
    let spec = tree
        .host("lab-gamma-wk")
        .firewall(Firewall::Nftables)
        .with_sops();
    let Some(host) = ask.sound(&spec) else { return };
    assert_eq!(host.unbound_conf(), None);
    assert!(host.at("/units/tailwright-quad100").is_null());
    assert_eq!(host.at("/firewall/extraInputRules"), "");
    assert_eq!(host.at("/tailscale/useRoutingFeatures"), "none");
    assert_eq!(
        host.strings("/resolver/nameservers"),
        ["1.1.1.1", "8.8.8.8"]
    );
    assert_eq!(
        host.at("/resolver/resolved/dnsDelegates/tailwright-magicdns/Delegate/Domains/0"),
        "~tail96fefe.ts.net"
    );
    let set = host.at("/units/tailscaled-set/script").as_str().unwrap();
    assert!(set.contains("'--advertise-routes='"), "{set}");
}

fn a_machine_of_a_cloud(ask: &Ask) {
    let tree = Generated::homelab();
    let spec = tree
        .host("lab-oci-bk")
        .firewall(Firewall::Nftables)
        .with_sops();
    let Some(host) = ask.sound(&spec) else { return };
    assert_eq!(host.unbound_conf(), None);
    assert_eq!(host.at("/resolver/resolved/dnsDelegates"), &json!({}));
    let set = host.at("/units/tailscaled-set/script").as_str().unwrap();
    for flag in ["--accept-dns=true", "--accept-routes=true"] {
        assert!(set.contains(&format!("'{flag}'")), "{flag}\n{set}");
    }
    // Replies of the home come back by another interface than routing would choose.
    assert_eq!(host.at("/firewall/checkReversePath"), "loose");
}

fn a_host_without_sops_nix(ask: &Ask) {
    let tree = Generated::homelab();
    let spec = tree.host("lab-alpha-cp").firewall(Firewall::Nftables);
    let Some(host) = ask.host(&spec) else { return };
    let [failed] = host.failed_assertions()[..] else {
        panic!("{:?}", host.failed_assertions());
    };
    assert!(failed.contains("does not import sops-nix"), "{failed}");
    assert_eq!(host.at("/tailscale/authKeyFile"), &json!(null));
}

fn a_host_that_is_none_of_the_nodes(ask: &Ask) {
    let tree = Generated::homelab();
    let Some(host) = ask.host(&tree.host("lab-alfa-cp")) else {
        return;
    };
    let [failed] = host.failed_assertions()[..] else {
        panic!("{:?}", host.failed_assertions());
    };
    assert!(
        failed.contains(
            "(lab-alpha-cp, lab-beta-cp, lab-delta-cp, lab-gamma-wk, lab-oci-bk, lab-pi-bk)"
        ),
        "{failed}"
    );

    let spec = tree
        .host("lab-alfa-cp")
        .module_text("{ tailwright.node = null; }");
    let Some(host) = ask.sound(&spec) else { return };
    assert_eq!(host.unbound_conf(), None);
    assert_eq!(host.at("/tailscale/enable"), false);
}

fn a_host_of_another_name(ask: &Ask) {
    let tree = Generated::homelab();
    let spec = tree
        .host("nuc-3")
        .firewall(Firewall::Nftables)
        .with_sops()
        .module_text("{ tailwright.node = \"lab-beta-cp\"; }");
    let Some(host) = ask.sound(&spec) else { return };
    assert_eq!(host.at("/hostName"), "nuc-3");
    let conf = host.unbound_conf().unwrap();
    assert!(conf.contains("  interface: 10.10.10.201@1053\n"), "{conf}");
    let flags = host.strings("/tailscale/extraSetFlags");
    assert!(flags.contains(&"--hostname=lab-beta-cp"), "{flags:?}");
}

fn the_starter(ask: &Ask) {
    let tree = Generated::starter();
    let spec = tree.host("alpha").firewall(Firewall::Nftables).with_sops();
    let Some(host) = ask.sound(&spec) else { return };
    let conf = host.unbound_conf().unwrap();
    assert!(conf.contains("name: \"example-name.ts.net.\""), "{conf}");
}
