//! Who is answered, and what is refused.

use std::net::Ipv4Addr;

use tailwright_lab::Failure;
use tailwright_lab::home::{FORWARDER, PORT};
use tailwright_lab::quad100::{Config, Quad100, Release};
use tailwright_lab::query::{Question, Seen};
use tailwright_lab::unbound::{Installation, Unbound};

use crate::example::{forwarder_conf, guarded_home};
use crate::{BOTH, SUFFIX, ask, ask_at, assert_no_leak, host, tailnet};

const LOOPBACK_V6: &str =
    "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa";

#[test]
fn allowed_clients_are_answered() -> Result<(), Failure> {
    for unbound in Installation::all()? {
        for release in [Release::Before1_102_3, Release::From1_102_3] {
            let home = guarded_home()?;
            let config = Config {
                release,
                ..tailnet()
            };
            let _quad100 = Quad100::start(&home.tools, &home.tailnet, &config)?;
            let _unbound = Unbound::start(&unbound, &home.node, forwarder_conf())?;
            for from in [&home.pod, &home.router, &home.node] {
                for (name, kind, expected) in [
                    (host(7), "A", "NOERROR 100.64.1.7"),
                    (host(7).to_uppercase(), "A", "NOERROR 100.64.1.7"),
                    (host(7), "AAAA", "NOERROR"),
                    (host(7), "TXT", "NOERROR"),
                    (format!("nope.{SUFFIX}"), "A", "NXDOMAIN"),
                    (
                        "7.1.64.100.in-addr.arpa".into(),
                        "PTR",
                        "NOERROR h7.tail96fefe.ts.net.",
                    ),
                    ("9.9.127.100.in-addr.arpa".into(), "PTR", "NXDOMAIN"),
                    (
                        "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.e.1.a.c.5.1.1.a.7.d.f.ip6.arpa"
                            .into(),
                        "PTR",
                        "NXDOMAIN",
                    ),
                ] {
                    let seen = ask(&home, from, &name, kind)?;
                    assert_eq!(seen, [expected, expected], "{name} {kind} {release:?}");
                }
            }
            assert_no_leak(&home)?;
        }
    }
    Ok(())
}

#[test]
fn long_life_times_are_cut_to_a_minute() -> Result<(), Failure> {
    for unbound in Installation::all()? {
        let home = guarded_home()?;
        let config = Config {
            release: Release::Before1_102_3,
            ..tailnet()
        };
        let _quad100 = Quad100::start(&home.tools, &home.tailnet, &config)?;
        let _unbound = Unbound::start(&unbound, &home.node, forwarder_conf())?;
        for transport in BOTH {
            let question = Question::new(FORWARDER, &host(1), "A").over(transport);
            let Seen::Reply(reply) = home.ask(&home.pod, &question)? else {
                panic!("no reply");
            };
            let ttls: Vec<_> = reply.records.iter().map(|r| r.ttl).collect();
            assert_eq!(ttls, [60]);
        }
    }
    Ok(())
}

#[test]
fn everything_else_is_refused() -> Result<(), Failure> {
    for unbound in Installation::all()? {
        let home = guarded_home()?;
        let quad100 = Quad100::start(&home.tools, &home.tailnet, &tailnet())?;
        let _unbound = Unbound::start(&unbound, &home.node, forwarder_conf())?;
        for (name, kind) in [
            (".", "NS"),
            ("example.com", "A"),
            ("ts.net", "A"),
            ("other.ts.net", "A"),
            ("1.0.63.100.in-addr.arpa", "PTR"),
            ("1.0.128.100.in-addr.arpa", "PTR"),
            // What unbound would answer by itself.
            ("localhost", "A"),
            ("a.localhost", "A"),
            ("printer.home.arpa", "A"),
            ("a.test", "A"),
            ("a.invalid", "A"),
            ("a.onion", "A"),
            ("_dns.resolver.arpa", "TYPE64"),
            ("a.service.arpa", "A"),
            ("1.0.0.127.in-addr.arpa", "PTR"),
            (LOOPBACK_V6, "PTR"),
            ("5.0.0.10.in-addr.arpa", "PTR"),
            ("1.0.16.172.in-addr.arpa", "PTR"),
            ("1.1.168.192.in-addr.arpa", "PTR"),
            ("1.1.254.169.in-addr.arpa", "PTR"),
            ("1.2.0.192.in-addr.arpa", "PTR"),
            ("0.0.0.0.in-addr.arpa", "PTR"),
            ("255.255.255.255.in-addr.arpa", "PTR"),
            ("1.8.e.f.ip6.arpa", "PTR"),
            ("1.1.0.0.d.f.ip6.arpa", "PTR"),
            ("1.8.b.d.0.1.0.0.2.ip6.arpa", "PTR"),
        ] {
            let seen = ask(&home, &home.pod, name, kind)?;
            assert_eq!(seen, ["REFUSED"; 2], "{name} {kind}");
        }
        let mut version = Question::new(FORWARDER, "version.bind", "TXT");
        version.chaos = true;
        assert_eq!(home.ask(&home.pod, &version)?.summary(), "REFUSED");
        // Devices in the LAN ask Blocky.
        for from in [&home.lan, &home.foreign] {
            let seen = ask(&home, from, &host(1), "A")?;
            assert_eq!(seen, ["REFUSED"; 2]);
        }
        assert_eq!(quad100.asked(), [], "asked by who was refused");
        assert_no_leak(&home)?;
    }
    Ok(())
}

#[test]
fn without_accept_dns_unknown_names_fail_and_known_ones_do_not() -> Result<(), Failure> {
    for unbound in Installation::all()? {
        let home = guarded_home()?;
        let config = Config {
            accept_dns: false,
            ..tailnet()
        };
        let _quad100 = Quad100::start(&home.tools, &home.tailnet, &config)?;
        let _unbound = Unbound::start(&unbound, &home.node, forwarder_conf())?;
        let unknown = ask(&home, &home.pod, &format!("nope.{SUFFIX}"), "A")?;
        assert_eq!(unknown, ["SERVFAIL"; 2]);
        let known = ask(&home, &home.pod, &host(2), "A")?;
        assert_eq!(known, ["NOERROR 100.64.1.2"; 2]);
        assert_no_leak(&home)?;
    }
    Ok(())
}

#[test]
fn the_address_may_come_later() -> Result<(), Failure> {
    for unbound in Installation::all()? {
        let home = guarded_home()?;
        let _quad100 = Quad100::start(&home.tools, &home.tailnet, &tailnet())?;
        home.remove_lan_address()?;
        let _unbound = Unbound::start(&unbound, &home.node, forwarder_conf())?;
        home.add_lan_address()?;
        let seen = ask(&home, &home.pod, &host(3), "A")?;
        assert_eq!(seen, ["NOERROR 100.64.1.3"; 2]);
        assert_no_leak(&home)?;
    }
    Ok(())
}

#[test]
fn the_node_itself_is_answered_by_loopback() -> Result<(), Failure> {
    for unbound in Installation::all()? {
        let home = guarded_home()?;
        let _quad100 = Quad100::start(&home.tools, &home.tailnet, &tailnet())?;
        let _unbound = Unbound::start(&unbound, &home.node, forwarder_conf())?;
        let loopback = (Ipv4Addr::LOCALHOST, PORT).into();
        let seen = ask_at(loopback, &home, &home.node, &host(5), "A")?;
        assert_eq!(seen, ["NOERROR 100.64.1.5"; 2]);
    }
    Ok(())
}
