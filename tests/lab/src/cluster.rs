//! A cluster in a home: two nodes that forward to MagicDNS, a worker with pods, a device in the
//! LAN, and the Internet with its public name servers. The addresses are those of
//! `examples/homelab`.
//!
//! ```text
//! client  10.0.2.7  ─┐          ┌────────┐          ┌─ alpha 10.10.10.200 ── tailnet: quad100
//! CoreDNS 10.0.2.10 ─┼─ 10.0.2.1│ worker │.202 ─────┤
//! Blocky  10.0.2.53 ─┘          └────────┘  switch  ├─ beta  10.10.10.201 ── tailnet: quad100
//!   Services 10.43.0.10, 10.10.10.100               ├─ lan 10.10.10.50
//!                                  beyond ─ gateway ┴─ 10.10.10.1, and 1.1.1.1, 8.8.8.8
//! ```
//!
//! As under Cilium, pods keep their addresses on the way to other nodes and have the worker's on
//! the way to everything else. What the gateway does not answer itself leaves for beyond, where
//! it is counted. [`surroundings::Surroundings`] adds pods on alpha, and who asks from elsewhere;
//! [`internet::Internet`] is where a real tailnet meets, if there is one in place of the stand-ins.

pub mod internet;
pub mod surroundings;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use crate::namespace::{Namespace, veth};
use crate::packets::{Counter, Packets};
use crate::quad100::{Config, Quad100};
use crate::query::{Question, Seen};
use crate::{Result, Tools};

/// The Service of CoreDNS.
pub const DNS_SERVICE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(10, 43, 0, 10)), 53);
/// The Service of Blocky, in the LAN.
pub const BLOCKY_SERVICE: SocketAddr =
    SocketAddr::new(IpAddr::V4(Ipv4Addr::new(10, 10, 10, 100)), 53);
/// Who serves the public DNS.
pub const PUBLIC: [Ipv4Addr; 2] = [Ipv4Addr::new(1, 1, 1, 1), Ipv4Addr::new(8, 8, 8, 8)];

/// A node that forwards.
#[derive(Debug)]
pub struct Node {
    /// The machine.
    pub host: Namespace,
    tailnet: Option<Namespace>,
    port: &'static str,
}

/// All namespaces and links of it.
#[derive(Debug)]
pub struct Cluster {
    /// Where the programs are.
    pub tools: Tools,
    /// lab-alpha-cp.
    pub alpha: Node,
    /// lab-beta-cp.
    pub beta: Node,
    /// A pod that asks.
    pub client: Namespace,
    /// CoreDNS' pod.
    pub coredns: Namespace,
    /// Blocky's pod.
    pub blocky: Namespace,
    /// A device in the LAN.
    pub lan: Namespace,
    /// The worker itself.
    pub worker: Namespace,
    /// A machine on the Internet.
    pub beyond: Namespace,
    gateway: Namespace,
    switch: Namespace,
    leaving: Counter,
}

/// The pods behind a Service: of CoreDNS, and of Blocky.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Behind {
    coredns: &'static str,
    blocky: &'static str,
}

impl Behind {
    /// The worker's.
    pub const WORKER: Self = Self {
        coredns: "10.0.2.10",
        blocky: "10.0.2.53",
    };
}

impl Cluster {
    /// Builds it, with something in place of tailscaled on both nodes.
    ///
    /// # Errors
    /// [`crate::Error::NotRoot`], or what `ip` and `nft` said.
    pub fn new(tools: Tools) -> Result<Self> {
        let mut cluster = Self::without_tailscaled(tools)?;
        cluster.alpha.stand_in("100.64.0.1")?;
        cluster.beta.stand_in("100.64.0.2")?;
        Ok(cluster)
    }

    /// Builds it with nodes that tailscaled can run on.
    ///
    /// # Errors
    /// [`crate::Error::NotRoot`], or what `ip` and `nft` said.
    pub fn without_tailscaled(tools: Tools) -> Result<Self> {
        let switch = Namespace::new("switch")?;
        switch.bridge("br0", &[])?;
        let gateway = in_lan(&switch, "gateway", "10.10.10.1")?;
        for address in PUBLIC {
            gateway.ip(&format!("addr add {address}/32 dev lo"))?;
        }
        let beyond = Namespace::new("beyond")?;
        veth(&gateway, "out0", &beyond, "eth0")?;
        gateway.ip("route add default dev out0")?;
        gateway.forward()?;
        let leaving = Counter::start(&gateway, "out0")?;

        let worker = in_lan(&switch, "worker", "10.10.10.202")?;
        worker.ip("addr add 10.10.10.100/32 dev enp1s0")?;
        worker.forward()?;
        services(&worker, &[Behind::WORKER])?;
        Ok(Self {
            tools,
            alpha: Node::new(&switch, "alpha", "10.10.10.200")?,
            beta: Node::new(&switch, "beta", "10.10.10.201")?,
            client: pod(&worker, "client", "10.0.2.7")?,
            coredns: pod(&worker, "coredns", "10.0.2.10")?,
            blocky: pod(&worker, "blocky", "10.0.2.53")?,
            lan: in_lan(&switch, "lan", "10.10.10.50")?,
            gateway,
            worker,
            beyond,
            switch,
            leaving,
        })
    }

    /// Starts the public name servers, which know these names and no others.
    ///
    /// # Errors
    /// As [`Quad100::start`].
    pub fn serve_public(&self, names: &[(&str, IpAddr)]) -> Result<Quad100> {
        self.serve_public_at(&PUBLIC, names)
    }

