//! Who asks what where in the laboratory.

use std::net::{Ipv4Addr, SocketAddr};

use tailwright::scalar::{ClientClass, Protocol, RecordType, ServerRef};
use tailwright::topology::Topology;
use tailwright::trace::classes::{NameClass, NameKind};
use tailwright::trace::outcome;
use tailwright_lab::Failure;
use tailwright_lab::cluster::{BLOCKY_SERVICE, DNS_SERVICE};
use tailwright_lab::namespace::Namespace;
use tailwright_lab::quad100::Transport;
use tailwright_lab::query::{Question, Seen};

use crate::SUFFIX;
use crate::declared::HOSTS;
use crate::home::Running;

/// Where a class of clients is, and whom it asks there: another server where one fails.
#[derive(Clone)]
pub(crate) struct Start<'r> {
    from: &'r Namespace,
    servers: Vec<SocketAddr>,
}

/// A start with one server.
fn one(from: &Namespace, server: impl Into<SocketAddr>) -> Start<'_> {
    let servers = vec![server.into()];
    Start { from, servers }
}

/// MagicDNS' resolver on the machine that asks.
const QUAD100: (Ipv4Addr, u16) = (Ipv4Addr::new(100, 100, 100, 100), 53);

/// The places of a class of clients; none where the laboratory has none.
pub(crate) fn starts<'r>(
    class: &ClientClass,
    topology: &Topology,
    running: &'r Running,
) -> Vec<Start<'r>> {
    let Running {
        cluster,
        surroundings,
        ..
    } = running;
    match class {
        ClientClass::Pods(_) => {
            let on_alpha = one(&surroundings.client, DNS_SERVICE);
            let is_up = running.is_alpha_up();
            let on_worker = [one(&cluster.client, DNS_SERVICE)];
            on_worker
                .into_iter()
                .chain(is_up.then_some(on_alpha))
                .collect()
        }
        ClientClass::Lan(_) => lan(topology, running),
        ClientClass::Device(name) if name.as_str() == "television" => lan(topology, running),
        ClientClass::Device(_) | ClientClass::TailnetRoutes => {
            vec![one(&surroundings.member, QUAD100)]
        }
        ClientClass::Node(name) if name.as_str() == "lab-oci-bk" => {
            vec![one(&surroundings.member, QUAD100)]
        }
        ClientClass::Node(_) => Vec::new(),
        ClientClass::Tailnet => vec![one(&surroundings.stranger, QUAD100)],
        ClientClass::Outside => [[10, 10, 10, 200], [10, 10, 10, 201]]
            .map(|router| SocketAddr::from((router, 1053)))
            .into_iter()
            .chain([BLOCKY_SERVICE])
            .map(|server| one(&cluster.beyond, server))
            .collect(),
    }
}

/// Devices of the LAN, which use any of the servers that they are given.
fn lan<'r>(topology: &Topology, running: &'r Running) -> Vec<Start<'r>> {
    let sites = topology.sites.values();
    let servers = sites.flat_map(|site| &site.declared.nameservers);
    let servers = servers.map(|server| match &server.value {
        ServerRef::Address(address) => SocketAddr::from((address.ip(), 53)),
        ServerRef::Resolver(_) => BLOCKY_SERVICE,
    });
    let mut servers: Vec<SocketAddr> = servers.collect();
    let starts = (0..servers.len()).map(|_| {
        servers.rotate_left(1);
        let servers = servers.clone();
        let from = &running.cluster.lan;
        Start { from, servers }
    });
    starts.collect()
}

/// The `n`th name of a class.
pub(crate) fn name(class: &NameClass, n: usize) -> String {
    let host = n % HOSTS;
    match class.kind {
        NameKind::Member(_) => format!("h{host}.{SUFFIX}"),
        NameKind::InSuffix(_) => format!("nobody{n}.{SUFFIX}"),
        NameKind::Reverse(_) => format!("{host}.1.64.100.in-addr.arpa"),
        NameKind::InReverse(_) => format!("{}.{}.127.100.in-addr.arpa", n % 256, n / 256),
        NameKind::Cluster => format!("s{n}.default.svc.cluster.local"),
        NameKind::Public => format!("p{host}.example.com"),
        NameKind::Declared => match class.name().and_above().nth(1) {
            Some(above) => format!("n{n}.{above}"),
            None => class.name().to_string(),
        },
    }
}

/// Asks, and gives what the client sees.
pub(crate) fn ask(
    running: &Running,
    start: &Start<'_>,
    name: &str,
    record_type: RecordType,
    protocol: Protocol,
) -> Result<outcome::Seen, Failure> {
    let transport = match protocol {
        Protocol::Udp => Transport::Udp,
        Protocol::Tcp => Transport::Tcp,
    };
    let mut seen = outcome::Seen::Timeout;
    for server in &start.servers {
        let mut question = Question::new(*server, name, record_type.as_str()).over(transport);
        if start.from.name() == running.cluster.beyond.name() {
            // Nothing more comes; nobody on the way waits for anybody.
            question.wait_ms = 1000;
        }
        seen = in_words_of_the_trace(&running.cluster.ask(start.from, &question)?);
        let is_failure = matches!(seen, outcome::Seen::ServFail | outcome::Seen::Refused);
        if !is_failure && !seen.is_silence() {
            break;
        }
    }
    Ok(seen)
}

fn in_words_of_the_trace(seen: &Seen) -> outcome::Seen {
    match seen {
        Seen::Timeout => outcome::Seen::Timeout,
        Seen::Unreachable(_) => outcome::Seen::Unreachable,
        Seen::Reply(reply) => match reply.code.as_str() {
            "NOERROR" if reply.records.is_empty() => outcome::Seen::NoData,
            "NOERROR" => outcome::Seen::Answer,
            "FORMERR" => outcome::Seen::FormatError,
            "NXDOMAIN" => outcome::Seen::NoSuchName,
            "SERVFAIL" => outcome::Seen::ServFail,
            "REFUSED" => outcome::Seen::Refused,
            other => panic!("there is no word for {other}"),
        },
    }
}
