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
        let accept_dns = membership.accept_dns.value;
        let accept_routes = membership.accept_routes.value;
        let snat = membership.snat_subnet_routes;
        assertions.extend([
            switch(node, "accept-dns", "acceptDns", accept_dns, true),
            switch(node, "accept-routes", "acceptRoutes", accept_routes, false),
            switch(node, "snat-subnet-routes", "snatSubnetRoutes", snat, true),
        ]);
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
    let declared = node.declared.trusted_interfaces.iter();
    let expected: Vec<&str> = std::iter::once("lo")
        .chain(declared.map(|interface| interface.value.as_str()))
        .collect();
    let actual = || var("config.networking.firewall.trustedInterfaces");
    let difference = |one: Expr, other: Expr| {
        call("lib.subtractLists", [one, other]).op(Op::Equal, Expr::List(Vec::new()))
    };
    let no_more = difference(strings(expected.iter().copied()), actual());
    let holds = match expected.as_slice() {
        ["lo"] => no_more,
        _ => no_more.op(
            Op::And,
            difference(actual(), strings(expected.iter().copied())),
        ),
    };
    assertion(
        holds,
        says(
            node,
            &format!(
                "trusts the interfaces {} and no others",
                expected.join(", ")
            ),
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

/// Whether a switch of tailscaled that is not managed stands as declared. `default` is what it
/// is where no flag says so (ipn/prefs.go in github.com/tailscale/tailscale, on Linux).
fn switch(node: &Node, flag: &str, attribute: &str, declared: bool, default: bool) -> Expr {
    let flags = || {
        var("config.services.tailscale.extraUpFlags")
            .op(Op::Concat, var("config.services.tailscale.extraSetFlags"))
    };
    let is_given = |spelling: String| call("lib.elem", [str(spelling), flags()]);
    let on = || is_given(format!("--{flag}")).op(Op::Or, is_given(format!("--{flag}=true")));
    let off = || is_given(format!("--{flag}=false"));
    let holds = match (declared, default) {
        (true, true) => !off(),
        (false, false) => !on(),
        (true, false) => on(),
        (false, true) => off(),
    };
    let is = format!("has --{flag}={declared} among its tailscale flags, or by default");
    assertion(holds, says(node, &is, &format!("tailscale.{attribute}")))
}
