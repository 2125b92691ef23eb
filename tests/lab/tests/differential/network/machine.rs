//! Machines, and their way into a tailnet.

use std::net::Ipv4Addr;

use tailwright::scalar::Firewall;
use tailwright::topology::{Id, Site, Topology};
use tailwright_lab::Result;
use tailwright_lab::namespace::{Namespace, veth};

use super::site::{self, Lan, ROUTER, attach};
use super::{Who, in_tailnet, v4};

/// A machine.
#[derive(Debug)]
pub(crate) struct Machine {
    pub(crate) host: Namespace,
    pub(crate) tunnel: Option<Tunnel>,
    /// The interface of its LAN, or to the Internet.
    pub(crate) interface: String,
}

/// What tailscaled is in place of: what enters its interface comes here.
#[derive(Debug)]
pub(crate) struct Tunnel {
    /// Where quad100 is.
    pub(crate) place: Namespace,
    pub(crate) address: Ipv4Addr,
}

/// The machines that are being made.
pub(super) struct Plan<'n> {
    pub(super) topology: &'n Topology,
    pub(super) internet: &'n Namespace,
    pub(super) sites: &'n [Lan],
    pub(super) next: usize,
}

/// What is said of a machine.
struct Said {
    role: &'static str,
    interface: String,
    site: Option<Id<Site>>,
    address: Option<Ipv4Addr>,
    /// Its address in the tailnet; given out where none is declared.
    member: Option<Option<Ipv4Addr>>,
    /// Whether it leaves the source of what it hands on as it is.
    keeps_source: bool,
    /// Whether iptables is its firewall.
    is_iptables: bool,
}

impl Plan<'_> {
    pub(super) fn machine(&mut self, who: Who) -> Result<Machine> {
        let said = self.said(who);
        let number = self.next;
        self.next += 1;
        let host = Namespace::new(said.role)?;
        host.shell(ROUTER)?;
        let lan = said
            .site
            .and_then(|id| self.sites.iter().find(|lan| lan.id == id));
        match lan {
            Some(lan) => {
                let given = || lan.address(50 + number);
                let address = said.address.map_or_else(given, |own| own.to_string());
                lan.attach(&host, &said.interface, &address, number)?;
            }
            None => {
                let given = || format!("198.51.100.{}", 50 + number);
                let address = said.address.map_or_else(given, |own| own.to_string());
                attach(self.internet, &host, &said.interface, &address, number)?;
            }
        }
        let tunnel = match said.member {
            None => None,
            Some(declared) => {
                let last = u8::try_from(number).unwrap_or(u8::MAX);
                let address = declared.unwrap_or(Ipv4Addr::new(100, 64, 9, last));
                Some(tunnel(&host, address, &said)?)
            }
        };
        Ok(Machine {
            host,
            tunnel,
            interface: said.interface,
        })
    }

    fn said(&self, who: Who) -> Said {
        let said = |role| Said {
            role,
            interface: "eth0".to_owned(),
            site: None,
            address: None,
            member: None,
            keeps_source: false,
            is_iptables: false,
        };
        let topology = self.topology;
        match who {
            Who::Node(id) => {
                let node = topology.nodes.get(id);
                let membership = node.tailscale.as_ref();
                let interface = node.declared.interface.as_ref();
                let interface = interface.map(|own| own.value.as_str().to_owned());
                Said {
                    interface: interface.unwrap_or_else(|| "eth0".to_owned()),
                    site: node.site,
                    address: site::of_node(node),
                    member: membership.map(in_tailnet),
                    keeps_source: membership.is_some_and(|one| !one.snat_subnet_routes),
                    is_iptables: node.firewall.value == Firewall::Iptables,
                    ..said("node")
                }
            }
            Who::Device(id) => {
                let device = topology.devices.get(id);
                let membership = device.tailscale.as_ref();
                Said {
                    site: device.site,
                    address: v4(device.declared.address.0.iter().map(|own| &own.value)),
                    member: membership.map(in_tailnet),
                    keeps_source: membership.is_some_and(|one| !one.snat_subnet_routes),
                    ..said("device")
                }
            }
            Who::Member(_) => Said {
                member: Some(None),
                ..said("member")
            },
            Who::Lan(id) => Said {
                site: Some(id),
                ..said("lan")
            },
            Who::Bare(id) => {
                let resolver = topology.resolvers.get(id);
                let own = v4(&topology.resolver_addresses(resolver));
                let holds = |lan: &&Lan| {
                    let lans = &topology.sites.get(lan.id).declared.lans;
                    let mut lans = lans.iter();
                    own.is_some_and(|own| {
                        lans.any(|lan| lan.value.net().contains(&std::net::IpAddr::V4(own)))
                    })
                };
                Said {
                    site: self.sites.iter().find(holds).map(|lan| lan.id),
                    address: own,
                    ..said("bare")
                }
            }
            Who::Outsider => Said {
                address: site::outsider().parse().ok(),
                ..said("outsider")
            },
        }
    }
}

