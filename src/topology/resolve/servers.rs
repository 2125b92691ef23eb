//! Resolvers and forwarders.

use super::members::{optional, tailnet_of};
use super::{Context, app, keep_broken_names, refuse_reserved};
use crate::declaration::{Declaration, language};
use crate::facts::{nixos, resolver as facts};
use crate::place::Located;
use crate::rules::structure;
use crate::scalar::{ClientClass, ManageResolver, Name, Port, ResolverKind};
use crate::topology::forwarding;
use crate::topology::table::Id;
use crate::topology::{Forwarder, Node, Resolver, Topology};

pub(super) fn resolvers(declaration: &Declaration, topology: &mut Topology, context: &mut Context) {
    for (name, (_, declared)) in &declaration.resolvers.0 {
        let Some(declared) = declared else { continue };
        let before = context.findings.len();
        let resolver = resolver(name, declared, topology, context);
        let resolver = context.sound(resolver, declared.is_sound, before);
        topology.resolvers.insert(name.clone(), resolver);
    }
    keep_broken_names(&declaration.resolvers, &mut topology.resolvers);
    app::check_names(topology, context);
}

fn resolver(
    name: &Name,
    declared: &language::Resolver,
    topology: &Topology,
    context: &mut Context,
) -> Option<Resolver> {
    refuse_reserved(name, &declared.place, context);
    let cluster = optional(&topology.clusters, declared.cluster.as_ref(), context);
    let nodes = nodes(&declared.nodes, topology, context);
    if declared.cluster.is_some() && !declared.nodes.is_empty() {
        context.findings.push(structure::contradiction(
            &declared.place,
            format!(
                "`{}` runs both in a cluster and on nodes",
                declared.place.path
            ),
            "keep `cluster` or `nodes`: they are two resolvers where both are true",
        ));
    }
    let (default, fact) = match declared.kind.value {
        ResolverKind::Public => (ManageResolver::None, &facts::PUBLIC),
        ResolverKind::Blocky if declared.cluster.is_some() => {
            (ManageResolver::App, &facts::BLOCKY_IN_A_CLUSTER)
        }
        _ => (ManageResolver::Conditional, &facts::FORWARDING_ALONE),
    };
    let manage = context.or_default(
        declared.manage.as_ref(),
        &declared.place,
        "manage",
        default,
        fact,
    );
    let cluster = cluster?;
    let app = app::app(name, declared, cluster, manage.value, topology, context);
    if manage.value != ManageResolver::App && declared.kind.value == ResolverKind::Blocky {
        app::settings::check_foreign(declared, context);
    }
    Some(Resolver {
        name: name.clone(),
        declared: declared.clone(),
        cluster,
        nodes,
        manage: manage.value,
        app,
    })
}

/// The nodes of a list of names, without those that have a finding.
fn nodes(names: &[Located<Name>], topology: &Topology, context: &mut Context) -> Vec<Id<Node>> {
    names
        .iter()
        .filter_map(|name| {
            topology
                .nodes
                .refer(&name.value, &name.place, &mut context.findings)
        })
        .collect()
}

pub(super) fn forwarders(
    declaration: &Declaration,
    topology: &mut Topology,
    context: &mut Context,
) {
    let mut resolved = Vec::new();
    for (name, (_, declared)) in &declaration.forwarders.0 {
        let forwarder = declared.as_ref().and_then(|declared| {
            let before = context.findings.len();
            let forwarder = forwarder(name, declared, topology, context);
            context.sound(forwarder, declared.is_sound, before)
        });
        resolved.push((name.clone(), forwarder));
    }
    one_daemon_a_host(&resolved, topology, context);
    // Who asks a forwarder depends on resolvers, clusters and nodes, all of which stand by now.
    for (name, forwarder) in resolved {
        topology.forwarders.insert(name, forwarder);
    }
}

/// NixOS runs each of the engines once on a host, and a port has one listener.
fn one_daemon_a_host(
    forwarders: &[(Name, Option<Forwarder>)],
    topology: &Topology,
    context: &mut Context,
) {
    let sound: Vec<&Forwarder> = forwarders
        .iter()
        .filter_map(|(_, one)| one.as_ref())
        .collect();
    for (index, one) in sound.iter().enumerate() {
        for other in &sound[..index] {
            let engine = one.declared.engine.value;
            let same_engine = engine == other.declared.engine.value;
            let same_port = one.port.value == other.port.value;
            let shared = one.instances.iter().find(|own| {
                other.on(own.node).is_some_and(|theirs| {
                    let mut listen = own.listen.iter();
                    same_engine || (same_port && listen.any(|one| theirs.listen.contains(one)))
                })
            });
            let Some(shared) = shared else { continue };
            let node = &topology.nodes.get(shared.node).name;
            let (does, help) = if same_engine {
                (
                    format!("run {engine}"),
                    "give one of them other nodes: a host runs the program once",
                )
            } else {
                (
                    format!("listen on port {}", one.port.value),
                    "give one of them another port",
                )
            };
            context.findings.push(
                structure::contradiction(
                    &one.declared.place,
                    format!(
                        "forwarders {} and {} both {does} on {node}",
                        other.name, one.name
                    ),
                    help,
                )
                .related(&other.declared.place, "the other one"),
            );
        }
    }
}

fn forwarder(
    name: &Name,
    declared: &language::Forwarder,
    topology: &Topology,
    context: &mut Context,
) -> Option<Forwarder> {
    let place = &declared.place;
    let tailnet = tailnet_of(declared.tailnet.as_ref(), place, topology, context);
    let nodes = nodes(&declared.nodes, topology, context);
    if declared.nodes.is_empty() {
        context.findings.push(structure::contradiction(
            place,
            format!("`{}` runs on no node", place.path),
            "add `nodes = [ … ];`, or remove the forwarder",
        ));
    }
    for class in &declared.clients {
        if class.value == ClientClass::Outside {
            context.findings.push(structure::contradiction(
                &class.place,
                "a forwarder can't serve clients from outside",
                "remove `outside`: a forwarder answers its own clients and refuses the rest",
            ));
        }
    }
    let port = match Port::new(i64::from(nixos::FORWARDER_PORT)) {
        Some(default) => context.or_default(
            declared.port.as_ref(),
            place,
            "port",
            default,
            &nixos::FORWARDER_PORT_FACT,
        ),
        None => return None,
    };
    let forwarder = forwarding::forwarder(name, declared, tailnet?, port, &nodes, topology);
    for class in &declared.clients {
        if has_no_address(&class.value, topology) {
            context.findings.push(structure::contradiction(
                &class.place,
                format!(
                    "{} can't be admitted: it has no address that is known",
                    class.value
                ),
                "declare its address, or the class whose addresses it has",
            ));
        }
    }
    Some(forwarder)
}

/// Whether a class is a single machine of which no address is known, nor that it is a member of
/// a tailnet.
fn has_no_address(class: &ClientClass, topology: &Topology) -> bool {
    match class {
        ClientClass::Node(name) => topology
            .nodes
            .find(name.as_str())
            .is_some_and(|(_, node)| node.addresses().next().is_none() && node.tailscale.is_none()),
        ClientClass::Device(name) => {
            topology
                .devices
                .find(name.as_str())
                .is_some_and(|(_, device)| {
                    device.declared.address.0.is_empty() && device.tailscale.is_none()
                })
        }
        _ => false,
    }
}