    /// Starts some of them, so that it is seen which one is asked.
    ///
    /// # Errors
    /// As [`Quad100::start`].
    pub fn serve_public_at(
        &self,
        addresses: &[Ipv4Addr],
        names: &[(&str, IpAddr)],
    ) -> Result<Quad100> {
        // Every name is below the root, of which these servers know everything.
        let root = Config {
            reverse_zones: Vec::new(),
            listen: addresses.iter().copied().map(IpAddr::V4).collect(),
            ..Config::new("")
        };
        let config = names.iter().fold(root, |config, &(name, address)| {
            config.host(name, &[address])
        });
        Quad100::start(&self.tools, &self.gateway, &config)
    }

    /// Pulls a node's cable: what is sent to it is lost.
    ///
    /// # Errors
    /// What `ip` said.
    pub fn cut_off(&self, node: &Node) -> Result<()> {
        let port = node.port;
        self.switch.ip(&format!("link set {port} nomaster"))?;
        Ok(())
    }

    /// Plugs it in again.
    ///
    /// # Errors
    /// What `ip` said.
    pub fn connect(&self, node: &Node) -> Result<()> {
        let port = node.port;
        self.switch.ip(&format!("link set {port} master br0"))?;
        Ok(())
    }

    /// Asks from inside one of the namespaces.
    ///
    /// # Errors
    /// As [`Question::ask`].
    pub fn ask(&self, from: &Namespace, question: &Question) -> Result<Seen> {
        question.ask(&self.tools, from)
    }

    /// What left the home for anything but the public name servers since it was built.
    ///
    /// # Errors
    /// What `nft` said.
    pub fn leaked(&self) -> Result<Packets> {
        self.leaving.read(&self.gateway)
    }
}

impl Node {
    fn new(switch: &Namespace, name: &'static str, address: &str) -> Result<Self> {
        let host = in_lan(switch, name, address)?;
        host.ip("route add 10.0.2.0/24 via 10.10.10.202")?;
        Ok(Self {
            host,
            tailnet: None,
            port: name,
        })
    }

    /// Where its quad100 is.
    ///
    /// # Panics
    /// If tailscaled runs on it.
    #[must_use]
    pub fn tailnet(&self) -> &Namespace {
        match &self.tailnet {
            Some(tailnet) => tailnet,
            None => panic!("{} has nothing in place of tailscaled", self.port),
        }
    }

    fn stand_in(&mut self, address: &str) -> Result<()> {
        let tailnet = Namespace::new("tailnet")?;
        tailnet.ip("addr add 100.100.100.100/32 dev lo")?;
        let host = &self.host;
        veth(host, "tailscale0", &tailnet, "tun0")?;
        host.ip(&format!("addr add {address}/32 dev tailscale0"))?;
        tailnet.ip(&format!("route add {address} dev tun0"))?;
        host.ip("rule add pref 5270 lookup 52")?;
        host.ip("route add 100.100.100.100 dev tailscale0 table 52")?;
        self.tailnet = Some(tailnet);
        Ok(())
    }
}

/// A machine at the switch, with the gateway as its default route if it isn't it.
fn in_lan(switch: &Namespace, role: &str, address: &str) -> Result<Namespace> {
    let host = Namespace::new(role)?;
    veth(&host, "enp1s0", switch, role)?;
    switch.ip(&format!("link set {role} master br0"))?;
    host.ip(&format!("addr add {address}/24 dev enp1s0"))?;
    if role != "gateway" {
        host.ip("route add default via 10.10.10.1")?;
    }
    Ok(host)
}

/// The Services as a node's pods and the LAN reach them: pods in turn, with their addresses on the way
/// to other nodes and pods, and with the node's on the way to everything else. Who comes from
/// elsewhere for a pod of another node comes from this one.
fn services(node: &Namespace, behind: &[Behind]) -> Result<()> {
    let turn = |of: fn(&Behind) -> &'static str| {
        let pods: Vec<String> = behind
            .iter()
            .enumerate()
            .map(|(number, one)| format!("{number} : {}", of(one)))
            .collect();
        format!(
            "numgen inc mod {} map {{ {} }}",
            pods.len(),
            pods.join(", ")
        )
    };
    let (coredns, blocky) = (turn(|one| one.coredns), turn(|one| one.blocky));
    node.nft(&[&format!(
        "table ip services
         delete table ip services
         table ip services {{
           chain to {{ type nat hook prerouting priority dstnat;
             ip daddr 10.43.0.10 meta l4proto {{ tcp, udp }} th dport 53 dnat to {coredns}
             ip daddr 10.10.10.100 meta l4proto {{ tcp, udp }} th dport 53 dnat to {blocky}
           }}
           chain from {{ type nat hook postrouting priority srcnat;
             ip saddr 10.0.0.0/16 ip daddr != {{ 10.0.0.0/16, 10.10.10.200-10.10.10.203 }} masquerade
             ip saddr != 10.0.0.0/16 ip daddr 10.0.0.0/16 oifname \"enp1s0\" masquerade
           }}
         }}"
    )])?;
    Ok(())
}

/// A pod, routed by its node.
fn pod(node: &Namespace, role: &str, address: &str) -> Result<Namespace> {
    let gateway = address.rsplit_once('.').map_or(address, |(net, _)| net);
    let gateway = format!("{gateway}.1");
    let pod = Namespace::new(role)?;
    veth(node, role, &pod, "eth0")?;
    node.ip(&format!("addr add {gateway}/32 dev {role}"))?;
    node.ip(&format!("route add {address} dev {role}"))?;
    pod.ip(&format!("addr add {address}/32 dev eth0"))?;
    pod.ip(&format!("route add {gateway} dev eth0"))?;
    pod.ip(&format!("route add default via {gateway}"))?;
    Ok(pod)
}
