//! Pods on the nodes of a cluster, its Services, and the source NAT of its network plug-in.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use tailwright::facts::kubernetes::pod_interfaces;
use tailwright::scalar::{CniKind, Peer, Port};
use tailwright::topology::{Cluster, Id, Node, Topology};
use tailwright_lab::namespace::{Namespace, veth};
use tailwright_lab::{Error, Result};

use super::site::of_node;
use super::{Machine, Pod, Runs, Who, list, ranges, v4};

/// Where packets are led that a network policy drops, or that are for no Service: a drop would be told to
/// the program that sends them.
const NOWHERE: &str = "192.0.0.8";

fn nodes(topology: &Topology, id: Id<Cluster>) -> Vec<(Id<Node>, &Node)> {
    let nodes = topology.nodes.iter();
    nodes.filter(|(_, node)| node.cluster == Some(id)).collect()
}

/// The pods of a cluster: on each node one that asks and one of its DNS, and those of resolvers on its
/// first and its last node.
pub(super) fn pods(
    topology: &Topology,
    id: Id<Cluster>,
    machines: &BTreeMap<Who, Machine>,
) -> Result<Vec<Pod>> {
    let cluster = topology.clusters.get(id);
    let mut own = cluster
        .pod_cidrs
        .iter()
        .map(|range| range.value.net().addr());
    let base = own.find_map(|address| match address {
        IpAddr::V4(address) => Some(address.octets()),
        IpAddr::V6(_) => None,
    });
    let Some([a, b, c, _]) = base else {
        return Err(Error::Dns(format!(
            "cluster {} has no IPv4 pods",
            cluster.name
        )));
    };
    let nodes = nodes(topology, id);
    let mut pods = Vec::new();
    for (number, (node, _)) in nodes.iter().enumerate() {
        let mut runs = vec![Runs::Client, Runs::ClusterDns];
        if number == 0 || number + 1 == nodes.len() {
            let resolvers = topology.resolvers.iter();
            let here = resolvers.filter(|(_, resolver)| resolver.cluster == Some(id));
            runs.extend(here.map(|(resolver, _)| Runs::Resolver(resolver)));
        }
        for (last, runs) in (10_u8..).zip(runs) {
            let third = c + u8::try_from(number).unwrap_or_default();
            let address = Ipv4Addr::new(a, b, third, last);
            let name = format!("{}{}", interface(cluster.cni.value), last);
            let host = &machines[&Who::Node(*node)].host;
            pods.push(Pod {
                cluster: id,
                node: *node,
                runs,
                address,
                place: pod(host, &name, address)?,
            });
        }
    }
    for (other, node) in &nodes {
        let Some(via) = of_node(node) else { continue };
        for (id, _) in nodes.iter().filter(|(id, _)| id != other) {
            let there = pods.iter().filter(|pod| pod.node == *other);
            let routes = there.map(|pod| format!("route add {} via {via}", pod.address));
            machines[&Who::Node(*id)]
                .host
                .ip_all(&routes.collect::<Vec<_>>())?;
        }
    }
    Ok(pods)
}

/// How the names of pods' interfaces on their node begin.
fn interface(cni: CniKind) -> &'static str {
    pod_interfaces(cni).first().copied().unwrap_or("veth")
}

/// A pod, routed by its node.
fn pod(node: &Namespace, interface: &str, address: Ipv4Addr) -> Result<Namespace> {
    let pod = Namespace::new("pod")?;
    veth(node, interface, &pod, "eth0")?;
    node.ip_all(&[
        format!("addr add 169.254.1.1/32 dev {interface}"),
        format!("route add {address} dev {interface}"),
    ])?;
    pod.ip_all(&[
        format!("addr add {address}/32 dev eth0"),
        "route add default via 169.254.1.1 dev eth0 onlink".to_owned(),
    ])?;
    Ok(pod)
}

/// A Service: an address that is led to pods, one after the other.
struct Service {
    address: Ipv4Addr,
    port: u16,
    pods: Vec<Ipv4Addr>,
    /// Whom a network policy lets in; everybody where absent.
    admits: Option<Vec<Peer>>,
}

impl Service {
    fn to(&self) -> String {
        match self.pods.as_slice() {
            [only] => only.to_string(),
            all => {
                let numbered = all.iter().enumerate();
                let turns = list(numbered.map(|(number, pod)| format!("{number} : {pod}")));
                format!("numgen inc mod {} map {{ {turns} }}", all.len())
            }
        }
    }

    fn is_admitted(&self, peer: Peer) -> bool {
        self.admits
            .as_ref()
            .is_none_or(|admits| admits.contains(&peer))
    }

    /// Where it is led for who comes by an interface.
    fn forwarded(&self, interface: &str) -> String {
        let to = format!("ip daddr {} meta l4proto {{ tcp, udp }}", self.address);
        let mut rules = String::new();
        for (peer, from) in [(Peer::Pods, "iifname"), (Peer::World, "iifname !=")] {
            if !self.is_admitted(peer) {
                rules += &format!("{from} \"{interface}*\" {to} dnat to {NOWHERE}\n");
            }
        }
        rules + &self.led(&self.to())
    }

    /// Where it is led for the node itself.
    fn own(&self) -> String {
        match self.is_admitted(Peer::Nodes) {
            true => self.led(&self.to()),
            false => self.led(NOWHERE),
        }
    }

