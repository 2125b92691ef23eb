//! `tailscale.nix`: services.tailscale with every managed flag, in both directions: a flag of
//! `tailscale set` that is merely left out keeps its last value.

use super::secrets::{auth_key, has_sops, sops_name};
use super::{Definitions, assertion, strings};
use crate::nix::{Expr, Op, call, lambda, set, str, var};
use crate::scalar::{Control, Part, Role, SecretKind};
use crate::topology::{Membership, Node, Topology};

pub(super) fn definitions(topology: &Topology, node: &Node) -> Option<Definitions> {
    let membership = node.tailscale.as_ref()?;
    let set_flags = set_flags(node, membership, topology);
    // `up` gets them all as well: it comes before `set`, and would take over the host's DNS for a
    // moment; and when the node joins again it refuses to leave out what is not at its default.
    let up_flags = [up_flags(membership, topology), set_flags.clone()].concat();
    let names: Vec<String> = up_flags
        .iter()
        .filter_map(|flag| flag.split_once('=').map(|(name, _)| name.to_owned()))
        .collect();
    let tailscale = set()
        .bind("enable", true)
        .bind("openFirewall", membership.open_firewall)
        .bind(
            "useRoutingFeatures",
            str(routing_features(node, membership)),
        )
        .bind("extraUpFlags", strings(up_flags.clone()))
        .bind("extraSetFlags", strings(set_flags));
    let always = set()
        .bind(["services", "tailscale"], tailscale)
        .bind("assertions", vec![no_other_flags(node, &names, &up_flags)]);
    let mut conditional = Vec::new();
    if let Some(secret) = auth_key(topology, node) {
        if node.manages(Part::Secrets) {
            let path = var("config.sops.secrets").dot([sops_name(secret).as_str(), "path"]);
            let file = set().bind(["services", "tailscale", "authKeyFile"], path);
            conditional.push(call("lib.optionalAttrs", [has_sops(), file.into()]));
        }
        if secret.declared.kind == SecretKind::OauthClient {
            let parameters = set()
                .bind("ephemeral", secret.declared.ephemeral.unwrap_or(false))
                .bind("preauthorized", true);
            let parameters = set().bind(["services", "tailscale", "authKeyParameters"], parameters);
            conditional.push(parameters.into());
        }
    }
    Some(Definitions {
        file: "tailscale.nix",
        always,
        conditional,
    })
}

/// What `tailscale set` takes: applied again whenever it changes.
fn set_flags(node: &Node, membership: &Membership, topology: &Topology) -> Vec<String> {
    let declared = &membership.declared;
    let routes: Vec<String> = membership
        .advertised_routes
        .iter()
        .map(|route| route.value.to_string())
        .collect();
    let exit_node = declared
        .exit_node
        .as_ref()
        .map(|name| exit_node(name.value.as_str(), topology))
        .unwrap_or_default();
    vec![
        format!("--accept-dns={}", membership.accept_dns.value),
        format!("--accept-routes={}", membership.accept_routes.value),
        format!("--advertise-exit-node={}", node.has_role(Role::ExitNode)),
        format!("--advertise-routes={}", routes.join(",")),
        format!("--exit-node={exit_node}"),
        format!(
            "--exit-node-allow-lan-access={}",
            declared.exit_node_allow_lan_access.unwrap_or(false)
        ),
        format!("--hostname={}", node.name),
        format!("--snat-subnet-routes={}", membership.snat_subnet_routes),
        format!("--ssh={}", declared.ssh.unwrap_or(false)),
    ]
}

/// An exit node by its address where that is known: by name it can't be set before the first
/// network map has arrived.
fn exit_node(name: &str, topology: &Topology) -> String {
    let node = topology
        .nodes
        .find(name)
        .and_then(|(_, node)| node.tailscale.as_ref());
    let device = topology
        .devices
        .find(name)
        .and_then(|(_, device)| device.tailscale.as_ref());
    node.or(device)
        .and_then(|membership| membership.declared.address.0.first())
        .map_or_else(|| name.to_owned(), |address| address.value.to_string())
}

/// What only `tailscale up` takes, with which the node joins.
fn up_flags(membership: &Membership, topology: &Topology) -> Vec<String> {
    let tags: Vec<&str> = membership
        .declared
        .tags
        .iter()
        .map(|tag| tag.value.as_str())
        .collect();
    let control = topology
        .tailnets
        .get(membership.tailnet)
        .declared
        .control
        .as_ref();
    let is_headscale = control.is_some_and(|control| control.kind == Control::Headscale);
    let mut flags = Vec::new();
    // headscale takes a machine's tags from its key, and refuses one that asks for any (hscontrol/state/state.go,
    // measured with 0.29.2).
    if !is_headscale {
        flags.push(format!("--advertise-tags={}", tags.join(",")));
    }
    if let Some(url) = control.and_then(|control| control.url.as_ref()) {
        flags.push(format!("--login-server={}", url.value));
    }
    flags
}

fn routing_features(node: &Node, membership: &Membership) -> &'static str {
    let server = !membership.advertised_routes.is_empty() || node.has_role(Role::ExitNode);
    let client = membership.accept_routes.value || membership.declared.exit_node.is_some();
    match (server, client) {
        (true, true) => "both",
        (true, false) => "server",
        (false, true) => "client",
        (false, false) => "none",
    }
}

/// Lists of flags from several modules add up, and the last of two contradicting ones wins.
fn no_other_flags(node: &Node, names: &[String], flags: &[String]) -> Expr {
    let all = var("config.services.tailscale.extraUpFlags")
        .op(Op::Concat, var("config.services.tailscale.extraSetFlags"));
    let same_name = call(
        "lib.any",
        [
            lambda(
                "name",
                var("flag").op(Op::Equal, var("name")).op(
                    Op::Or,
                    call(
                        "lib.hasPrefix",
                        [var("name").op(Op::Add, str("=")), var("flag")],
                    ),
                ),
            ),
            strings(names.iter().cloned()),
        ],
    );
    let managed = call("lib.filter", [lambda("flag", same_name), all]);
    let foreign = call(
        "lib.subtractLists",
        [strings(flags.iter().cloned()), managed],
    );
    assertion(
        foreign.op(Op::Equal, Expr::List(Vec::new())),
        format!(
            "tailwright: another module of {} sets a tailscale flag that the declaration sets as well \
             (services.tailscale.extraUpFlags or extraSetFlags). Remove it there and say it in the \
             declaration, or take \"tailscale\" out of the node's `manage`.",
            node.name
        ),
    )
}
