//! ## What it does
//!
//! Finds what is declared to be managed, but what this version of tailwright does not generate: a
//! forwarder with dnsmasq or CoreDNS as its engine; as a whole application (`manage = "app"`), any
//! resolver but Blocky in a declared cluster; a Blocky older than 0.26.
//!
//! ## Why is this bad?
//!
//! The tree would lack it without a word, and the firewall would be opened for a service that
//! is not there. A Blocky before 0.26 remembers for half an hour that a forwarder did not know a
//! name, and can't be told not to.
//!
//! ## Example
//!
//! ```nix
//! forwarders.magicdns = { engine = "dnsmasq"; nodes = [ "alpha" ]; };
//! ```
//!
//! ## What to do
//!
//! Take `unbound`, or configure the engine by hand and leave `"forwarder"` out of the node's
//! `manage`: what is not managed is still checked. Let `manage` of a resolver be
//! `"conditional"`: of Blocky in a cluster the mapping of the suffix is generated, and for any other
//! the page at the tree's root says what to let it ask.

use super::Check;
use crate::finding::Finding;
use crate::place::Located;
use crate::scalar::{Engine, ManageResolver, Part, ResolverKind};
use crate::topology::{Node, Resolver, Topology};

rule!("TW009", "not-generated", Error, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    findings.extend(topology.forwarders.values().filter_map(|forwarder| {
        let instances = forwarder.instances.iter();
        let managed = instances
            .map(|instance| topology.nodes.get(instance.node))
            .find(|node| node.manages(Part::Forwarder))?;
        of_engine(&forwarder.declared.engine, managed)
    }));
    findings.extend(topology.resolvers.values().filter_map(of_app));
}

fn of_engine(engine: &Located<Engine>, managed: &Node) -> Option<Finding> {
    match engine.value {
        Engine::Unbound => None,
        Engine::Dnsmasq | Engine::Coredns => Some(
            Finding::new(
                &RULE,
                &engine.place,
                format!(
                    "{} as a forwarder's engine is not generated yet",
                    engine.value
                ),
            )
            .label(format!("{} is managed", managed.name))
            .note("the tree would lack the forwarder without a word")
            .help(
                "write \"unbound\", or configure it by hand and leave \"forwarder\" out of the \
                 nodes' `manage`",
            ),
        ),
    }
}

fn of_app(resolver: &Resolver) -> Option<Finding> {
    if resolver.manage != ManageResolver::App || resolver.app.is_some() {
        return None;
    }
    let declared = &resolver.declared;
    let kind = &declared.kind;
    let finding = match &declared.version {
        Some(version) if kind.value == ResolverKind::Blocky && declared.cluster.is_some() => {
            Finding::new(
                &RULE,
                &version.place,
                format!("Blocky {} is not generated", version.value),
            )
            .label("older than 0.26")
            .note("it remembers for half an hour that a forwarder did not know a name, and can't be told not to")
            .help("take a newer release, or write `manage = \"conditional\";`")
        }
        _ => Finding::new(
            &RULE,
            &kind.place,
            format!(
                "{} is not generated as a whole, other than Blocky in a cluster",
                kind.value
            ),
        )
        .label("its `manage` is \"app\"")
        .note("the tree would lack it without a word")
        .help("write `manage = \"conditional\";`, or \"none\""),
    };
    Some(finding)
}
