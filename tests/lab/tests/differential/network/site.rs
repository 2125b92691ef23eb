//! Sites, each a bridge with a gateway, and the Internet between them.

use std::net::Ipv4Addr;
use std::process::Command;

use tailwright::topology::{Id, Site, Topology};
use tailwright_lab::namespace::{Namespace, veth};
use tailwright_lab::{Error, Result};

use super::{FOREIGN, OUTSIDER, PUBLIC, Pod, v4};

/// What machines have as their next hop on the Internet.
pub(super) const NEXT_HOP: &str = "203.0.113.254";

/// Nothing that a test does goes by other rules than those that are written here, and nobody is left
/// without an ICMP error because somebody else has just got one.
pub(super) const ROUTER: &str = "
for each in all default; do
  echo 0 >/proc/sys/net/ipv4/conf/$each/rp_filter
  echo 0 >/proc/sys/net/ipv4/conf/$each/send_redirects
done
echo 1 >/proc/sys/net/ipv4/ip_forward
echo 0 >/proc/sys/net/ipv4/icmp_ratelimit
";

/// The Internet: its public servers' addresses, and no way to private ones.
pub(super) fn internet() -> Result<Namespace> {
    let internet = Namespace::new("internet")?;
    internet.shell(ROUTER)?;
    let servers = PUBLIC.iter().chain([&FOREIGN]);
    let mut lines: Vec<String> = servers
        .map(|one| format!("addr add {one}/32 dev lo"))
        .collect();
    lines.push("route add blackhole default".to_owned());
    internet.ip_all(&lines)?;
    internet.nft_load(
        "table ip internet { chain forward { type filter hook forward priority filter;
           ip daddr { 10.0.0.0/8, 100.64.0.0/10, 172.16.0.0/12, 192.168.0.0/16 } drop
           ip saddr { 10.0.0.0/8, 100.64.0.0/10, 172.16.0.0/12, 192.168.0.0/16 } drop
         }
         }",
    )?;
    Ok(internet)
}

/// Connects a machine to the Internet, by this interface and with this address.
pub(super) fn attach(
    internet: &Namespace,
    host: &Namespace,
    interface: &str,
    address: &str,
    number: usize,
) -> Result<()> {
    let port = format!("i{number}");
    veth(internet, &port, host, interface)?;
    internet.ip_all(&[
        format!("addr add {NEXT_HOP}/32 dev {port}"),
        format!("route add {address} dev {port}"),
    ])?;
    host.ip_all(&[
        format!("addr add {address}/32 dev {interface}"),
        format!("route add default via {NEXT_HOP} dev {interface} onlink"),
    ])
}

/// The outsider's address.
pub(super) fn outsider() -> &'static str {
    OUTSIDER
}

/// The LAN of a site.
#[derive(Debug)]
pub(super) struct Lan {
    pub(super) id: Id<Site>,
    gateway: Namespace,
    /// Its addresses up to the last dot.
    net: String,
    length: u8,
}

impl Lan {
    /// Its bridge and its gateway, which hides everything that leaves behind its own address, and lets in
    /// nothing but answers.
    pub(super) fn new(topology: &Topology, id: Id<Site>, internet: &Namespace) -> Result<Self> {
        let site = topology.sites.get(id);
        let mut lans = site.declared.lans.iter().map(|lan| lan.value.net());
        let Some(lan) = lans.find(|lan| lan.addr().is_ipv4()) else {
            return Err(Error::Dns(format!("site {} has no IPv4 LAN", site.name)));
        };
        let text = lan.addr().to_string();
        let net = text.rsplit_once('.').map_or(text.as_str(), |(net, _)| net);
        let gateway = Namespace::new("gateway")?;
        gateway.shell(ROUTER)?;
        gateway.bridge("br0", &[])?;
        let number = id.number();
        attach(
            internet,
            &gateway,
            "out0",
            &format!("203.0.113.{}", 100 + number),
            100 + number,
        )?;
        let mut lines = vec![format!("addr add {net}.1/{} dev br0", lan.prefix_len())];
        for route in &site.declared.routes {
            for to in &route.to.0 {
                lines.push(format!(
                    "route replace {} via {}",
                    to.value, route.via.value
                ));
            }
        }
        gateway.ip_all(&lines)?;
        gateway.nft_load(
            "table ip gateway {
               chain forward { type filter hook forward priority filter;
                 iifname \"out0\" ct state new drop
                 oifname \"out0\" ip daddr { 10.0.0.0/8, 100.64.0.0/10, 172.16.0.0/12, 192.168.0.0/16 } drop
               }
               chain out { type nat hook postrouting priority srcnat;
                 oifname \"out0\" masquerade
               }
             }",
        )?;
        Ok(Self {
            id,
            gateway,
            net: net.to_owned(),
            length: lan.prefix_len(),
        })
    }

    /// An address of it.
    pub(super) fn address(&self, host: usize) -> String {
        format!("{}.{host}", self.net)
    }

    /// Connects a machine.
    pub(super) fn attach(
        &self,
        host: &Namespace,
        interface: &str,
        address: &str,
        number: usize,
    ) -> Result<()> {
        let port = format!("p{number}");
        veth(&self.gateway, &port, host, interface)?;
        self.gateway.ip(&format!("link set {port} master br0"))?;
        host.ip_all(&[
            format!("addr add {address}/{} dev {interface}", self.length),
            format!("route add default via {}", self.address(1)),
        ])
    }

    /// Tells the gateway the way to pods that keep their address.
    pub(super) fn know_pods(&self, topology: &Topology, pods: &[Pod]) -> Result<()> {
        let here = pods.iter().filter_map(|pod| {
            let node = topology.nodes.get(pod.node);
            let addresses: Vec<_> = node.addresses().collect();
            let via = v4(&addresses).filter(|_| node.site == Some(self.id))?;
            Some(format!("route replace {} via {via}", pod.address))
        });
        self.gateway.ip_all(&here.collect::<Vec<_>>())
    }
}

/// Bridged packets are none of the gateway's filter.
pub(crate) fn leave_bridges_alone() -> Result<()> {
    let switch = "f=/proc/sys/net/bridge/bridge-nf-call-iptables; [ ! -e $f ] || echo 0 >$f";
    let failed = |e| Error::Io {
        what: "could not leave bridges alone".to_owned(),
        source: e,
    };
    Command::new("sh")
        .args(["-c", switch])
        .status()
        .map_err(failed)?;
    Ok(())
}

/// The first address of a node outside of tailnets.
pub(super) fn of_node(node: &tailwright::topology::Node) -> Option<Ipv4Addr> {
    v4(&node.addresses().collect::<Vec<_>>())
}
