//! The step of a node, and the table of all.

use std::collections::BTreeSet;

use serde::Serialize;

use super::commands::{MEMBER, PUBLIC_NAME, dig, seen};
use super::guide::and;
use super::{Block, Guide, Page};
use crate::emit::markdown::code;
use crate::scalar::{Address, ClientClass, NodeResolver, Os, Part};
use crate::topology::{Forwarder, Id, Instance, Membership, Node};

/// A line of the table of nodes.
#[derive(Serialize)]
pub(super) struct Row {
    name: String,
    generated: String,
    yours: String,
}

const PARTS: [Part; 5] = [
    Part::Forwarder,
    Part::Firewall,
    Part::Tailscale,
    Part::Resolver,
    Part::Secrets,
];

impl Page<'_> {
    pub(super) fn node_rows(&self) -> Vec<Row> {
        let nodes = self.topology.nodes.iter();
        nodes
            .map(|(id, node)| {
                let list = |parts: Vec<Part>| {
                    let parts: Vec<String> =
                        parts.into_iter().map(|part| code(part.as_str())).collect();
                    if parts.is_empty() {
                        "nothing".to_owned()
                    } else {
                        parts.join(", ")
                    }
                };
                let generated = PARTS
                    .into_iter()
                    .filter(|part| self.has(&format!("nixos/{}/{part}.nix", node.name)));
                Row {
                    name: code(node.name.as_str()),
                    generated: list(generated.collect()),
                    yours: list(self.left_to_the_user(id)),
                }
            })
            .collect()
    }

    /// The parts that a node has by its declaration, but that are not generated.
    fn left_to_the_user(&self, id: Id<Node>) -> Vec<Part> {
        let node = self.topology.nodes.get(id);
        let has_forwarder = self.instances(id).next().is_some();
        let has = |part: &Part| match part {
            Part::Forwarder | Part::Firewall => has_forwarder,
            Part::Tailscale => node.tailscale.is_some(),
            Part::Resolver => {
                !node.declared.nameservers.is_empty() || node.resolver() != NodeResolver::None
            }
            Part::Secrets => {
                let membership = node.tailscale.as_ref();
                membership.is_some_and(|membership| membership.auth_key.is_some())
            }
        };
        let parts = PARTS.into_iter().filter(|part| !node.manages(*part));
        parts.filter(has).collect()
    }

    fn instances(&self, node: Id<Node>) -> impl Iterator<Item = (&Forwarder, &Instance)> {
        let forwarders = self.topology.forwarders.values();
        forwarders.filter_map(move |forwarder| Some((forwarder, forwarder.on(node)?)))
    }

    pub(super) fn node(&self, id: Id<Node>) -> Guide {
        let node = self.topology.nodes.get(id);
        let name = code(node.name.as_str());
        let runs: Vec<String> = self
            .instances(id)
            .map(|(forwarder, _)| format!("forwarder {}", code(forwarder.name.as_str())))
            .collect();
        let title = if runs.is_empty() {
            format!("Node {name}")
        } else {
            format!("Node {name}, with {}", and(&runs))
        };
        let addresses: Vec<String> = node.addresses().map(|one| code(&one.to_string())).collect();
        let place = if addresses.is_empty() {
            name
        } else {
            format!("{name} at {}", and(&addresses))
        };
        Guide {
            title,
            place,
            apply: self.apply_node(id),
            check: self.check_node(id),
            undo: undo_node(node),
        }
    }

    fn apply_node(&self, id: Id<Node>) -> Vec<Block> {
        let node = self.topology.nodes.get(id);
        let mut apply = Vec::new();
        let yours = self.left_to_the_user(id);
        if !yours.is_empty() {
            let parts: Vec<String> = yours.iter().map(|part| code(part.as_str())).collect();
            let why = match node.declared.os {
                Os::Nixos => "the node's `manage` leaves it out".to_owned(),
                other => format!(
                    "tailwright writes nothing for a system that is {}",
                    code(other.as_str())
                ),
            };
            apply.push(Block::text(format!(
                "By hand, since {why}: {}. It is checked as declared, so it has to be as declared.",
                and(&parts)
            )));
            apply.extend(self.by_hand(id, &yours));
        }
        if node.declared.os == Os::Nixos {
            apply.push(Block::commands(vec![format!(
                "nixos-rebuild switch --flake '.#{}'",
                node.name
            )]));
        }
        apply
    }

    /// What others rely on of the parts that are left to the user.
    fn by_hand(&self, id: Id<Node>, yours: &[Part]) -> Option<Block> {
        let node = self.topology.nodes.get(id);
        let mut facts = Vec::new();
        if yours.contains(&Part::Forwarder) {
            for (forwarder, instance) in self.instances(id) {
                facts.push(format!(
                    "The forwarder answers {} and the reverse zones of that tailnet on {} by asking {}, \
                     and refuses the rest.",
                    self.suffix(forwarder.tailnet),
                    and(&listens(forwarder, instance)),
                    code(&forwarder.upstream.to_string())
                ));
            }
        }
        let membership = node.tailscale.as_ref();
        let membership = membership.filter(|_| yours.contains(&Part::Tailscale));
        if let Some(membership) = membership {
            facts.push(format!(
                "It is a member of {}.",
                self.suffix(membership.tailnet)
            ));
            let routes = routes(membership);
            if !routes.is_empty() {
                facts.push(format!("It advertises {}.", and(&routes)));
            }
        }
        (!facts.is_empty()).then(|| Block::text(facts.join(" ")))
    }

    fn check_node(&self, id: Id<Node>) -> Vec<Block> {
        let node = self.topology.nodes.get(id);
        let mut check = Vec::new();
        let mut own = Vec::new();
        if node.declared.os == Os::Nixos {
            own.push(seen("lists no unit", "systemctl --failed"));
        }
        if node.tailscale.is_some() {
            own.push(seen(
                "the node itself, not logged out",
                "tailscale status --peers=false",
            ));
        }
        if node.resolver() == NodeResolver::Resolved {
            // Once for each tailnet, however many forwarders it has.
            let forwarders = self.topology.forwarders.values();
            let tailnets: BTreeSet<_> = forwarders.map(|forwarder| forwarder.tailnet).collect();
            for tailnet in tailnets {
                if node.resolves_names_of(tailnet)
                    && let Some(query) = self.member_query(tailnet, Some(&node.name))
                    && let Some((name, _)) = query.split_once(' ')
                {
                    own.push(seen(MEMBER, format!("resolvectl query {name}")));
                }
            }
        }
        if !own.is_empty() {
            check.push(Block::with("On the node:", own));
        }
        for (forwarder, instance) in self.instances(id) {
            check.push(self.check_forwarder(id, forwarder, instance));
        }
        check
    }

    fn check_forwarder(&self, id: Id<Node>, forwarder: &Forwarder, instance: &Instance) -> Block {
        let node = self.topology.nodes.get(id);
        let from = self.another_asker(node, instance);
        let query = self.member_query(forwarder.tailnet, Some(&node.name));
        let port = forwarder.port.value.number();
        let mut commands = Vec::new();
        for address in outside(instance) {
            if let Some(query) = &query {
                let asks = instance.protocols.iter();
                let asks: Vec<String> = asks
                    .map(|protocol| dig(address, port, *protocol, query))
                    .collect();
                commands.push(seen(MEMBER, asks.join("\n")));
            }
            for protocol in instance.protocols.iter().take(1) {
                let ask = dig(address, port, *protocol, PUBLIC_NAME);
                commands.push(seen("status: REFUSED", ask));
            }
        }
        let from = match from {
            Some(name) => format!(
                "On the node, and on {} as one of those who ask it",
                code(&name)
            ),
            None => "On the node, and on a machine that asks it".to_owned(),
        };
        Block::with(
            format!(
                "{from}, since the node's firewall is only seen from outside. SERVFAIL means that \
                 tailscaled is not connected, or that MagicDNS is off:"
            ),
            commands,
        )
    }

    /// Another node whose own programs ask an instance.
    fn another_asker(&self, own: &Node, instance: &Instance) -> Option<String> {
        instance
            .arrivals
            .iter()
            .find_map(|arrival| match &arrival.class {
                ClientClass::Node(name) if *name != own.name => Some(name.to_string()),
                _ => None,
            })
    }
}

/// Where others ask an instance, or the node itself where nobody else can.
fn outside(instance: &Instance) -> Vec<Address> {
    let reachable: Vec<Address> = instance.reachable_addresses().collect();
    if reachable.is_empty() {
        instance.listen.clone()
    } else {
        reachable
    }
}

/// The sockets on which others ask an instance.
pub(super) fn listens(forwarder: &Forwarder, instance: &Instance) -> Vec<String> {
    let port = forwarder.port.value.number();
    outside(instance)
        .into_iter()
        .map(|address| code(&std::net::SocketAddr::new(address.ip(), port).to_string()))
        .collect()
}

fn routes(membership: &Membership) -> Vec<String> {
    let routes = membership.advertised_routes.iter();
    routes.map(|route| code(&route.value.to_string())).collect()
}

fn undo_node(node: &Node) -> Vec<Block> {
    if node.declared.os == Os::Nixos {
        vec![Block::commands(vec![
            "nixos-rebuild switch --rollback".to_owned(),
        ])]
    } else {
        vec![Block::text("By hand, as it was set up.")]
    }
}
