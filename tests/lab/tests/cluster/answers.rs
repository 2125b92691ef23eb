//! Everything is up.

use std::collections::BTreeSet;

use tailwright_lab::Failure;
use tailwright_lab::blocky::Release;
use tailwright_lab::cluster::DNS_SERVICE;
use tailwright_lab::quad100::{Config, Transport};
use tailwright_lab::query::Question;

use crate::configured::Configured;
use crate::running::{Running, tailnet};
use crate::{PUBLIC_NAME, SUFFIX, ask, host, ways};

/// Names of the tailnet, and what is behind them.
fn known() -> [(String, &'static str, &'static str); 4] {
    let host = |n| host(n);
    [
        (host(7), "A", "NOERROR 100.64.1.7"),
        (host(7).to_uppercase(), "A", "NOERROR 100.64.1.7"),
        (host(7), "AAAA", "NOERROR"),
        (
            "7.1.64.100.in-addr.arpa".to_owned(),
            "PTR",
            "NOERROR h7.tail96fefe.ts.net.",
        ),
    ]
}

/// Names that would be the tailnet's if they existed.
fn unknown() -> [(String, &'static str); 4] {
    [
        (format!("nope.{SUFFIX}"), "A"),
        (format!("nope.{SUFFIX}"), "AAAA"),
        ("9.9.127.100.in-addr.arpa".to_owned(), "PTR"),
        (
            "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.e.1.a.c.5.1.1.a.7.d.f.ip6.arpa".to_owned(),
            "PTR",
        ),
    ]
}

#[test]
fn every_blocky_accepts_the_configuration_without_a_warning() -> Result<(), Failure> {
    for release in Release::ALL {
        let said = release.validate(&Configured::example().blocky)?;
        assert!(said.contains("Configuration is valid"), "{said}");
        assert!(!said.contains("WARN") && !said.contains("ERROR"), "{said}");
    }
    Ok(())
}

#[test]
fn names_of_the_tailnet_are_answered_and_stay_inside() -> Result<(), Failure> {
    for release in Release::ALL {
        let running = Running::new(release, &tailnet())?;
        for (way, from, server) in ways(&running.cluster) {
            for transport in [Transport::Udp, Transport::Tcp] {
                let see = |name: &str, kind| {
                    let question = Question::new(server, name, kind).over(transport);
                    ask(&running.cluster, from, &question)
                };
                for (name, kind, expected) in known() {
                    assert_eq!(see(&name, kind)?, expected, "{way} {name} {kind}");
                }
                for (name, kind) in unknown() {
                    assert_eq!(see(&name, kind)?, "NXDOMAIN", "{way} {name} {kind}");
                }
            }
        }
        let asked: BTreeSet<_> = [&running.alpha, &running.beta]
            .into_iter()
            .flat_map(|forwarder| forwarder.quad100.asked())
            .map(|asked| (asked.name.to_lowercase(), asked.record_type))
            .collect();
        for (name, kind) in unknown() {
            assert!(asked.contains(&(name, kind.to_owned())), "{asked:?}");
        }
        running.assert_no_leak()?;
    }
    Ok(())
}

#[test]
fn without_accept_dns_unknown_names_fail_and_stay_inside() -> Result<(), Failure> {
    let tailnet = Config {
        accept_dns: false,
        ..tailnet()
    };
    for release in Release::ALL {
        let running = Running::new(release, &tailnet)?;
        for (way, from, server) in ways(&running.cluster) {
            let see = |name: &str, kind| {
                let question = Question::new(server, name, kind);
                ask(&running.cluster, from, &question)
            };
            for (name, kind, expected) in known() {
                assert_eq!(see(&name, kind)?, expected, "{way} {name} {kind}");
            }
            for (name, kind) in unknown() {
                assert_eq!(see(&name, kind)?, "SERVFAIL", "{way} {name} {kind}");
            }
        }
        running.assert_no_leak()?;
    }
    Ok(())
}

#[test]
fn other_names_are_asked_of_the_public_servers_alone() -> Result<(), Failure> {
    for release in Release::ALL {
        let running = Running::new(release, &tailnet())?;
        for (way, from, server) in ways(&running.cluster) {
            for (name, expected) in [
                (PUBLIC_NAME, "NOERROR 192.0.2.80"),
                ("other.ts.net", "NXDOMAIN"),
                ("nottail96fefe.ts.net", "NXDOMAIN"),
            ] {
                let question = Question::new(server, name, "A");
                let seen = ask(&running.cluster, from, &question)?;
                assert_eq!(seen, expected, "{way} {name}");
            }
        }
        let public: BTreeSet<_> = running.public.asked().into_iter().map(|a| a.name).collect();
        for name in [PUBLIC_NAME, "other.ts.net", "nottail96fefe.ts.net"] {
            assert!(public.contains(name), "{name} is not among {public:?}");
        }
        for forwarder in [&running.alpha, &running.beta] {
            assert_eq!(forwarder.quad100.asked(), [], "asked of quad100");
        }
    }
    Ok(())
}

#[test]
fn reverse_names_beside_the_tailnets_range_are_not_the_tailnets() -> Result<(), Failure> {
    // Blocky has one key for all of 100.0.0.0/8, so it asks the forwarders, and they refuse.
    for release in Release::ALL {
        let running = Running::new(release, &tailnet())?;
        for (way, from, server) in ways(&running.cluster) {
            let expected = if server == DNS_SERVICE {
                "NXDOMAIN"
            } else {
                "REFUSED"
            };
            for name in ["1.0.63.100.in-addr.arpa", "1.0.128.100.in-addr.arpa"] {
                let question = Question::new(server, name, "PTR");
                let seen = ask(&running.cluster, from, &question)?;
                assert_eq!(seen, expected, "{way} {name}");
            }
        }
        for forwarder in [&running.alpha, &running.beta] {
            assert_eq!(forwarder.quad100.asked(), [], "asked of quad100");
        }
    }
    Ok(())
}
