//! One table of questions, put to tailscaled and to the stand-in: both have to say the same.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use tailwright_lab::Failure;
use tailwright_lab::namespace::Namespace;
use tailwright_lab::quad100::{Config, Quad100, Transport};
use tailwright_lab::query::{Question, Seen};
use tailwright_lab::tailnet::{Entry, Owner, Settings};

use crate::network::{Machine, Network, PUBLIC, SUFFIX};

pub(crate) const QUAD100: [IpAddr; 2] = [
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 100)),
    IpAddr::V6(Ipv6Addr::new(0xfd7a, 0x115c, 0xa1e0, 0, 0, 0, 0, 0x53)),
];

/// Lets members be told of each other's IPv6 addresses beside those of IPv4.
const AAAA: &str = "magicdns-aaaa";
/// Gives members no IPv4 address.
const NO_IPV4: &str = "disable-ipv4";

/// Names, with the types for which they are asked; `@` is the suffix.
const QUESTIONS: [(&str, &str); 26] = [
    // A member, and the machine itself.
    (
        "shelf.@",
        "A AAAA ANY TXT MX SRV HTTPS NS SOA HINFO PTR CNAME",
    ),
    ("desk.@", "A AAAA TXT NS"),
    ("SHELF.@", "A"),
    ("below.shelf.@", "A AAAA"),
    ("shelf", "A AAAA"),
    // Nobody.
    ("nobody.@", "A AAAA ANY TXT MX NS SOA PTR"),
    ("b._dns-sd._udp.@", "PTR TXT"),
    // The zones themselves.
    ("@", "A AAAA SOA NS TXT"),
    ("101.100.in-addr.arpa", "SOA NS PTR"),
    // Reverse names of a member.
    ("3.2.101.100.in-addr.arpa", "PTR A TXT"),
    (
        "3.0.2.0.5.6.4.6.0.0.0.0.0.0.0.0.0.0.0.0.0.e.1.a.c.5.1.1.a.7.d.f.ip6.arpa",
        "PTR",
    ),
    // Of nobody, in the tailnet's ranges, below one, and outside.
    ("9.9.99.100.in-addr.arpa", "PTR A"),
    ("9.9.63.100.in-addr.arpa", "PTR"),
    ("9.9.128.100.in-addr.arpa", "PTR"),
    ("1.9.9.99.100.in-addr.arpa", "PTR"),
    (
        "9.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.e.1.a.c.5.1.1.a.7.d.f.ip6.arpa",
        "PTR",
    ),
    (
        "9.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.e.1.a.c.5.1.1.a.7.d.f.ip6.arpa",
        "PTR",
    ),
    ("1.0.0.10.in-addr.arpa", "PTR"),
    // quad100 itself.
    ("100.100.100.100.in-addr.arpa", "PTR"),
    ("magicdns.localhost-tailscale-daemon", "A AAAA TXT"),
    // A public name, and others that nobody has.
    ("www.example.com", "A AAAA TXT"),
    ("nobody.example.com", "A"),
    ("other-tailnet.ts.net", "A"),
    ("hidden.onion", "A"),
    ("printer.local", "A"),
    (".", "NS"),
];

/// What a tailnet's administrator and a machine's owner can choose.
#[derive(Debug, Clone, Copy)]
struct Case {
    accept_dns: bool,
    magic_dns: bool,
    name_servers: bool,
    override_local_dns: bool,
    /// What the policy says of every member.
    attribute: Option<&'static str>,
}

/// As the home lab's.
const USUAL: Case = Case {
    accept_dns: true,
    magic_dns: true,
    name_servers: true,
    override_local_dns: true,
    attribute: None,
};

impl Case {
    fn settings(self) -> Settings {
        let usual = Settings::new(SUFFIX);
        let attribute = |name| {
            format!(
                r#"{{ "grants": [ {{ "src": ["*"], "dst": ["*"], "ip": ["*"] }} ],
                     "nodeAttrs": [ {{ "target": ["*"], "attr": ["{name}"] }} ] }}"#
            )
        };
        Settings {
            magic_dns: self.magic_dns,
            name_servers: if self.name_servers {
                vec![PUBLIC]
            } else {
                Vec::new()
            },
            override_local_dns: self.override_local_dns,
            policy: self.attribute.map_or(usual.policy.clone(), attribute),
            ..usual
        }
    }
}

#[test]
fn with_name_servers_that_replace_others() -> Result<(), Failure> {
    agree(USUAL)
}

#[test]
fn with_name_servers_that_replace_none() -> Result<(), Failure> {
    agree(Case {
        override_local_dns: false,
        ..USUAL
    })
}

#[test]
fn without_name_servers() -> Result<(), Failure> {
    agree(Case {
        override_local_dns: false,
        name_servers: false,
        ..USUAL
    })
}

#[test]
fn without_the_tailnets_dns_settings() -> Result<(), Failure> {
    agree(Case {
        accept_dns: false,
        ..USUAL
    })
}

#[test]
fn without_magic_dns() -> Result<(), Failure> {
    agree(Case {
        magic_dns: false,
        ..USUAL
    })
}

#[test]
fn without_magic_dns_nor_settings() -> Result<(), Failure> {
    agree(Case {
        accept_dns: false,
        magic_dns: false,
        ..USUAL
    })
}

