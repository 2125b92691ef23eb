//! `resolver.nix`: the name servers of the node's own programs.

use super::{Definitions, assertion, strings};
use crate::nix::{Expr, call, set, str, text, var};
use crate::scalar::{Address, NodeResolver};
use crate::topology::{Asker, Forwarder, Node, Topology};

pub(super) fn definitions(topology: &Topology, node: &Node) -> Option<Definitions> {
    let nameservers = nameservers(topology, node);
    let mut always = set();
    if !nameservers.is_empty() {
        always = always.bind(["networking", "nameservers"], strings(nameservers));
    }
    let conditional = match node.resolver() {
        NodeResolver::Resolved => {
            always = always.bind(["services", "resolved", "enable"], true);
            split_dns(topology, node)
        }
        NodeResolver::None => Vec::new(),
    };
    if always.is_empty() && conditional.is_empty() {
        return None;
    }
    Some(Definitions {
        file: "resolver.nix",
        always,
        conditional,
    })
}

/// The addresses of a node's declared name servers.
pub(super) fn nameservers(topology: &Topology, node: &Node) -> Vec<String> {
    let servers = node.declared.nameservers.iter();
    let addresses = servers.flat_map(|server| topology.server_addresses(&server.value));
    addresses.map(|address| address.to_string()).collect()
}

/// Routes each forwarder's zones to it. systemd 258 has delegates for that; before, the zones
/// are put on the node's link.
fn split_dns(topology: &Topology, node: &Node) -> Vec<Expr> {
    let forwarders: Vec<&Forwarder> = topology
        .forwarders
        .values()
        .filter(|forwarder| node.resolves_names_of(forwarder.tailnet))
        .collect();
    if forwarders.is_empty() {
        return Vec::new();
    }
    let mut delegates = set();
    for forwarder in &forwarders {
        let delegate = set()
            .bind("DNS", strings(servers(forwarder, node)))
            .bind("Domains", strings(domains(forwarder)))
            .bind("DefaultRoute", false);
        delegates = delegates.bind(
            [
                format!("tailwright-{}", forwarder.name).as_str(),
                "Delegate",
            ],
            delegate,
        );
    }
    let with_delegates = set().bind(["services", "resolved", "dnsDelegates"], delegates);
    let mut expressions = vec![call(
        "lib.optionalAttrs",
        [has_delegates(), with_delegates.into()],
    )];
    // A link has one list of servers for all its zones.
    let is_one_tailnet = forwarders
        .iter()
        .all(|forwarder| forwarder.tailnet == forwarders[0].tailnet);
    if let Some(interface) = node.declared.interface.as_ref().filter(|_| is_one_tailnet) {
        let link = on_link(interface.value.as_str(), &forwarders, node);
        expressions.push(call("lib.mkIf", [!has_delegates(), link]));
    } else {
        let message = format!(
            "tailwright: this NixOS has no services.resolved.dnsDelegates, so the zones of the tailnet \
             have to be put on a link, which takes those of one tailnet. Declare the `interface` of {}, \
             or take a NixOS with systemd 258.",
            node.name
        );
        expressions.push(
            set()
                .bind("assertions", vec![assertion(has_delegates(), message)])
                .into(),
        );
    }
    expressions
}

fn has_delegates() -> Expr {
    var("options.services.resolved").has("dnsDelegates")
}

/// The addresses at which the node can ask: none of a family that it has no address of.
fn servers(forwarder: &Forwarder, node: &Node) -> Vec<String> {
    let port = forwarder.port.value.number();
    let resolved = Asker::Resolved(node.name.clone());
    let mut asked = Vec::new();
    let mut others = Vec::new();
    for instance in &forwarder.instances {
        let arrivals = instance.arrivals.iter();
        let targets: Vec<Address> = arrivals
            .filter(|arrival| arrival.asker == resolved)
            .flat_map(|arrival| arrival.targets.iter().map(|target| target.address))
            .collect();
        let addresses = instance.reachable_addresses();
        let (reached, unreached): (Vec<_>, Vec<_>) =
            addresses.partition(|address| targets.contains(address));
        asked.extend(reached);
        others.extend(unreached);
    }
    // Where nothing is known of the node's own addresses, any may be of use.
    let addresses = if asked.is_empty() { others } else { asked };
    addresses
        .into_iter()
        .map(|address| std::net::SocketAddr::new(address.ip(), port).to_string())
        .collect()
}

fn domains(forwarder: &Forwarder) -> impl Iterator<Item = String> {
    forwarder.zones.iter().map(|zone| format!("~{zone}"))
}

/// A unit that puts the zones on a link: resolved forgets them when it restarts, so the unit
/// restarts with it.
fn on_link(interface: &str, forwarders: &[&Forwarder], node: &Node) -> Expr {
    let servers: Vec<String> = forwarders
        .iter()
        .flat_map(|forwarder| servers(forwarder, node))
        .collect();
    // Two forwarders of one tailnet have the same zones.
    let mut zones: Vec<String> = Vec::new();
    for domain in forwarders.iter().flat_map(|forwarder| domains(forwarder)) {
        // Quoted: a shell expands a leading tilde.
        let quoted = format!("'{domain}'");
        if !zones.contains(&quoted) {
            zones.push(quoted);
        }
    }
    let script = format!(
        "resolvectl dns {interface} {}\nresolvectl domain {interface} {}\nresolvectl default-route {interface} false\n",
        servers.join(" "),
        zones.join(" ")
    );
    let unit = set()
        .bind(
            "description",
            str("Route the zones of the tailnet to its forwarders"),
        )
        .bind("wantedBy", strings(["multi-user.target"]))
        .bind(
            "after",
            strings(["network-online.target", "systemd-resolved.service"]),
        )
        .bind("wants", strings(["network-online.target"]))
        .bind("partOf", strings(["systemd-resolved.service"]))
        .bind("path", vec![var("config.systemd.package")])
        .bind(
            "serviceConfig",
            set()
                .bind("Type", str("oneshot"))
                .bind("RemainAfterExit", true),
        )
        .bind("script", text(script));
    let message = format!(
        "tailwright: networkd manages the link {interface} of {} and takes the zones off it again. Take a \
         NixOS with services.resolved.dnsDelegates, or set the node's `resolver` to \"none\".",
        node.name
    );
    set()
        .bind(["systemd", "services", "tailwright-split-dns"], unit)
        .bind(
            "assertions",
            vec![assertion(!var("config.systemd.network.enable"), message)],
        )
        .into()
}
