//! A home: a node with a pod, a LAN, an uplink and tailscaled, and a host that is none of
//! them. The addresses are those of `examples/homelab`, the node is its lab-alpha-cp.
//!
//! ```text
//! pod 10.0.0.5 ────── pod0 ┌──────┐ enp1s0 10.10.10.200 ── switch ┬─ router 10.10.10.201
//!                          │ node │                               └─ lan 10.10.10.50
//! foreign 192.0.2.9 ─ wan0 │      │ up0 (default route) ── uplink
//!                          └──────┘ tailscale0 (table 52) ── tailnet: quad100
//! ```
//!
//! As on a host with tailscaled the way to quad100 is in table 52, which rule 5270 asks before
//! the main table. What keeps questions off the default route while tailscaled is down is not
//! part of the home: it is what tailwright generates.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use crate::namespace::{Namespace, veth};
use crate::packets::{Counter, Packets};
use crate::query::{Question, Seen};
use crate::{Result, Tools};

/// The node's address in the LAN.
pub const NODE: Ipv4Addr = Ipv4Addr::new(10, 10, 10, 200);
/// The node's address in the LAN, of the other family.
pub const NODE_V6: Ipv6Addr = Ipv6Addr::new(0xfd00, 0x10, 0, 0, 0, 0, 0, 0x200);
/// The forwarder's port.
pub const PORT: u16 = 1053;
/// The forwarder.
pub const FORWARDER: SocketAddr = SocketAddr::new(IpAddr::V4(NODE), PORT);
/// quad100 in a tailnet without IPv4.
pub const QUAD100_V6: Ipv6Addr = Ipv6Addr::new(0xfd7a, 0x115c, 0xa1e0, 0, 0, 0, 0, 0x53);

/// All namespaces and links of it.
#[derive(Debug)]
pub struct Home {
    /// Where the programs are.
    pub tools: Tools,
    /// The machine under test.
    pub node: Namespace,
    /// A pod on the node, with its own address.
    pub pod: Namespace,
    /// The other subnet router.
    pub router: Namespace,
    /// A device in the LAN.
    pub lan: Namespace,
    /// A host that reaches the node with an address of neither.
    pub foreign: Namespace,
    /// Where quad100 is.
    pub tailnet: Namespace,
    // Only there so that the links to them have another end.
    _uplink: Namespace,
    _switch: Namespace,
    leaving: Counter,
}

impl Home {
    /// Builds it, tailscaled up.
    ///
    /// # Errors
    /// [`crate::Error::NotRoot`], or what `ip` and `nft` said.
    pub fn new(tools: Tools) -> Result<Self> {
        let node = Namespace::new("node")?;
        let switch = Namespace::new("switch")?;
        let [router, lan] = [Namespace::new("router")?, Namespace::new("lan")?];
        veth(&node, "enp1s0", &switch, "node")?;
        veth(&router, "enp1s0", &switch, "router")?;
        veth(&lan, "eth0", &switch, "lan")?;
        switch.bridge("br0", &["node", "router", "lan"])?;
        router.ip("addr add 10.10.10.201/24 dev enp1s0")?;
        router.ip("addr add fd00:10::201/64 dev enp1s0 nodad")?;
        lan.ip("addr add 10.10.10.50/24 dev eth0")?;
        lan.ip("addr add fd00:10::50/64 dev eth0 nodad")?;

        let pod = attached(
            &node,
            "pod",
            "pod0",
            [
                ["10.0.0.1/24", "10.0.0.5/24"],
                ["fd00:42::1/64", "fd00:42::5/64"],
            ],
        )?;
        let foreign = attached(
            &node,
            "foreign",
            "wan0",
            [
                ["192.0.2.1/24", "192.0.2.9/24"],
                ["2001:db8:9::1/64", "2001:db8:9::9/64"],
            ],
        )?;
        let uplink = attached(
            &node,
            "uplink",
            "up0",
            [
                ["203.0.113.2/24", "203.0.113.1/24"],
                ["2001:db8::2/64", "2001:db8::1/64"],
            ],
        )?;
        node.ip("route add default via 203.0.113.1")?;
        node.ip("-6 route add default via 2001:db8::1")?;
        let leaving = Counter::start(&node, "up0")?;

        let tailnet = Namespace::new("tailnet")?;
        tailnet.ip("addr add 100.100.100.100/32 dev lo")?;
        node.ip("rule add pref 5270 lookup 52")?;
        node.ip("-6 rule add pref 5270 lookup 52")?;
        let home = Self {
            tools,
            node,
            pod,
            router,
            lan,
            foreign,
            tailnet,
            _uplink: uplink,
            _switch: switch,
            leaving,
        };
        home.add_lan_address()?;
        home.add_tun()?;
        Ok(home)
    }

