//! What was generated for nodes, as NixOS would write it to disk.

use std::collections::BTreeMap;

use common::host::evaluate_all;
use common::{Firewall, Generated, HostSpec};
use tailwright::declaration::language::OpenPort;
use tailwright::scalar::{self, Os, Part, Protocol};
use tailwright::topology::{Id, Node, Topology};
use tailwright_lab::Failure;

use crate::rendered::Rendered;
use crate::servers::addresses;

/// The nodes of a tree, evaluated in one go.
pub(crate) struct Hosts(BTreeMap<Id<Node>, Rendered>);

impl Hosts {
    pub(crate) fn of(tree: &Generated) -> Result<Self, Failure> {
        let topology = tree.topology();
        let nodes = topology
            .nodes
            .iter()
            .filter(|(_, node)| node.declared.os == Os::Nixos);
        let (ids, specs): (Vec<Id<Node>>, Vec<HostSpec>) = nodes
            .map(|(id, node)| {
                let firewall = match node.firewall.value {
                    scalar::Firewall::Nftables => Firewall::Nftables,
                    scalar::Firewall::Iptables => Firewall::Iptables,
                    scalar::Firewall::Firewalld => Firewall::Firewalld,
                    scalar::Firewall::Off => Firewall::Off,
                };
                let spec = tree.host(node.name.as_str()).firewall(firewall);
                (
                    id,
                    spec.module_text(&own_module(topology, node)).with_sops(),
                )
            })
            .unzip();
        let hosts = evaluate_all(&specs)?.into_iter().map(Rendered::of);
        Ok(Self(ids.into_iter().zip(hosts).collect()))
    }

    pub(crate) fn get(&self, id: Id<Node>) -> Option<&Rendered> {
        self.0.get(&id)
    }
}

/// What a node's owner writes into its configuration, to make it as declared.
fn own_module(topology: &Topology, node: &Node) -> String {
    let mut lines = Vec::new();
    if !node.manages(Part::Resolver) {
        let servers = addresses(topology, &node.declared.nameservers);
        let servers: Vec<String> = servers
            .iter()
            .map(|one| format!("\"{}\"", one.ip()))
            .collect();
        lines.push(format!(
            "networking.nameservers = [ {} ];",
            servers.join(" ")
        ));
    }
    let (mut everywhere, mut nftables, mut iptables) =
        ([Vec::new(), Vec::new()], String::new(), String::new());
    for open in &node.declared.open_ports {
        for protocol in protocols(open) {
            let port = open.port.number();
            let word = protocol.as_str();
            match &open.from {
                None => everywhere[usize::from(protocol == Protocol::Tcp)].push(port.to_string()),
                Some(from) => {
                    for source in from {
                        nftables += &format!("ip saddr {source} {word} dport {port} accept\n");
                        iptables += &format!(
                            "iptables -w -A nixos-fw -s {source} -p {word} --dport {port} -j nixos-fw-accept\n"
                        );
                    }
                }
            }
        }
    }
    let [udp, tcp] = everywhere.map(|ports| ports.join(" "));
    lines.push(format!("networking.firewall.allowedUDPPorts = [ {udp} ];"));
    lines.push(format!("networking.firewall.allowedTCPPorts = [ {tcp} ];"));
    match node.firewall.value {
        scalar::Firewall::Nftables => {
            lines.push(format!(
                "networking.firewall.extraInputRules = ''\n{nftables}'';"
            ));
        }
        scalar::Firewall::Iptables => {
            lines.push(format!(
                "networking.firewall.extraCommands = ''\n{iptables}'';"
            ));
        }
        scalar::Firewall::Firewalld | scalar::Firewall::Off => {}
    }
    format!("{{ {} }}", lines.join("\n"))
}

fn protocols(open: &OpenPort) -> Vec<Protocol> {
    open.protocols
        .clone()
        .unwrap_or_else(|| vec![Protocol::Udp, Protocol::Tcp])
}
