//! The generated forwarder of the example's lab-alpha-cp, served by real unbound in a home: who
//! is answered, what is refused, what happens while tailscaled is down and when it is back, and
//! that no packet of it ever takes the default route.
//!
//! Each check is made with every unbound at hand (see `Installation::all`).

mod clients;
mod example;
mod families;
mod firewall;
mod guard;
mod outages;
#[path = "../shared/rendered.rs"]
mod rendered;

use std::net::{IpAddr, SocketAddr};

use tailwright_lab::Failure;
use tailwright_lab::home::{FORWARDER, Home};
use tailwright_lab::namespace::Namespace;
use tailwright_lab::packets::Packets;
use tailwright_lab::quad100::{Config, Transport};
use tailwright_lab::query::Question;

const SUFFIX: &str = "tail96fefe.ts.net";
const BOTH: [Transport; 2] = [Transport::Udp, Transport::Tcp];

/// A tailnet of hosts `h0`, `h1`, … at 100.64.1.0, 100.64.1.1, …
fn tailnet() -> Config {
    (0..=u8::MAX).fold(Config::new(SUFFIX), |config, n| {
        config.host(&format!("h{n}"), &[IpAddr::from([100, 64, 1, n])])
    })
}

fn host(n: usize) -> String {
    format!("h{n}.{SUFFIX}")
}

/// What is answered over UDP and over TCP.
fn ask(home: &Home, from: &Namespace, name: &str, kind: &str) -> Result<[String; 2], Failure> {
    ask_at(FORWARDER, home, from, name, kind)
}

fn ask_at(
    server: SocketAddr,
    home: &Home,
    from: &Namespace,
    name: &str,
    kind: &str,
) -> Result<[String; 2], Failure> {
    let one = |transport| {
        let question = Question::new(server, name, kind).over(transport);
        home.ask(from, &question).map(|seen| seen.summary())
    };
    Ok([one(Transport::Udp)?, one(Transport::Tcp)?])
}

#[track_caller]
fn assert_no_leak(home: &Home) -> Result<(), Failure> {
    assert_eq!(home.leaked()?, Packets::default(), "left by the uplink");
    Ok(())
}
