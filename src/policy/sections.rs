//! The sections of the file that stand for themselves, and the order of all.

use ipnet::IpNet;

use super::reader::{Reader, entry};
use super::selector::Selector;
use super::validity::{Role, known};
use super::{Approvers, Policy, grants, node_attrs, own_tests, ssh};
use crate::declaration::value::{Set, Value};

/// The sections (tailscale.com/docs/reference/syntax/policy-file). What the last ones hold says
/// nothing about who reaches what.
const SECTIONS: [&str; 18] = [
    "acls",
    "grants",
    "groups",
    "hosts",
    "tagOwners",
    "autoApprovers",
    "ssh",
    "tests",
    "sshTests",
    "nodeAttrs",
    "postures",
    "ipsets",
    "defaultSrcPosture",
    "attrConfig",
    "derpMap",
    "disableIPv4",
    "OneCGNATRoute",
    "randomizeClientPort",
];

pub(super) fn policy(value: &Value, reader: &mut Reader) -> Policy {
    let mut policy = Policy::default();
    let Some(root) = reader.object(value, &SECTIONS) else {
        return policy;
    };
    groups(root, &mut policy, reader);
    hosts(root, &mut policy, reader);
    names(root, &mut policy, reader);
    tag_owners(root, &mut policy, reader);
    auto_approvers(root, &mut policy, reader);
    policy.grants = grants::read(root, &policy, reader);
    policy.tests = own_tests::read(root, &policy, reader);
    policy.attributes = node_attrs::read(root, &policy, reader);
    ssh::check(root, &policy, reader);
    policy
}

/// The entries of a section whose names are the user's own.
fn entries<'v>(
    root: &'v Set,
    section: &str,
    reader: &mut Reader,
) -> Vec<(&'v String, &'v crate::declaration::value::Entry)> {
    let set = entry(root, section).and_then(|entry| reader.map(&entry.value));
    set.map_or_else(Vec::new, |set| set.entries.iter().collect())
}

fn groups(root: &Set, policy: &mut Policy, reader: &mut Reader) {
    for (name, entry) in entries(root, "groups", reader) {
        if name.strip_prefix("group:").is_none_or(str::is_empty) {
            reader.problem(
                &entry.key,
                format!("\"{name}\" is no name of a group"),
                "begin it with group:",
            );
        }
        let elements = reader.elements(&entry.value);
        let members =
            reader.each(
                elements,
                "name each user by his login name",
                |text| match Selector::parse(text) {
                    Ok(Selector::User(user)) => Ok(user),
                    Ok(Selector::Group(group)) => Err(format!("{group} can't be in a group")),
                    _ => Err(format!("\"{text}\" is no user")),
                },
            );
        let members = members.into_iter().map(|(user, _)| user).collect();
        policy.groups.insert(name.clone(), members);
    }
}

fn hosts(root: &Set, policy: &mut Policy, reader: &mut Reader) {
    for (name, entry) in entries(root, "hosts", reader) {
        let Some(text) = reader.text(&entry.value) else {
            continue;
        };
        match Selector::parse(text) {
            Ok(Selector::Net(net)) if text.parse().is_ok_and(|as_is: IpNet| as_is != net) => {
                reader.problem(
                    &entry.value.location,
                    format!("the range {text} has host bits"),
                    format!("write {net}"),
                );
            }
            Ok(Selector::Net(net)) => {
                policy.hosts.insert(name.clone(), net);
            }
            _ => reader.problem(
                &entry.value.location,
                format!("\"{text}\" is neither an address nor a range"),
                "write one, such as 10.10.10.5 or 10.10.10.0/24",
            ),
        }
    }
}

/// Postures and IP sets: what they mean is not followed, only whether there are any of a name.
fn names(root: &Set, policy: &mut Policy, reader: &mut Reader) {
    let own = |section, reader: &mut Reader| -> Vec<String> {
        let all = entries(root, section, reader).into_iter();
        all.map(|(name, _)| name.clone()).collect()
    };
    policy.names.postures = own("postures", reader);
    policy.names.ip_sets = own("ipsets", reader);
}

fn tag_owners(root: &Set, policy: &mut Policy, reader: &mut Reader) {
    let all = entries(root, "tagOwners", reader);
    for (name, entry) in &all {
        let letter = name
            .strip_prefix("tag:")
            .is_some_and(|name| name.starts_with(|c: char| c.is_ascii_alphabetic()));
        if !letter {
            reader.problem(
                &entry.key,
                format!("\"{name}\" is no tag"),
                "begin it with tag: and a letter from a to z",
            );
        }
        policy.tag_owners.insert((*name).clone(), Vec::new());
    }
    for (name, entry) in all {
        let elements = reader.elements(&entry.value);
        let owners = reader.selectors(elements);
        let owners = known(owners, Role::Owner, policy, reader);
        policy.tag_owners.insert(name.clone(), owners);
    }
}

fn auto_approvers(root: &Set, policy: &mut Policy, reader: &mut Reader) {
    let Some(section) = entry(root, "autoApprovers") else {
        return;
    };
    let Some(set) = reader.object(&section.value, &["routes", "exitNode", "services"]) else {
        return;
    };
    let mut approvers = Approvers::default();
    for (route, entry) in entries(set, "routes", reader) {
        let elements = reader.elements(&entry.value);
        let who = reader.selectors(elements);
        let who = known(who, Role::Owner, policy, reader);
        match route.parse::<IpNet>() {
            Ok(net) => approvers.routes.push((net.trunc(), who)),
            Err(_) => reader.problem(
                &entry.key,
                format!("\"{route}\" is no range"),
                "write one, such as 10.10.10.0/24",
            ),
        }
    }
    for (service, entry) in entries(set, "services", reader) {
        if !service.starts_with("svc:") && !service.starts_with("tag:") {
            reader.problem(
                &entry.key,
                format!("\"{service}\" is no Service"),
                "begin it with svc:",
            );
        }
        let elements = reader.elements(&entry.value);
        let who = reader.selectors(elements);
        known(who, Role::Owner, policy, reader);
    }
    let elements = reader.list(set, "exitNode");
    let who = reader.selectors(elements);
    approvers.exit_node = known(who, Role::Owner, policy, reader);
    policy.approvers = approvers;
}

/// The posture conditions of a rule: each is declared.
pub(super) fn postures(rule: &Set, policy: &Policy, reader: &mut Reader) {
    let elements = reader.list(rule, "srcPosture");
    for (text, location) in reader.strings(elements) {
        let declared = policy.names.postures.iter().any(|name| name == text);
        if text.starts_with("posture:") && !declared {
            reader.problem(
                location,
                format!("{text} is not among the \"postures\""),
                "declare it there",
            );
        }
    }
}
