//! What is compared, and how.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;

use ipnet::IpNet;
use tailwright::declaration::source::Source;
use tailwright::policy::addresses::Addresses;
use tailwright::policy::{Machine, Policy, Tailnet, Whose, read};

use crate::capture::{Capture, Node, Rule};

/// A part of the service's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Aspect {
    /// Whether the policy is accepted.
    Verdict,
    /// What each machine lets in.
    Filters,
    /// Which routes are approved.
    Approvals,
}

impl fmt::Display for Aspect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Verdict => "verdict",
            Self::Filters => "packet filters",
            Self::Approvals => "approved routes",
        })
    }
}

pub(crate) enum Outcome {
    Agrees,
    Differs(String),
    NotCompared(&'static str),
}

fn outcome(differences: Vec<String>) -> Outcome {
    if differences.is_empty() {
        Outcome::Agrees
    } else {
        Outcome::Differs(differences.join("; "))
    }
}

pub(crate) fn compare(capture: &Capture) -> Vec<(Aspect, Outcome)> {
    let source = Source {
        display_name: "policy.hujson".into(),
        text: capture.policy.clone(),
    };
    let (policy, problems) = read(&source);
    let policy = policy.unwrap_or_default();
    let mut said: Vec<String> = problems
        .into_iter()
        .map(|problem| problem.message)
        .collect();
    let machines: Vec<Machine> = capture
        .nodes
        .values()
        .map(|node| machine(node, capture))
        .collect();
    if said.is_empty() {
        let failed = Tailnet::populated(&policy, machines.clone()).failed_tests();
        said.extend(failed.into_iter().map(|failure| failure.message));
    }
    let tailnet = Tailnet::new(&policy, machines);
    let has = |section: &str| capture.json.get(section).is_some();
    let mut all = Vec::new();
    let verdict = match (capture.code, said.as_slice()) {
        (500, _) => Outcome::NotCompared("the service failed"),
        _ if has("sshTests") => Outcome::NotCompared("`sshTests` are not evaluated"),
        (200, []) | (400, [_, ..]) => Outcome::Agrees,
        (code, said) => Outcome::Differs(format!("{code} for {said:?}")),
    };
    all.push((Aspect::Verdict, verdict));
    if capture.code != 200 {
        return all;
    }
    let beyond = [
        (
            "ssh",
            "what `ssh` gives to whom is not followed (the rest of the answer is compared)",
        ),
        (
            "nodeAttrs",
            "what `nodeAttrs` give to whom is not followed (the rest of the answer is compared)",
        ),
    ];
    for (section, why) in beyond {
        if has(section) {
            all.push((Aspect::Verdict, Outcome::NotCompared(why)));
        }
    }
    let has_app = capture.json["grants"]
        .as_array()
        .is_some_and(|grants| grants.iter().any(|grant| grant.get("app").is_some()));
    if has_app {
        let why = "capabilities that grants give are not followed (ports are compared)";
        all.push((Aspect::Filters, Outcome::NotCompared(why)));
    }
    if capture.is_incomplete {
        let why = "the capture gave up before every machine had its answer";
        all.push((Aspect::Filters, Outcome::NotCompared(why)));
        return all;
    }
    all.push((Aspect::Filters, outcome(filters(capture, &tailnet))));
    all.push((Aspect::Approvals, outcome(approvals(capture, &policy))));
    all
}

fn whose(node: &Node, capture: &Capture) -> Whose {
    let tags = node.tags.clone().unwrap_or_default();
    if !tags.is_empty() {
        return Whose::Tags(tags);
    }
    let name = node.user.as_deref().unwrap();
    let user = capture
        .users
        .iter()
        .find(|user| user.name == name || user.email == name);
    match user {
        Some(user) => Whose::User(user.email.clone()),
        None => Whose::User(name.to_owned()),
    }
}

fn machine(node: &Node, capture: &Capture) -> Machine {
    Machine {
        whose: whose(node, capture),
        addresses: vec![node.ipv4, node.ipv6],
        advertises: node
            .routable_ips
            .iter()
            .flatten()
            .map(|route| route.parse().unwrap())
            .collect(),
    }
}

/// The sources that may send something, by destination, protocol (0 for those that are meant
/// without one) and ports.
type Lets = BTreeMap<(String, u8, u16, u16), Addresses>;

fn filters(capture: &Capture, tailnet: &Tailnet<'_>) -> Vec<String> {
    let mut differences = Vec::new();
    for (name, answer) in &capture.answers {
        let Some(node) = capture.nodes.get(name) else {
            differences.push(format!("{name} is in no topology"));
            continue;
        };
        let theirs = captured(answer.packet_filter_rules.as_deref().unwrap_or_default());
        let mut ours = Lets::new();
        for opening in tailnet.filter(&machine(node, capture)).0 {
            for ports in &opening.traffic.ports {
                let key = (
                    format!("{:?}", opening.destinations),
                    opening.traffic.protocol.unwrap_or(0),
                    *ports.start(),
                    *ports.end(),
                );
                let before = ours.remove(&key).unwrap_or_default();
                ours.insert(key, Addresses::union([before, opening.sources.clone()]));
            }
        }
        if ours != theirs {
            differences.push(format!("{name}: {ours:?} for {theirs:?}"));
        }
    }
    differences
}

fn captured(rules: &[Rule]) -> Lets {
    let mut lets = Lets::new();
    for rule in rules {
        let sources = Addresses::union(rule.sources.iter().flatten().map(|text| addresses(text)));
        let protocols = if rule.protocols.is_empty() {
            &[0][..]
        } else {
            &rule.protocols
        };
        for destination in &rule.destinations {
            for protocol in protocols {
                let key = (
                    format!("{:?}", addresses(&destination.address)),
                    *protocol,
                    destination.ports.first,
                    destination.ports.last,
                );
                let before = lets.remove(&key).unwrap_or_default();
                lets.insert(key, Addresses::union([before, sources.clone()]));
            }
        }
    }
    lets
}

/// `*`, an address, a range, or one address and another.
fn addresses(text: &str) -> Addresses {
    if text == "*" {
        return Addresses::all();
    }
    if let Some((first, last)) = text.split_once('-') {
        return Addresses::between(first.parse().unwrap(), last.parse().unwrap());
    }
    match text.parse::<IpNet>() {
        Ok(net) => net.into(),
        Err(_) => text.parse::<IpAddr>().unwrap().into(),
    }
}

fn approvals(capture: &Capture, policy: &Policy) -> Vec<String> {
    let mut differences = Vec::new();
    for (name, node) in &capture.nodes {
        let Some(answer) = capture.answers.get(name) else {
            continue;
        };
        let allowed = answer
            .netmap
            .self_node
            .allowed
            .as_deref()
            .unwrap_or_default();
        for route in node.routable_ips.iter().flatten() {
            let ours = policy.approves(&whose(node, capture), route.parse().unwrap());
            if ours != allowed.contains(route) {
                differences.push(format!("{name}: {route} is approved is {ours}"));
            }
        }
    }
    differences
}
