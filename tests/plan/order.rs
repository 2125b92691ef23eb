//! Steps and their order.

use common::topologies;
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use tailwright::plan::{Because, Plan, Step, What};
use tailwright::scalar::ServerRef;
use tailwright::topology::{Asker, Id, Node, Resolver, Tailnet, Topology};

use crate::declaration::Run;

pub(crate) fn topology() -> impl Strategy<Value = Json> {
    proptest::collection::vec(any::<u8>(), 0..400).prop_map(|bytes| topologies::sound(&bytes))
}

/// Whether `first` comes before `second` when applying, and after it when taking back.
fn comes_before(plan: &Plan, first: What, second: What) -> bool {
    let mut backwards = plan.backwards().map(|step| step.what);
    let taken_back_second = backwards.find(|what| [first, second].contains(what)) == Some(second);
    plan.position(first) < plan.position(second) && taken_back_second
}

/// Whether a step requires another, directly or by way of others. An order alone could be luck.
fn needs(plan: &Plan, what: What, other: What) -> bool {
    let step = plan.steps().iter().find(|step| step.what == what);
    let mut requires = step.into_iter().flat_map(|step| &step.requires);
    requires.any(|one| one.step == other || needs(plan, one.step, other))
}

/// The nodes whose forwarder sees a resolver arrive: another derivation than the plan's.
fn asked_by(topology: &Topology, resolver: &Resolver) -> Vec<Id<Node>> {
    let asker = Asker::Resolver(resolver.name.clone());
    let forwarders = topology.forwarders.values();
    let instances = forwarders.flat_map(|forwarder| &forwarder.instances);
    instances
        .filter(|instance| instance.arrivals.iter().any(|one| one.asker == asker))
        .map(|instance| instance.node)
        .collect()
}

/// The resolvers that are name servers of a tailnet.
fn name_servers(topology: &Topology, tailnet: &Tailnet) -> Vec<Id<Resolver>> {
    let servers = tailnet.declared.nameservers.iter();
    let names = servers.filter_map(|server| match &server.value {
        ServerRef::Resolver(name) => topology.resolvers.find(name.as_str()),
        ServerRef::Address(_) => None,
    });
    names.map(|(id, _)| id).collect()
}

/// The nodes that advertise a route of a tailnet to one of a resolver's addresses.
fn routers(topology: &Topology, tailnet: Id<Tailnet>, resolver: &Resolver) -> Vec<Id<Node>> {
    let addresses = topology.resolver_addresses(resolver);
    let nodes = topology.nodes.iter();
    nodes
        .filter(|(_, node)| {
            let membership = node.tailscale.iter().filter(|own| own.tailnet == tailnet);
            let mut routes = membership.flat_map(|own| &own.advertised_routes);
            routes.any(|route| {
                addresses
                    .iter()
                    .any(|one| route.value.contains_address(*one))
            })
        })
        .map(|(id, _)| id)
        .collect()
}

