//! What the verdict relied on and the host's other modules could contradict: assertions in the
//! node's `default.nix`, so that the host and the verdict can't drift apart.

use super::{Definitions, assertion, resolver, strings};
use crate::nix::{Expr, Op, call, set, str, var};
use crate::scalar::{Firewall, Part};
use crate::topology::{Node, Topology};

pub(super) fn definitions(topology: &Topology, node: &Node) -> Definitions {
    let mut assertions = vec![firewall(node)];
    if node.firewall.value != Firewall::Off {
        assertions.push(trusted_interfaces(node));
    }
    let nameservers = resolver::nameservers(topology, node);
    if !nameservers.is_empty() {
        assertions.push(only_nameservers(node, nameservers));
    }
    if let Some(membership) = &node.tailscale
        && !node.manages(Part::Tailscale)
    {
        assertions.push(accept_dns(node, membership.accept_dns.value));
    }
    Definitions::of("default.nix", set().bind("assertions", assertions))
}

fn says(node: &Node, is: &str, attribute: &str) -> String {
    format!(
        "tailwright: the declaration says that {} {is}, and was checked with that. Correct \
         `nodes.{}.{attribute}` in the declaration, or this host.",
        node.name, node.name
    )
}

fn firewall(node: &Node) -> Expr {
    let enabled = var("config.networking.firewall.enable");
    match node.firewall.value {
        Firewall::Off => assertion(!enabled, says(node, "has no firewall", "firewall")),
        backend => assertion(
            enabled.op(
                Op::And,
                self::backend().op(Op::Equal, str(backend.as_str())),
            ),
            says(node, &format!("has a firewall on {backend}"), "firewall"),
        ),
    }
}

/// The firewall's back end; releases before `networking.firewall.backend` know two.
pub(super) fn backend() -> Expr {
    var("config.networking.firewall").dot_or(
        "backend",
        crate::nix::if_else(
            var("config.networking.nftables.enable"),
            str("nftables"),
            str("iptables"),
        ),
    )
}

fn trusted_interfaces(node: &Node) -> Expr {
    // NixOS itself always trusts the loopback interface.
    let declared = node
        .declared
        .trusted_interfaces
        .iter()
        .map(|interface| interface.value.as_str());
    let expected = strings(std::iter::once("lo").chain(declared));
    let others = call(
        "lib.subtractLists",
        [
            expected,
            var("config.networking.firewall.trustedInterfaces"),
        ],
    );
    assertion(
        others.op(Op::Equal, Expr::List(Vec::new())),
        says(
            node,
            "trusts no other interfaces than those of the declaration",
            "trustedInterfaces",
        ),
    )
}

fn only_nameservers(node: &Node, nameservers: Vec<String>) -> Expr {
    let joined = nameservers.join(", ");
    assertion(
        var("config.networking.nameservers").op(Op::Equal, strings(nameservers)),
        says(
            node,
            &format!("asks the name servers {joined}, in this order, and no others"),
            "nameservers",
        ),
    )
}

fn accept_dns(node: &Node, accepts: bool) -> Expr {
    let flag = str(format!("--accept-dns={accepts}"));
    let flags = var("config.services.tailscale.extraUpFlags")
        .op(Op::Concat, var("config.services.tailscale.extraSetFlags"));
    let is = if accepts {
        "takes the tailnet's DNS settings"
    } else {
        "does not take the tailnet's DNS settings"
    };
    assertion(
        call("lib.elem", [flag, flags]),
        says(
            node,
            &format!("{is} (--accept-dns={accepts} in extraSetFlags)"),
            "tailscale.acceptDns",
        ),
    )
}
