//! Where the classes of clients are in the laboratory, and whom they ask.

use std::net::{Ipv4Addr, SocketAddr};

use tailwright::place::Located;
use tailwright::scalar::{ClientClass, NodeResolver, ServerRef};
use tailwright::topology::Topology;
use tailwright::trace::classes::NameKind;
use tailwright_lab::cluster::{BLOCKY_SERVICE, DNS_SERVICE};
use tailwright_lab::namespace::Namespace;

use crate::home::Running;

/// Where somebody asks, and whom: another server where one fails.
#[derive(Clone)]
pub(crate) struct Start<'r> {
    pub(crate) from: &'r Namespace,
    pub(crate) servers: Vec<SocketAddr>,
    pub(crate) program: Program,
}

/// What asks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Program {
    /// One that asks as it is told to, and hears what the last server says.
    Client,
    /// In place of systemd-resolved: it asks over UDP, and says SERVFAIL where all servers fail.
    Stub,
}

/// MagicDNS' resolver on the machine that asks.
pub(crate) const QUAD100: (Ipv4Addr, u16) = (Ipv4Addr::new(100, 100, 100, 100), 53);
/// The forwarders on both routers.
pub(crate) const FORWARDERS: [SocketAddr; 2] = [forwarder(200), forwarder(201)];

const fn forwarder(host: u8) -> SocketAddr {
    let address = Ipv4Addr::new(10, 10, 10, host);
    SocketAddr::new(std::net::IpAddr::V4(address), 1053)
}

/// The places of a class of clients, when they ask for such names.
pub(crate) fn starts<'r>(
    class: &ClientClass,
    names: NameKind,
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
            let on_alpha = running.is_alpha_up().then_some(&surroundings.client);
            let pods = std::iter::once(&cluster.client).chain(on_alpha);
            pods.map(|pod| one(pod, DNS_SERVICE)).collect()
        }
        ClientClass::Lan(_) => lan(topology, running),
        ClientClass::Device(name) if name.as_str() == "television" => lan(topology, running),
        ClientClass::Device(_) | ClientClass::TailnetRoutes => {
            vec![one(&surroundings.member, QUAD100)]
        }
        ClientClass::Node(name) => {
            let from = match name.as_str() {
                "lab-oci-bk" => return vec![one(running.cloud(), QUAD100)],
                "lab-alpha-cp" => &cluster.alpha.host,
                "lab-beta-cp" => &cluster.beta.host,
                "lab-delta-cp" => &surroundings.delta,
                _ => &cluster.worker,
            };
            node(from, name.as_str(), names, topology)
        }
        ClientClass::Tailnet => vec![one(&surroundings.stranger, QUAD100)],
        ClientClass::Outside => FORWARDERS
            .into_iter()
            .chain([BLOCKY_SERVICE])
            .map(|server| one(&cluster.beyond, server))
            .collect(),
    }
}

/// A client with one server.
fn one(from: &Namespace, server: impl Into<SocketAddr>) -> Start<'_> {
    Start {
        from,
        servers: vec![server.into()],
        program: Program::Client,
    }
}

/// Who uses any of these servers, each once as the first.
fn any<'r>(from: &'r Namespace, servers: &[SocketAddr], program: Program) -> Vec<Start<'r>> {
    let orders = (0..servers.len()).map(|first| {
        let mut servers = servers.to_vec();
        servers.rotate_left(first);
        Start {
            from,
            servers,
            program,
        }
    });
    orders.collect()
}

/// Devices of the LAN.
fn lan<'r>(topology: &Topology, running: &'r Running) -> Vec<Start<'r>> {
    let sites = topology.sites.values();
    let servers: Vec<SocketAddr> = sites
        .flat_map(|site| addresses(&site.declared.nameservers))
        .collect();
    any(&running.cluster.lan, &servers, Program::Client)
}

/// A node's own programs: by way of systemd-resolved, which asks the forwarders for the tailnet's
/// names, or in the order of resolv.conf.
fn node<'r>(
    from: &'r Namespace,
    name: &str,
    names: NameKind,
    topology: &Topology,
) -> Vec<Start<'r>> {
    let Some((_, node)) = topology.nodes.find(name) else {
        panic!("there is no node {name}");
    };
    let servers: Vec<SocketAddr> = addresses(&node.declared.nameservers).collect();
    if node.resolver() == NodeResolver::None {
        return vec![Start {
            from,
            servers,
            program: Program::Client,
        }];
    }
    let is_tailnets = matches!(
        names,
        NameKind::Member(_) | NameKind::InSuffix(_) | NameKind::Reverse(_) | NameKind::InReverse(_)
    );
    let servers = if is_tailnets {
        &FORWARDERS[..]
    } else {
        &servers
    };
    any(from, servers, Program::Stub)
}

fn addresses(servers: &[Located<ServerRef>]) -> impl Iterator<Item = SocketAddr> {
    servers.iter().map(|server| match &server.value {
        ServerRef::Address(address) => SocketAddr::from((address.ip(), 53)),
        ServerRef::Resolver(_) => BLOCKY_SERVICE,
    })
}