/// tailscaled's interface, with quad100 behind it, its rule, and what it filters
/// (github.com/tailscale/tailscale, util/linuxfw: `ts-input`, `ts-forward`, `ts-postrouting`).
fn tunnel(host: &Namespace, address: Ipv4Addr, said: &Said) -> Result<Tunnel> {
    let place = Namespace::new("tunnel")?;
    place.shell(ROUTER)?;
    veth(host, "tailscale0", &place, "tun0")?;
    place.ip_all(&[
        "addr add 100.100.100.100/32 dev lo".to_owned(),
        format!("route add {address} dev tun0"),
        format!("route add default via {address} dev tun0 onlink"),
        // What comes out of the tunnel is its host's, whatever routes that accepts.
        format!("route add default via {address} dev tun0 onlink table 200"),
        "rule add pref 100 iif hub0 lookup 200".to_owned(),
    ])?;
    host.ip_all(&[
        format!("addr add {address}/32 dev tailscale0"),
        "rule add pref 5270 lookup 52".to_owned(),
        "route add 100.100.100.100 dev tailscale0 table 52".to_owned(),
    ])?;
    let hides = if said.keeps_source {
        ""
    } else {
        "iifname \"tailscale0\" oifname != \"tailscale0\" masquerade"
    };
    // With nftables the tables are tailscaled's own: what they let in others can still drop.
    let input = if said.is_iptables {
        ""
    } else {
        "chain input { type filter hook input priority filter - 1;
           iifname != { \"tailscale0\", \"lo\" } ip saddr 100.115.92.0/23 accept
           iifname != { \"tailscale0\", \"lo\" } ip saddr 100.64.0.0/10 drop
         }"
    };
    host.nft_load(&format!(
        "table ip tailscaled {{
           {input}
           chain forward {{ type filter hook forward priority filter - 1;
             oifname \"tailscale0\" iifname != \"tailscale0\" ip saddr 100.64.0.0/10 drop
           }}
           chain postrouting {{ type nat hook postrouting priority srcnat;
             {hides}
           }}
         }}"
    ))?;
    Ok(Tunnel { place, address })
}

impl Machine {
    /// With iptables tailscaled's chain is the first of INPUT, and lets in whatever comes by its
    /// interface. To be called when the firewall stands.
    pub(crate) fn put_tailscaled_first(&self) -> Result<()> {
        self.host.shell(
            "iptables -w -N ts-input
             iptables -w -A ts-input ! -i tailscale0 -s 100.115.92.0/23 -j RETURN
             iptables -w -A ts-input -i lo -j RETURN
             iptables -w -A ts-input ! -i tailscale0 -s 100.64.0.0/10 -j DROP
             iptables -w -A ts-input -i tailscale0 -j ACCEPT
             iptables -w -I INPUT 1 -j ts-input",
        )
    }
}
