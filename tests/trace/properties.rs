//! What holds for every topology.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use tailwright::scalar::Protocol;
use tailwright::topology::Topology;
use tailwright::trace::outcome::{CauseKind, Seen};
use tailwright::trace::{Question, Trace, Tracer};

use crate::lab::{leaks, seen, topology, topology_of_text};
use crate::random::{Case, any_case};

const PROTOCOLS: [Protocol; 2] = [Protocol::Udp, Protocol::Tcp];

/// A question of every class for every class of names.
fn questions(tracer: &Tracer<'_>) -> Vec<Question> {
    let names = tracer.name_classes();
    let mut questions = Vec::new();
    for client in tracer.client_groups() {
        for name in &names {
            questions.extend(PROTOCOLS.map(|protocol| Question {
                from: client.class().clone(),
                name: name.name().clone(),
                record_type: name.record_type,
                protocol,
            }));
        }
    }
    questions
}

fn always(tracer: &Tracer<'_>, question: &Question) -> Trace {
    tracer.trace(question, &BTreeSet::new())
}

fn topology_of(case: &Case) -> Topology {
    topology(&case.declaration, &case.policy.to_string())
}

/// The sockets of everything that answers.
fn sockets(topology: &Topology) -> BTreeSet<SocketAddr> {
    let mut all = BTreeSet::new();
    for forwarder in topology.forwarders.values() {
        let port = forwarder.port.value.number();
        let instances = forwarder.instances.iter();
        let addresses = instances.flat_map(|instance| &instance.listen);
        all.extend(addresses.map(|address| SocketAddr::new(address.ip(), port)));
    }
    for resolver in topology.resolvers.values() {
        let port = resolver.declared.port.map_or(53, |port| port.number());
        let addresses = topology.resolver_addresses(resolver).into_iter();
        all.extend(addresses.map(|address| SocketAddr::new(address.ip(), port)));
    }
    for cluster in topology.clusters.values() {
        let addresses = cluster.declared.dns_service.0.iter();
        all.extend(addresses.map(|address| SocketAddr::new(address.value.ip(), 53)));
    }
    all
}

/// At which servers packets arrive: of each class, for each socket of the topology before, over each protocol.
fn reached(
    topology: &Topology,
    sockets: &BTreeSet<SocketAddr>,
) -> BTreeMap<String, BTreeSet<String>> {
    let tracer = Tracer::new(topology);
    let mut all = BTreeMap::new();
    for client in tracer
        .client_groups()
        .iter()
        .flat_map(|group| &group.members)
    {
        for socket in sockets {
            for protocol in PROTOCOLS {
                let servers = tracer.reached(client, *socket, protocol);
                all.insert(format!("{client} {socket} {protocol}"), servers);
            }
        }
    }
    all
}

/// What arrives with fewer permissions arrived before, too.
fn arrives_nowhere_new(before: &Case, after: &Case) -> Result<(), TestCaseError> {
    let (before, after) = (topology_of(before), topology_of(after));
    let sockets = sockets(&before);
    let (before, after) = (reached(&before, &sockets), reached(&after, &sockets));
    prop_assert_eq!(before.len(), after.len());
    for (packet, servers) in after {
        let known = &before[&packet];
        prop_assert!(servers.is_subset(known), "{packet}: {servers:?} {known:?}");
    }
    Ok(())
}

/// The lists of a declaration that permit something, each entry by its pointer.
fn permissions(case: &Case) -> Vec<String> {
    let entries = |pointer: String, list: &Json| -> Vec<String> {
        let count = list.as_array().map_or(0, Vec::len);
        (0..count).map(|n| format!("{pointer}/{n}")).collect()
    };
    let mut all = Vec::new();
    for (table, list) in [("nodes", "openPorts"), ("forwarders", "allow")] {
        for (name, value) in case.declaration[table].as_object().into_iter().flatten() {
            all.extend(entries(format!("/{table}/{name}/{list}"), &value[list]));
        }
    }
    all.extend(entries("policy:/grants".into(), &case.policy["grants"]));
    all
}

fn without(case: &Case, permission: &str) -> Case {
    let mut case = case.clone();
    let (of, pointer) = match permission.strip_prefix("policy:") {
        Some(pointer) => (&mut case.policy, pointer),
        None => (&mut case.declaration, permission),
    };
    let (list, n) = pointer.rsplit_once('/').unwrap();
    let list = of.pointer_mut(list).unwrap().as_array_mut().unwrap();
    list.remove(n.parse().unwrap());
    case
}

/// The same with `allow` written out, so that an entry can be left out.
fn with_allow(case: &Case) -> Case {
    let mut case = case.clone();
    let topology = topology_of(&case);
    for forwarder in topology.forwarders.values() {
        let instances = forwarder.instances.iter();
        let admitted: BTreeSet<String> = instances
            .flat_map(|instance| &instance.admitted)
            .map(|admission| admission.source.to_string())
            .collect();
        case.declaration["forwarders"][forwarder.name.as_str()]["allow"] = json!(admitted);
    }
    case
}

/// A declaration with its attributes in the opposite order.
fn reversed(value: &Json) -> String {
    match value {
        Json::Array(items) => {
            let items: Vec<String> = items.iter().map(reversed).collect();
            format!("[{}]", items.join(","))
        }
        Json::Object(set) => {
            let entries = set.iter().rev();
            let entries: Vec<String> = entries
                .map(|(name, value)| format!("{}:{}", Json::from(name.as_str()), reversed(value)))
                .collect();
            format!("{{{}}}", entries.join(","))
        }
        other => other.to_string(),
    }
}