    fn led(&self, to: &str) -> String {
        let Self { address, port, .. } = self;
        format!("ip daddr {address} meta l4proto {{ tcp, udp }} th dport {port} dnat to {to}\n")
    }
}

fn all_services(topology: &Topology, id: Id<Cluster>, pods: &[Pod]) -> Vec<Service> {
    let behind = |runs: Runs| -> Vec<Ipv4Addr> {
        let pods = pods
            .iter()
            .filter(|pod| pod.cluster == id && pod.runs == runs);
        pods.map(|pod| pod.address).collect()
    };
    let cluster = topology.clusters.get(id);
    let dns = v4(cluster.declared.dns_service.0.iter().map(|own| &own.value));
    let mut services: Vec<Service> = dns
        .map(|address| Service {
            address,
            port: 53,
            pods: behind(Runs::ClusterDns),
            admits: None,
        })
        .into_iter()
        .collect();
    for (resolver, declared) in topology.resolvers.iter() {
        let address = v4(&topology.resolver_addresses(declared));
        if let Some(address) = address.filter(|_| declared.cluster == Some(id)) {
            let admits = declared.declared.admits.as_ref();
            services.push(Service {
                address,
                port: declared.declared.port.map_or(53, Port::number),
                pods: behind(Runs::Resolver(resolver)),
                admits: admits.map(|admits| admits.value.clone()),
            });
        }
    }
    services.retain(|service| !service.pods.is_empty());
    services
}

/// The Services of a cluster on each of its nodes, and whose address pods have elsewhere. Addresses in the
/// LAN are announced by the first node.
pub(super) fn services(
    topology: &Topology,
    id: Id<Cluster>,
    machines: &BTreeMap<Who, Machine>,
    pods: &[Pod],
) -> Result<()> {
    let services = all_services(topology, id, pods);
    let cni = interface(topology.clusters.get(id).cni.value);
    let forwarded: String = services.iter().map(|one| one.forwarded(cni)).collect();
    let own: String = services.iter().map(Service::own).collect();
    let (hides, pod_ranges) = (hides(topology, id), pod_ranges(topology, id));
    for (number, (node, _)) in nodes(topology, id).into_iter().enumerate() {
        let machine = &machines[&Who::Node(node)];
        let lan = &machine.interface;
        machine.host.nft_load(&format!(
            "table ip services {{
               chain network {{ type filter hook prerouting priority mangle;
                 iifname \"{lan}\" ip daddr {{ {pod_ranges} }} ct mark set 1
                 iifname \"{cni}*\" ct mark 1 meta mark set 1
               }}
               chain prerouting {{ type nat hook prerouting priority dstnat; {forwarded} }}
               chain output {{ type nat hook output priority -100; {own} }}
               chain from {{ type nat hook postrouting priority srcnat;
                 ct status dnat ip saddr != {{ {pod_ranges} }} masquerade
                 {hides}
               }}
             }}"
        ))?;
        machine.host.ip_all(&[
            "link add nowhere type bridge".to_owned(),
            "link set nowhere arp off up".to_owned(),
            format!("route add {NOWHERE} dev nowhere"),
            // The network of the pods is the plug-in's, whatever routes the node accepts.
            "rule add pref 5200 fwmark 1 lookup main".to_owned(),
        ])?;
        if number == 0 {
            announce(machine, &services)?;
        }
    }
    Ok(())
}

/// Answers for the Services' addresses in the LAN; what is not led into pods is lost.
fn announce(machine: &Machine, services: &[Service]) -> Result<()> {
    let mut lines = Vec::new();
    for Service { address, .. } in services {
        lines.push(format!("route add {address} dev nowhere"));
        lines.push(format!(
            "neigh add proxy {address} dev {}",
            machine.interface
        ));
    }
    machine.host.ip_all(&lines)?;
    let interface = &machine.interface;
    let at_once = format!("echo 0 >/proc/sys/net/ipv4/neigh/{interface}/proxy_delay\n");
    machine.host.shell(&at_once)
}

fn pod_ranges(topology: &Topology, id: Id<Cluster>) -> String {
    ranges(
        topology
            .clusters
            .get(id)
            .pod_cidrs
            .iter()
            .map(|range| &range.value),
    )
}

/// The source NAT of the plug-in, by its own documentation: flannel's and Calico's ways hide pods from
/// everything that is no pod, Cilium's and kube-router's from everything that is no node either.
fn hides(topology: &Topology, id: Id<Cluster>) -> String {
    let cluster = topology.clusters.get(id);
    if !cluster.masquerades() {
        return String::new();
    }
    let pods = pod_ranges(topology, id);
    let mut left_alone = pods.clone();
    let kept = &cluster.declared.non_masquerade_cidrs;
    let kept = ranges(kept.iter().map(|range| &range.value));
    if !kept.is_empty() {
        left_alone += &format!(", {kept}");
    }
    if matches!(cluster.cni.value, CniKind::Cilium | CniKind::KubeRouter) {
        let nodes = nodes(topology, id);
        let own = nodes.iter().filter_map(|(_, node)| of_node(node));
        left_alone += &format!(", {}", list(own));
    }
    format!("ip saddr {{ {pods} }} ip daddr != {{ {left_alone} }} masquerade")
}
