//! The programs that would read the rendered files accept them.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::process::Command;

use common::host::{HostConfig, evaluate};
use common::program::{run, said};
use common::{Firewall, HostSpec};

fn sample(firewall: Firewall) -> HostConfig {
    let spec = HostSpec::new("alpha")
        .module(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/sample/forwarder.nix"
        ))
        .module_text(
            "{ services.dnsmasq = { enable = true; resolveLocalQueries = false;
                 settings = { port = 1054; no-resolv = true; server = [ \"/a.test/192.0.2.1\" ]; }; }; }",
        )
        .firewall(firewall);
    match evaluate(&spec) {
        Ok(host) => host,
        Err(refusal) => panic!("{refusal}"),
    }
}

/// Runs a command line on a file with this content, inside a fresh network namespace.
fn accepts(command: &[&str], content: &str) {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), content).unwrap();
    let output = run(Command::new("unshare")
        .arg("--net")
        .args(command)
        .arg(file.path()));
    assert!(output.status.success(), "{}\n{content}", said(&output));
}

#[test]
fn unbound_reads_its_configuration() {
    let host = sample(Firewall::Nftables);
    let state = tempfile::tempdir().unwrap();
    let conf = host
        .unbound_conf()
        .unwrap()
        .replace("/var/lib/unbound", &state.path().to_string_lossy());
    accepts(&["unbound-checkconf"], &conf);
}

#[test]
fn dnsmasq_reads_its_configuration() {
    let host = sample(Firewall::Nftables);
    accepts(&["dnsmasq", "--test", "-C"], host.dnsmasq_conf().unwrap());
}

#[test]
fn nft_loads_the_ruleset() {
    accepts(
        &["nft", "-f"],
        sample(Firewall::Nftables).nft_ruleset().unwrap(),
    );
}

#[test]
fn iptables_loads_the_script() {
    accepts(
        &["sh", "-e"],
        sample(Firewall::Iptables).iptables_script().unwrap(),
    );
}
