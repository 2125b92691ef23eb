//! Hosts whose other modules contradict the declaration: NixOS refuses each by an assertion that
//! says so, before anything runs.

use common::host::HostConfig;
use common::{Firewall, Generated, HostSpec};

use crate::ask::Ask;

crate::questions! {
    the_filter_is_off,
    the_filter_is_another_one,
    the_filter_is_on,
    several_at_once,
    flags_that_are_not_managed,
    another_default_zone,
}

/// A module of the host's owner, and what NixOS says to it.
const ADDITIONS: [(&str, &str); 9] = [
    (
        r#"{ networking.firewall.trustedInterfaces = [ "tailscale0" ]; }"#,
        "trusts the interfaces",
    ),
    (
        r#"{ networking.nameservers = [ "192.0.2.1" ]; }"#,
        "asks the name servers 1.1.1.1, 8.8.8.8",
    ),
    (
        r#"{ services.unbound.settings.server.interface = [ "192.0.2.1" ]; }"#,
        "adds to config.services.unbound.settings.server.interface",
    ),
    (
        r#"{ services.unbound.settings.server.access-control = [ "192.0.2.0/24 allow" ]; }"#,
        "adds to config.services.unbound.settings.server.access-control",
    ),
    (
        r#"{ services.unbound.settings.server.local-zone = [ "\"a.test.\" static" ]; }"#,
        "adds to config.services.unbound.settings.server.local-zone",
    ),
    (
        r#"{ services.unbound.settings.forward-zone = [ { name = "."; forward-addr = "192.0.2.1"; } ]; }"#,
        "changes config.services.unbound.settings.forward-zone",
    ),
    (
        r#"{ services.unbound.settings.server.do-tcp = false; }"#,
        "turns config.services.unbound.settings.server.do-tcp off",
    ),
    (
        r#"{ services.unbound.settings.stub-zone = [ { name = "tail96fefe.ts.net."; stub-addr = "192.0.2.1"; } ]; }"#,
        "adds clauses to config.services.unbound.settings",
    ),
    (
        r#"{ services.tailscale.extraSetFlags = [ "--accept-dns=true" ]; }"#,
        "sets a tailscale flag",
    ),
];

fn router(tree: &Generated) -> HostSpec {
    tree.host("lab-alpha-cp")
        .firewall(Firewall::Nftables)
        .with_sops()
}

/// Each of the texts is in one failed assertion, and there are no others.
#[track_caller]
fn assert_refused(host: &HostConfig, why: &[&str]) {
    let failed = host.failed_assertions();
    assert_eq!(failed.len(), why.len(), "{failed:#?}");
    for text in why {
        assert!(
            failed.iter().any(|failed| failed.contains(text)),
            "{text}\n{failed:#?}"
        );
    }
}

#[test]
fn each_is_refused_by_an_assertion_of_its_own() {
    let tree = Generated::homelab();
    for (module, why) in ADDITIONS {
        let host = Ask::stand_in().host(&router(&tree).module_text(module));
        assert_refused(&host.unwrap(), &[why]);
    }
}

fn several_at_once(ask: &Ask) {
    let tree = Generated::homelab();
    let spec = ADDITIONS
        .iter()
        .fold(router(&tree), |spec, (module, _)| spec.module_text(module));
    let Some(host) = ask.host(&spec) else { return };
    assert_refused(&host, &ADDITIONS.map(|(_, why)| why));
}

fn the_filter_is_off(ask: &Ask) {
    let tree = Generated::homelab();
    let spec = router(&tree).firewall(Firewall::Off);
    let Some(host) = ask.host(&spec) else { return };
    assert_refused(&host, &["lab-alpha-cp has a firewall on nftables"]);
}

fn the_filter_is_another_one(ask: &Ask) {
    let tree = Generated::homelab();
    let spec = router(&tree).firewall(Firewall::Iptables);
    let Some(host) = ask.host(&spec) else { return };
    assert_refused(&host, &["lab-alpha-cp has a firewall on nftables"]);
}

fn the_filter_is_on(ask: &Ask) {
    let tree = Generated::filtered_by("off");
    let Some(host) = ask.host(&router(&tree)) else {
        return;
    };
    assert_refused(&host, &["lab-alpha-cp has no firewall"]);
}

fn flags_that_are_not_managed(ask: &Ask) {
    let change = (
        "    nameservers = publicServers;\n    resolver = \"resolved\";\n",
        "    nameservers = publicServers;\n    manage = [ \"forwarder\" \"firewall\" ];\n",
    );
    // Its own programs do not resolve the suffix then.
    let expected = ("from = \"node:lab-gamma-wk\"", "from = \"lan:home\"");
    let tree = Generated::homelab_but(&[change, expected]);
    let own = "{ networking.nameservers = [ \"1.1.1.1\" \"8.8.8.8\" ]; services.tailscale.enable = true; }";
    let spec = router(&tree).module_text(own);
    let Some(host) = ask.host(&spec) else { return };
    assert_refused(&host, &["has --accept-dns=false"]);

    let spec =
        spec.module_text("{ services.tailscale.extraSetFlags = [ \"--accept-dns=false\" ]; }");
    let Some(_) = ask.sound(&spec) else { return };
}

fn another_default_zone(ask: &Ask) {
    let tree = Generated::filtered_by("firewalld");
    let spec = router(&tree)
        .firewall(Firewall::Firewalld)
        .module_text("{ services.firewalld.settings.DefaultZone = \"public\"; }");
    let Some(host) = ask.host(&spec) else { return };
    assert_refused(&host, &["default zone on lab-alpha-cp is not"]);
}
