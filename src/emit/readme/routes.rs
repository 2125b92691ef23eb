//! The step that approves routes and exit nodes.

use super::commands::seen;
use super::guide::and;
use super::{Block, Guide, Page};
use crate::emit::markdown::code;
use crate::scalar::{Address, Control, Role};
use crate::topology::{Id, Node, Tailnet};

impl Page<'_> {
    pub(super) fn routes(&self, id: Id<Tailnet>) -> Guide {
        let tailnet = self.topology.tailnets.get(id);
        let nodes: Vec<String> = self.members(id).filter_map(advertised).collect();
        let mut apply = vec![Block::text(format!(
            "By hand, since tailwright does not write the policy: {}. Approve what the policy's \
             `autoApprovers` do not.",
            nodes.join("; ")
        ))];
        apply.push(match tailnet.control() {
            Control::Tailscale => Block::text(
                "In the admin console: Machines, the node's menu, Edit route settings.",
            ),
            Control::Headscale => Block::with(
                "On the host of headscale, with the identifier and the routes that the first command \
                 shows:",
                vec![
                    "headscale nodes list-routes".to_owned(),
                    "headscale nodes approve-routes --identifier ID --routes ROUTES".to_owned(),
                ],
            ),
        });
        Guide {
            title: format!("Routes of the tailnet {}", self.suffix(id)),
            place: place(tailnet.control()),
            apply,
            check: self.routes_work(id),
            undo: vec![Block::text(
                "Take the approval back in the same place, where it was not given before. Not earlier: \
                 what was taken back above this was reached by these routes.",
            )],
        }
    }

    fn routes_work(&self, id: Id<Tailnet>) -> Vec<Block> {
        let mut check = Vec::new();
        let carriers = || {
            self.members(id)
                .filter(|node| routes(node).next().is_some())
        };
        let addresses = carriers().flat_map(|node| {
            node.addresses()
                .filter(|address| routes(node).any(|route| route.contains_address(*address)))
        });
        let get = |address: Address| {
            let family = if address.ip().is_ipv6() { "-6 " } else { "" };
            format!("ip {family}route get {address}")
        };
        let commands: Vec<String> = addresses.map(get).collect();
        if !commands.is_empty() {
            let commands = vec![seen("each by dev tailscale0", commands.join("\n"))];
            check.push(Block::with(
                "On a Linux member of the tailnet outside these networks, which accepts routes:",
                commands,
            ));
        } else if carriers().next().is_some() {
            check.push(Block::text(
                "From a member of the tailnet that accepts routes, something behind each of them \
                 answers.",
            ));
        }
        if self.members(id).any(|node| node.has_role(Role::ExitNode)) {
            check.push(Block::with(
                "On any member:",
                vec![seen("lists the exit nodes", "tailscale exit-node list")],
            ));
        }
        check
    }

    fn members(&self, id: Id<Tailnet>) -> impl Iterator<Item = &Node> {
        let nodes = self.topology.nodes.values();
        nodes.filter(move |node| {
            let membership = node.tailscale.as_ref();
            membership.is_some_and(|membership| membership.tailnet == id)
        })
    }

    /// The suffix of a tailnet, by which the page calls it.
    pub(super) fn suffix(&self, id: Id<Tailnet>) -> String {
        code(
            self.topology
                .tailnets
                .get(id)
                .declared
                .suffix
                .value
                .as_str(),
        )
    }
}

/// Where a tailnet's settings are.
pub(super) fn place(control: Control) -> String {
    match control {
        Control::Tailscale => "the admin console of the tailnet".to_owned(),
        Control::Headscale => "the host of headscale".to_owned(),
    }
}

fn routes(node: &Node) -> impl Iterator<Item = crate::scalar::Cidr> {
    let membership = node.tailscale.iter();
    membership.flat_map(|membership| {
        let routes = membership.advertised_routes.iter();
        routes.map(|route| route.value)
    })
}

/// What a node advertises.
fn advertised(node: &Node) -> Option<String> {
    let mut what: Vec<String> = routes(node).map(|route| code(&route.to_string())).collect();
    if node.has_role(Role::ExitNode) {
        what.push("itself as an exit node".to_owned());
    }
    let name = code(node.name.as_str());
    (!what.is_empty()).then(|| format!("{name} advertises {}", and(&what)))
}