fn is_by_hand_for_clients(step: &Step) -> bool {
    matches!(
        step.what,
        What::Dhcp(_) | What::TailnetDns(_) | What::Device(_)
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_step_comes_after_what_it_requires(declaration in topology()) {
        let run = Run::json(&declaration);
        let plan = Plan::of(&run.checked.topology);
        for step in plan.steps() {
            for one in &step.requires {
                prop_assert!(comes_before(&plan, one.step, step.what), "{:?} {:?}", one, step.what);
            }
            // What can't be had in time comes after all, and only nodes and resolvers ask what
            // in turn needs them.
            for one in &step.awaits {
                prop_assert!(comes_before(&plan, step.what, one.step), "{:?} {:?}", one, step.what);
                prop_assert!(matches!(step.what, What::Node(_) | What::Resolver(_)));
            }
        }
    }

    #[test]
    fn taking_back_is_the_exact_reverse_and_no_step_is_twice(declaration in topology()) {
        let run = Run::json(&declaration);
        let plan = Plan::of(&run.checked.topology);
        let mut backwards: Vec<&Step> = plan.backwards().collect();
        backwards.reverse();
        prop_assert!(backwards.iter().copied().eq(plan.steps()));
        for (position, step) in plan.steps().iter().enumerate() {
            prop_assert_eq!(plan.position(step.what), Some(position));
        }
        prop_assert_eq!(&plan, &Plan::of(&run.checked.topology));
    }

    #[test]
    fn name_servers_come_after_all_that_carries_them(declaration in topology()) {
        let run = Run::json(&declaration);
        let topology = &run.checked.topology;
        let plan = Plan::of(topology);
        for (id, tailnet) in topology.tailnets.iter() {
            let last = What::TailnetDns(id);
            for resolver in name_servers(topology, tailnet) {
                let resolved = topology.resolvers.get(resolver);
                let asked = asked_by(topology, resolved);
                if !asked.is_empty() {
                    prop_assert!(needs(&plan, last, What::Resolver(resolver)));
                    prop_assert!(comes_before(&plan, What::Resolver(resolver), last));
                }
                for node in asked {
                    prop_assert!(needs(&plan, What::Resolver(resolver), What::Node(node)));
                    prop_assert!(comes_before(&plan, What::Node(node), last));
                }
                for node in routers(topology, id, resolved) {
                    prop_assert!(needs(&plan, What::Routes(id), What::Node(node)));
                    prop_assert!(needs(&plan, last, What::Routes(id)));
                    prop_assert!(comes_before(&plan, What::Routes(id), last));
                }
            }
        }
        // Nothing comes after clients are pointed at their name servers.
        let first = plan.steps().iter().position(is_by_hand_for_clients);
        let behind = &plan.steps()[first.unwrap_or(plan.steps().len())..];
        prop_assert!(behind.iter().all(is_by_hand_for_clients), "{:?}", behind);
    }

    #[test]
    fn nodes_of_a_forwarder_follow_one_another(declaration in topology()) {
        let run = Run::json(&declaration);
        let plan = Plan::of(&run.checked.topology);
        for (id, forwarder) in run.checked.topology.forwarders.iter() {
            let nodes: Vec<What> = forwarder
                .instances
                .iter()
                .map(|instance| What::Node(instance.node))
                .collect();
            let own = plan.steps().iter().filter(|step| nodes.contains(&step.what));
            let own: Vec<&Step> = own.collect();
            prop_assert_eq!(own.len(), nodes.len());
            for pair in own.windows(2) {
                let waits = pair[1].requires.iter().any(|one| {
                    one.step == pair[0].what && one.because == Because::Shares(id)
                });
                prop_assert!(waits, "{:?}", pair);
            }
        }
    }
}

/// The plan of a declaration, each step with its subject's name.
fn steps(declaration: &Json) -> Vec<String> {
    let run = Run::json(declaration);
    let topology = &run.checked.topology;
    let plan = Plan::of(topology);
    plan.steps()
        .iter()
        .map(|step| match step.what {
            What::Secrets => "secrets".to_owned(),
            What::Node(id) => topology.nodes.get(id).name.to_string(),
            What::Routes(_) => "routes".to_owned(),
            What::Resolver(id) => topology.resolvers.get(id).name.to_string(),
            What::ClusterDns(id) => format!("dns of {}", topology.clusters.get(id).name),
            What::Device(id) => topology.devices.get(id).name.to_string(),
            What::Dhcp(id) => format!("dhcp of {}", topology.sites.get(id).name),
            What::TailnetDns(_) => "name servers".to_owned(),
        })
        .collect()
}

fn example() -> Json {
    let text = include_str!("../../examples/homelab/tailnet.nix");
    crate::declaration::nix_to_json(text)
}

#[test]
fn the_example() {
    assert_eq!(
        steps(&example()),
        [
            "secrets",
            "lab-oci-bk",
            "lab-alpha-cp",
            "lab-beta-cp",
            "lab-gamma-wk",
            "lab-pi-bk",
            "lab-delta-cp",
            "routes",
            "blocky",
            "dns of homelab",
            "dhcp of home",
            "name servers",
        ]
    );
}

#[test]
fn a_node_that_asks_the_resolver_comes_after_it() {
    let mut declaration = example();
    declaration["nodes"]["lab-pi-bk"]["nameservers"] = json!(["blocky"]);
    let steps = steps(&declaration);
    let position = |name: &str| steps.iter().position(|step| step == name);
    assert!(position("lab-pi-bk") > position("blocky"), "{steps:?}");
    assert!(
        position("lab-pi-bk") < position("dhcp of home"),
        "{steps:?}"
    );
}

#[test]
fn a_forwarder_that_asks_the_resolver_can_not_wait_for_it() {
    let mut declaration = example();
    declaration["nodes"]["lab-beta-cp"]["nameservers"] = json!(["10.10.10.100"]);
    let run = Run::json(&declaration);
    let topology = &run.checked.topology;
    let plan = Plan::of(topology);
    let (beta, _) = topology.nodes.find("lab-beta-cp").expect("it is declared");
    let (blocky, _) = topology.resolvers.find("blocky").expect("it is declared");
    let position = plan.position(What::Node(beta)).expect("a node of NixOS");
    let awaits = &plan.steps()[position].awaits;
    assert_eq!(awaits.len(), 1);
    assert_eq!(awaits[0].step, What::Resolver(blocky));
    assert_eq!(awaits[0].because, Because::NameServer(blocky));
}

#[test]
fn clients_that_are_pointed_at_servers_of_others_are_no_step() {
    let mut declaration = example();
    declaration["sites"]["home"]["nameservers"] = json!(["9.9.9.9"]);
    declaration["devices"]["television"]["nameservers"] = json!(["9.9.9.9"]);
    declaration["devices"]["phone"]["nameservers"] = json!(["blocky"]);
    let steps = steps(&declaration);
    let last = &steps[steps.len() - 2..];
    assert_eq!(last, ["phone", "name servers"], "{steps:?}");
}