    /// Gives the node its LAN address.
    ///
    /// # Errors
    /// What `ip` said.
    pub fn add_lan_address(&self) -> Result<()> {
        self.node.ip(&format!("addr add {NODE}/24 dev enp1s0"))?;
        self.node
            .ip(&format!("addr add {NODE_V6}/64 dev enp1s0 nodad"))?;
        Ok(())
    }

    /// Takes the node's LAN address away.
    ///
    /// # Errors
    /// What `ip` said.
    pub fn remove_lan_address(&self) -> Result<()> {
        self.node.ip(&format!("addr del {NODE}/24 dev enp1s0"))?;
        self.node.ip(&format!("addr del {NODE_V6}/64 dev enp1s0"))?;
        Ok(())
    }

    /// Makes tailscaled's interface and its route.
    ///
    /// # Errors
    /// What `ip` said.
    pub fn add_tun(&self) -> Result<()> {
        veth(&self.node, "tailscale0", &self.tailnet, "tun0")?;
        self.node.ip("addr add 100.64.0.1/32 dev tailscale0")?;
        self.node
            .ip("addr add fd7a:115c:a1e0::1/128 dev tailscale0 nodad")?;
        self.tailnet.ip("route add 100.64.0.1 dev tun0")?;
        self.tailnet.ip("route add fd7a:115c:a1e0::1 dev tun0")?;
        // Not on the loopback interface: neighbours are not told of those.
        self.tailnet
            .ip(&format!("addr add {QUAD100_V6}/128 dev tun0 nodad"))?;
        self.add_route()
    }

    /// Removes tailscaled's interface: it was stopped.
    ///
    /// # Errors
    /// What `ip` said.
    pub fn remove_tun(&self) -> Result<()> {
        self.node.ip("link del tailscale0")?;
        Ok(())
    }

    /// Adds tailscaled's route to quad100.
    ///
    /// # Errors
    /// What `ip` said.
    pub fn add_route(&self) -> Result<()> {
        self.node
            .ip("route add 100.100.100.100 dev tailscale0 table 52")?;
        self.node
            .ip(&format!("route add {QUAD100_V6} dev tailscale0 table 52"))?;
        Ok(())
    }

    /// Removes tailscaled's route to quad100: `tailscale down`.
    ///
    /// # Errors
    /// What `ip` said.
    pub fn remove_route(&self) -> Result<()> {
        self.node.ip("route del 100.100.100.100 table 52")?;
        self.node.ip(&format!("route del {QUAD100_V6} table 52"))?;
        Ok(())
    }

    /// Asks from inside one of the namespaces.
    ///
    /// # Errors
    /// As [`Question::ask`].
    pub fn ask(&self, from: &Namespace, question: &Question) -> Result<Seen> {
        question.ask(&self.tools, from)
    }

    /// What left the node by its uplink since the home was built.
    ///
    /// # Errors
    /// What `nft` said.
    pub fn leaked(&self) -> Result<Packets> {
        self.leaving.read(&self.node)
    }
}

/// A host on a link of its own to the node, with the node as its default route; a pair of
/// addresses, the node's first, for each family.
fn attached(
    node: &Namespace,
    role: &str,
    interface: &str,
    addresses: [[&str; 2]; 2],
) -> Result<Namespace> {
    let host = Namespace::new(role)?;
    veth(node, interface, &host, "eth0")?;
    for [here, there] in addresses {
        let (gateway, nodad) = match here.split_once('/') {
            Some((address, _)) if address.contains(':') => (address, " nodad"),
            Some((address, _)) => (address, ""),
            None => (here, ""),
        };
        node.ip(&format!("addr add {here} dev {interface}{nodad}"))?;
        host.ip(&format!("addr add {there} dev eth0{nodad}"))?;
        host.ip(&format!("route add default via {gateway}"))?;
    }
    Ok(host)
}