/// What the matrix says of each pair of members, without the names of who stands for others.
type Sees = (BTreeSet<Seen>, BTreeSet<String>);

fn sees(tracer: &Tracer<'_>, question: &Question) -> Sees {
    let trace = always(tracer, question);
    (seen(&trace.outcomes), leaks(&trace.outcomes))
}

fn by_member(topology: &Topology) -> BTreeMap<String, Sees> {
    let tracer = Tracer::new(topology);
    let mut all = BTreeMap::new();
    for client in tracer.client_groups() {
        for name in tracer.name_classes() {
            let question = Question {
                from: client.class().clone(),
                name: name.name().clone(),
                record_type: name.record_type,
                protocol: Protocol::Udp,
            };
            let sees = sees(&tracer, &question);
            for client in &client.members {
                for name in &name.members {
                    all.insert(format!("{client} {name}"), sees.clone());
                }
            }
        }
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_question_has_an_outcome(case in any_case()) {
        let topology = topology_of(&case);
        let tracer = Tracer::new(&topology);
        for question in questions(&tracer) {
            let trace = always(&tracer, &question);
            prop_assert!(!trace.outcomes.is_empty(), "{question:?}");
            for outcome in &trace.outcomes {
                prop_assert!(!outcome.when.is_empty());
                let leaves = outcome.cause.leaves();
                let is_given_up = leaves.iter().any(|leaf| leaf.kind == CauseKind::GivenUp);
                prop_assert!(!is_given_up, "{question:?}: {outcome:?}");
                let says_unknown = leaves.iter().any(|leaf| leaf.kind == CauseKind::Unknown);
                prop_assert!(outcome.seen != Seen::Unknown || says_unknown, "{outcome:?}");
            }
        }
    }

    #[test]
    fn fewer_permissions_let_nothing_arrive_anywhere_new(
        case in any_case(),
        which in any::<prop::sample::Index>(),
        writes_allow in any::<bool>(),
    ) {
        let case = if writes_allow { with_allow(&case) } else { case };
        let permissions = permissions(&case);
        if !permissions.is_empty() {
            let permission: &String = which.get(&permissions);
            arrives_nowhere_new(&case, &without(&case, permission))?;
        }
    }

    #[test]
    fn the_order_of_attributes_never_matters(case in any_case()) {
        let other = topology_of_text(reversed(&case.declaration), &case.policy.to_string());
        prop_assert_eq!(by_member(&topology_of(&case)), by_member(&other));
    }

    #[test]
    fn who_stands_for_others_sees_what_they_see(case in any_case()) {
        let topology = topology_of(&case);
        let tracer = Tracer::new(&topology);
        let names = tracer.name_classes();
        for client in tracer.client_groups() {
            for name in &names {
                for protocol in PROTOCOLS {
                    let question = |from: usize, of: usize| Question {
                        from: client.members[from].clone(),
                        name: name.members[of].clone(),
                        record_type: name.record_type,
                        protocol,
                    };
                    let first = sees(&tracer, &question(0, 0));
                    for other in 1..client.members.len() {
                        prop_assert_eq!(&first, &sees(&tracer, &question(other, 0)), "{:?}", question(other, 0));
                    }
                    for other in 1..name.members.len().min(6) {
                        prop_assert_eq!(&first, &sees(&tracer, &question(0, other)), "{:?}", question(0, other));
                    }
                }
            }
        }
    }

    #[test]
    fn any_node_of_a_kind_fails_as_the_others_do(case in any_case()) {
        let topology = topology_of(&case);
        let tracer = Tracer::new(&topology);
        let groups = tracer.client_groups();
        let names = tracer.name_classes();
        for kind in groups.iter().filter(|group| group.nodes.len() > 1) {
            let down: Vec<BTreeSet<_>> = kind.nodes.iter().map(|node| [*node].into()).collect();
            for client in &groups {
                for name in &names {
                    let sees = |failed: usize| {
                        let is_up = |at: &usize| client.nodes.get(*at) != Some(&kind.nodes[failed]);
                        let from = (0..client.members.len()).find(is_up)?;
                        let question = Question {
                            from: client.members[from].clone(),
                            name: name.name().clone(),
                            record_type: name.record_type,
                            protocol: Protocol::Udp,
                        };
                        let outcomes = tracer.trace(&question, &down[failed]).outcomes;
                        Some((seen(&outcomes), leaks(&outcomes)))
                    };
                    for failed in 1..down.len() {
                        prop_assert_eq!(sees(0), sees(failed), "{:?} {}", client.class(), name.name());
                    }
                }
            }
        }
    }

    #[test]
    fn the_matrix_says_what_each_trace_says(case in any_case()) {
        let topology = topology_of(&case);
        let tracer = Tracer::new(&topology);
        let matrix = tracer.matrix();
        for (row, client) in matrix.clients.iter().enumerate() {
            for (column, name) in matrix.names.iter().enumerate() {
                for protocol in PROTOCOLS {
                    let question = Question {
                        from: client.class().clone(),
                        name: name.name().clone(),
                        record_type: name.record_type,
                        protocol,
                    };
                    let own = always(&Tracer::new(&topology), &question).outcomes;
                    prop_assert_eq!(matrix.cells[row][column].outcomes(protocol), &own[..], "{:?}", question);
                }
            }
        }
    }
}