#[test]
fn with_addresses_of_both_families() -> Result<(), Failure> {
    agree(Case {
        attribute: Some(AAAA),
        ..USUAL
    })
}

#[test]
fn without_ipv4_in_the_tailnet() -> Result<(), Failure> {
    agree(Case {
        attribute: Some(NO_IPV4),
        ..USUAL
    })
}

/// Asks both everything.
fn agree(case: Case) -> Result<(), Failure> {
    let mut network = Network::new(&case.settings())?;
    let accept_dns = format!("--accept-dns={}", case.accept_dns);
    let mut desk = network.machine("desk", 2, &[&accept_dns])?;
    let entries = [("desk", [100, 64, 0, 77]), ("shelf", [100, 101, 2, 3])];
    let entries = entries.map(|(name, address)| Entry {
        name: name.to_owned(),
        address: address.into(),
        owner: Owner::Person,
    });
    network.rewrite(&mut desk, &entries, &entries)?;

    let elsewhere = network.host("standin", 3)?;
    for address in QUAD100 {
        elsewhere.ip(&format!("addr add {address} dev lo"))?;
    }
    let _stand_in = Quad100::start(&network.tools, &elsewhere, &stand_in(case, &desk)?)?;
    let [v4, v6] = QUAD100;
    let server = if case.attribute == Some(NO_IPV4) {
        let question = Question::new((v4, 53), "shelf", "A");
        let seen = question.ask(&network.tools, &desk.host)?;
        assert_eq!(seen, Seen::Timeout, "there is no route to it");
        v6
    } else {
        v4
    };
    let wrong = compare(&mut network, server, &desk.host, &elsewhere)?;
    assert!(wrong.is_empty(), "{case:?}\n{}", wrong.join("\n"));
    Ok(())
}

/// The stand-in that knows what the machine knows.
fn stand_in(case: Case, machine: &Machine) -> Result<Config, Failure> {
    let members = machine.tailscaled.client().members()?;
    let config = Config {
        accept_dns: case.accept_dns,
        magic_dns: case.magic_dns,
        aaaa: case.attribute == Some(AAAA),
        only_v6: case.attribute == Some(NO_IPV4),
        listen: QUAD100.to_vec(),
        name_servers: vec![SocketAddr::from((PUBLIC, 53))],
        ..Config::new(SUFFIX)
    };
    Ok(members.iter().fold(config, |config, (name, member)| {
        let label = name.trim_end_matches(SUFFIX).trim_end_matches('.');
        config.host(label, &member.addresses)
    }))
}

/// What they disagree about.
fn compare(
    network: &mut Network,
    server: IpAddr,
    real: &Namespace,
    stand_in: &Namespace,
) -> Result<Vec<String>, Failure> {
    let real = told(network, server, real)?;
    let stand_in = told(network, server, stand_in)?;
    let mut wrong = Vec::new();
    for ((question, real), (_, stand_in)) in real.seen.iter().zip(&stand_in.seen) {
        if real != stand_in || !matches!(real, Seen::Reply(_)) {
            wrong.push(format!(
                "{question}\n  tailscaled {real:?}\n  stand-in   {stand_in:?}"
            ));
        }
    }
    let forwarded = real.forwarded.symmetric_difference(&stand_in.forwarded);
    wrong.extend(forwarded.map(|question| format!("one of them asks on for {question}")));
    Ok(wrong)
}

/// What a client is told.
struct Told {
    /// The answers, in the order of the table.
    seen: Vec<(String, Seen)>,
    /// What the name server was asked for it.
    forwarded: BTreeSet<String>,
}

/// Asks the whole table from one place.
fn told(network: &mut Network, server: IpAddr, from: &Namespace) -> Result<Told, Failure> {
    let before = network.asked()?.len();
    let mut seen = Vec::new();
    let mut names = BTreeSet::new();
    for (name, types) in QUESTIONS {
        let name = name.replace('@', SUFFIX);
        names.insert(name.trim_end_matches('.').to_lowercase());
        for record_type in types.split(' ') {
            for transport in [Transport::Udp, Transport::Tcp] {
                let question = Question {
                    // Nobody here is far away.
                    wait_ms: 2000,
                    ..Question::new((server, 53), &name, record_type).over(transport)
                };
                let asked = format!("{name} {record_type} {transport:?}");
                seen.push((asked, timeless(question.ask(&network.tools, from)?)));
            }
        }
    }
    let forwarded = network.asked()?.into_iter().skip(before);
    // tailscaled has questions of its own.
    let forwarded = forwarded.filter(|asked| names.contains(&asked.name.to_lowercase()));
    let forwarded =
        forwarded.map(|asked| format!("{} {}", asked.name.to_lowercase(), asked.record_type));
    Ok(Told {
        seen,
        forwarded: forwarded.collect(),
    })
}

/// Without what differs from time to time.
fn timeless(mut seen: Seen) -> Seen {
    if let Seen::Reply(reply) = &mut seen {
        reply.elapsed_ms = 0;
        for record in &mut reply.authority {
            // The serial number of an SOA is the time.
            record.data = record.data.split(' ').take(2).collect::<Vec<_>>().join(" ");
        }
    }
    seen
}
