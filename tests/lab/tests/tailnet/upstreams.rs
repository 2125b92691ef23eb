//! What clients hear when the tailnet's name servers fail, of tailscaled and of the stand-in.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use tailwright_lab::Failure;
use tailwright_lab::coredns::CoreDns;
use tailwright_lab::quad100::{Config, Mode, Quad100, Transport};
use tailwright_lab::query::Question;
use tailwright_lab::tailnet::Settings;

use crate::network::{Network, SUFFIX};
use crate::questions::QUAD100;

/// A name server, and how it fails.
#[derive(Debug, Clone, Copy)]
#[repr(u8)]
enum Server {
    Answers = 61,
    Fails,
    Silent,
    Refuses,
    /// Its host says that there is none.
    NotThere,
}

impl Server {
    fn address(self) -> IpAddr {
        [10, 99, 0, self as u8].into()
    }
}

/// What each combination makes clients hear.
const CASES: [(&[Server], &str); 9] = [
    (&[Server::Fails], "SERVFAIL"),
    (&[Server::Refuses], "REFUSED"),
    (&[Server::Silent], "timeout"),
    (&[Server::NotThere], "timeout"),
    (&[Server::Refuses, Server::NotThere], "timeout"),
    (&[Server::Refuses, Server::Silent], "timeout"),
    (&[Server::Refuses, Server::Fails], "SERVFAIL"),
    (&[Server::Silent, Server::Answers], "NOERROR 192.0.2.80"),
    (&[Server::Refuses, Server::Answers], "NOERROR 192.0.2.80"),
];

/// The zone that has these name servers.
fn zone(case: usize) -> String {
    format!("case{case}.example.com")
}

#[test]
fn failing_name_servers_are_told_apart() -> Result<(), Failure> {
    let split: BTreeMap<String, Vec<IpAddr>> = CASES
        .iter()
        .enumerate()
        .map(|(case, (servers, _))| (zone(case), servers.iter().map(|s| s.address()).collect()))
        .collect();
    let network = Network::new(&Settings {
        split,
        ..Settings::new(SUFFIX)
    })?;
    let all = [
        Server::Answers,
        Server::Fails,
        Server::Silent,
        Server::Refuses,
        Server::NotThere,
    ];
    let hosts = all.map(|server| network.host(&format!("s{}", server as u8), server as u8));
    let [answers, fails, silent, refuses, not_there] = hosts;
    let start = |host, server: Server| {
        let root = Config {
            reverse_zones: Vec::new(),
            listen: vec![server.address()],
            ..Config::new("")
        };
        let root = (0..CASES.len()).fold(root, |root, case| {
            root.host(&format!("www.{}", zone(case)), &[[192, 0, 2, 80].into()])
        });
        Quad100::start(&network.tools, host, &root)
    };
    let (answers, fails, silent) = (answers?, fails?, silent?);
    let _answers = start(&answers, Server::Answers)?;
    let mut failing = start(&fails, Server::Fails)?;
    failing.set(Mode::ServFail)?;
    let mut keeping_silent = start(&silent, Server::Silent)?;
    keeping_silent.set(Mode::Silent)?;
    let (refuses, _not_there) = (refuses?, not_there?);
    let _refusing = CoreDns::start(&refuses, ".:53 {\n  acl {\n    block\n  }\n}\n", &[])?;

    let desk = network.machine("desk", 2, &["--accept-dns=true"])?;
    let elsewhere = network.host("standin", 3)?;
    elsewhere.ip(&format!("addr add {} dev lo", QUAD100[0]))?;
    let mut wrong = Vec::new();
    for (case, (servers, expected)) in CASES.iter().enumerate() {
        let config = Config {
            name_servers: servers
                .iter()
                .map(|s| SocketAddr::from((s.address(), 53)))
                .collect(),
            ..Config::new(SUFFIX)
        };
        let _stand_in = Quad100::start(&network.tools, &elsewhere, &config)?;
        let name = format!("www.{}", zone(case));
        let ask = |host, transport| {
            let question = Question::new((QUAD100[0], 53), &name, "A").over(transport);
            question
                .ask(&network.tools, host)
                .map(|seen| seen.summary())
        };
        let (ask, desk, elsewhere) = (&ask, &desk.host, &elsewhere);
        let heard = std::thread::scope(|scope| {
            let asking = [("tailscaled", desk), ("stand-in", elsewhere)].map(|(who, host)| {
                [Transport::Udp, Transport::Tcp]
                    .map(|transport| (who, transport, scope.spawn(move || ask(host, transport))))
            });
            asking.map(|both| both.map(|(who, transport, one)| (who, transport, one.join())))
        });
        for (who, transport, seen) in heard.into_iter().flatten() {
            let seen = seen.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
            if seen != *expected {
                wrong.push(format!(
                    "{servers:?} {transport:?} {who}: {seen}, not {expected}\n"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.concat());
    Ok(())
}
