//! The Internet on which the members of a real tailnet meet: the home, machines elsewhere, and the
//! control server.
//!
//! ```text
//! alpha, beta ─ switch ─ gateway 172.31.0.1 ┬─ control 172.31.0.10
//!                                             └─ machines 172.31.0.N
//! ```
//!
//! As a home's gateway does, it lets in answers and WireGuard alone. The range is a private one because
//! tailscaled does without TLS for those alone.

use std::net::Ipv4Addr;

use super::Cluster;
use crate::Result;
use crate::namespace::{Namespace, veth};

/// Where a control server can be.
pub const CONTROL: Ipv4Addr = Ipv4Addr::new(172, 31, 0, 10);

/// The machines' side of a cluster's gateway.
#[derive(Debug)]
pub struct Internet<'c> {
    gateway: &'c Namespace,
}

impl<'c> Internet<'c> {
    /// Adds it to a cluster.
    ///
    /// # Errors
    /// What `ip` and `nft` said.
    pub fn new(cluster: &'c Cluster) -> Result<Self> {
        let gateway = &cluster.gateway;
        gateway.bridge("net0", &[])?;
        gateway.ip("addr add 172.31.0.1/24 dev net0")?;
        // Routers tell members the addresses of their pods' links, and members try those too.
        gateway.ip("route add blackhole 10.0.0.0/8")?;
        gateway.nft(&["table ip internet {
              chain in { type filter hook forward priority filter;
                oifname \"net0\" accept
                iifname \"net0\" udp dport 41641 accept
                iifname \"net0\" ct state new drop
              }
            }"])?;
        Ok(Self { gateway })
    }

    /// A machine at 172.31.0.`number`.
    ///
    /// # Errors
    /// What `ip` said.
    pub fn machine(&self, role: &str, number: u8) -> Result<Namespace> {
        let machine = Namespace::new(role)?;
        veth(&machine, "eth0", self.gateway, role)?;
        self.gateway.ip(&format!("link set {role} master net0"))?;
        machine.ip(&format!("addr add 172.31.0.{number}/24 dev eth0"))?;
        machine.ip("route add default via 172.31.0.1")?;
        Ok(machine)
    }
}
