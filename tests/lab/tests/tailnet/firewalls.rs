//! What tailscaled's own rules make of the firewall of its host.

use std::net::Ipv4Addr;

use tailwright_lab::Failure;
use tailwright_lab::namespace::Namespace;
use tailwright_lab::quad100::{Config, Quad100};
use tailwright_lab::query::{Question, Seen};
use tailwright_lab::tailnet::{Entry, Owner, Rules, Settings};

use crate::network::{Network, SUFFIX};

const SERVER: Ipv4Addr = Ipv4Addr::new(100, 64, 0, 78);

/// A firewall that lets in what belongs to something, and WireGuard, as NixOS' does.
fn close(host: &Namespace, rules: Rules) -> Result<(), Failure> {
    match rules {
        Rules::Iptables => host.shell(
            "iptables -A INPUT -i lo -j ACCEPT
             iptables -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
             iptables -A INPUT -p udp --dport 41641 -j ACCEPT
             iptables -A INPUT -j DROP",
        )?,
        Rules::Nftables => host.nft_load(
            "table inet nixos-fw {
               chain input {
                 type filter hook input priority filter; policy drop;
                 iifname lo accept
                 ct state { established, related } accept
                 udp dport 41641 accept
               }
             }",
        )?,
    }
    Ok(())
}

/// What a member sees of a DNS server on another one, whose firewall does not let it in.
fn asked_through(rules: Rules) -> Result<Seen, Failure> {
    let mut network = Network::new(&Settings::new(SUFFIX))?;
    let entries =
        [("desk", Ipv4Addr::new(100, 64, 0, 77)), ("server", SERVER)].map(|(name, address)| {
            Entry {
                name: name.to_owned(),
                address,
                owner: Owner::Person,
            }
        });
    let host = network.host("server", 3)?;
    close(&host, rules)?;
    let mut server = network.member("server", host, &[], rules)?;
    let mut desk = network.machine("desk", 2, &[])?;
    network.rewrite(&mut server, &entries, &entries)?;
    network.rewrite(&mut desk, &entries, &entries)?;
    let config = Config {
        listen: vec![SERVER.into()],
        ..Config::new(SUFFIX)
    };
    let config = config.host("server", &[SERVER.into()]);
    let answering = Quad100::start(&network.tools, &server.host, &config)?;
    let question = Question::new((SERVER, 53), &format!("server.{SUFFIX}"), "A");
    let own = question.ask(&network.tools, &server.host)?;
    assert_eq!(
        own.summary(),
        format!("NOERROR {SERVER}"),
        "it answers at all"
    );
    let seen = question.ask(&network.tools, &desk.host)?;
    drop(answering);
    Ok(seen)
}

#[test]
fn with_iptables_the_firewall_does_not_see_what_comes_by_the_tailnet() -> Result<(), Failure> {
    let seen = asked_through(Rules::Iptables)?;
    assert_eq!(seen.summary(), format!("NOERROR {SERVER}"));
    Ok(())
}

#[test]
fn with_nftables_the_firewall_drops_what_comes_by_the_tailnet() -> Result<(), Failure> {
    let seen = asked_through(Rules::Nftables)?;
    assert!(matches!(seen, Seen::Timeout), "{seen:?}");
    Ok(())
}
