//! Packets that leave by an interface, counted by nftables.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;

use crate::namespace::Namespace;
use crate::{Error, Result};

/// Counts what leaves by one interface of one namespace: everything routed, forwarded or made
/// there, but neither ARP nor its IPv6 counterpart, which an interface sends by itself.
#[derive(Debug)]
pub struct Counter {
    table: String,
}

/// What left.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Packets {
    /// How many.
    pub count: u64,
    /// Where TCP and UDP went: `address protocol port`.
    pub destinations: BTreeSet<String>,
}

impl Counter {
    /// Starts counting at zero.
    ///
    /// # Errors
    /// What `nft` said.
    pub fn start(namespace: &Namespace, interface: &str) -> Result<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let table = format!("count{}", NEXT.fetch_add(1, Ordering::Relaxed));
        // Neighbour and router discovery and multicast membership are ICMPv6 133 to 137, 143.
        namespace.nft(&[&format!(
            "table inet {table} {{
               counter leaving {{ }}
               set seen4 {{ type ipv4_addr . inet_proto . inet_service; flags dynamic; }}
               set seen6 {{ type ipv6_addr . inet_proto . inet_service; flags dynamic; }}
               chain out {{
                 type filter hook postrouting priority 300;
                 oifname != \"{interface}\" accept
                 icmpv6 type {{ 133-137, 143 }} accept
                 counter name leaving
                 meta l4proto {{ tcp, udp }} add @seen4 {{ ip daddr . meta l4proto . th dport }}
                 meta l4proto {{ tcp, udp }} add @seen6 {{ ip6 daddr . meta l4proto . th dport }}
               }}
             }}"
        )])?;
        Ok(Self { table })
    }

    /// What has left since the start; `namespace` is the one it was started in.
    ///
    /// # Errors
    /// What `nft` said.
    pub fn read(&self, namespace: &Namespace) -> Result<Packets> {
        let output = namespace.nft(&["-j", "list", "table", "inet", &self.table])?;
        let unexpected = |reason: String| Error::Output {
            program: "nft".to_owned(),
            reason,
            output: output.clone(),
        };
        let listing: Value =
            serde_json::from_str(&output).map_err(|e| unexpected(e.to_string()))?;
        let objects = listing["nftables"]
            .as_array()
            .ok_or_else(|| unexpected("no objects".to_owned()))?;
        let count = objects
            .iter()
            .find_map(|object| object["counter"]["packets"].as_u64())
            .ok_or_else(|| unexpected("no counter".to_owned()))?;
        let destinations = objects
            .iter()
            .filter_map(|object| object["set"]["elem"].as_array())
            .flatten()
            .map(destination)
            .collect();
        Ok(Packets {
            count,
            destinations,
        })
    }
}

/// An element of a set: bare, or wrapped where it carries a life time.
fn destination(element: &Value) -> String {
    let value = element.pointer("/elem/val").unwrap_or(element);
    let parts = value["concat"].as_array().map_or(&[][..], Vec::as_slice);
    let texts: Vec<_> = parts
        .iter()
        .map(|part| {
            part.as_str()
                .map_or_else(|| part.to_string(), str::to_owned)
        })
        .collect();
    texts.join(" ")
}
