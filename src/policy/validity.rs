//! Who may stand where in a rule, and whether he is known.

use super::Policy;
use super::reader::Reader;
use super::selector::Selector;
use crate::declaration::value::Location;

/// The part that a selector plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Owner of a tag, or approver of a route.
    Owner,
    /// Source of a rule.
    Source,
    /// Destination of a rule.
    Destination,
    /// Target of `nodeAttrs`.
    Target,
    /// Destination of an SSH rule.
    SshDestination,
}

/// The selectors that may play their part; the others are noted.
pub(super) fn known(
    selectors: Vec<(Selector, Location)>,
    role: Role,
    policy: &Policy,
    reader: &mut Reader,
) -> Vec<Selector> {
    let mut all = Vec::new();
    for (selector, location) in selectors {
        match problem(&selector, role, policy) {
            None => all.push(selector),
            Some((message, help)) => reader.problem(&location, message, help),
        }
    }
    all
}

/// Why a selector can't play a part, and what to do.
pub(super) fn problem(
    selector: &Selector,
    role: Role,
    policy: &Policy,
) -> Option<(String, &'static str)> {
    let missing =
        |name: &String, section, help| Some((format!("{name} is not in \"{section}\""), help));
    match (selector, role) {
        (Selector::Tag(tag), _) if !policy.tag_owners.contains_key(tag) => {
            missing(tag, "tagOwners", "add it there, with who may assign it")
        }
        (Selector::Group(group), _) if !policy.groups.contains_key(group) => {
            missing(group, "groups", "add it there, with its users")
        }
        (Selector::IpSet(set), _) if !policy.names.ip_sets.contains(set) => {
            missing(set, "ipsets", "add it there")
        }
        (Selector::Host(host), Role::SshDestination) => Some((
            format!("{host} can't be reached by Tailscale SSH, which knows no addresses"),
            "name a tag, a user or autogroup:self",
        )),
        (Selector::Host(host), _) if !policy.hosts.contains_key(host) => missing(
            host,
            "hosts",
            "add it there with its address, or write a user with his @",
        ),
        (Selector::Own, Role::Source) => Some((
            "autogroup:self can't be a source".to_owned(),
            "name a user, a group or autogroup:member, and autogroup:self as the destination",
        )),
        (Selector::DangerAll, Role::Destination) => Some((
            "autogroup:danger-all can't be a destination".to_owned(),
            "write *",
        )),
        (
            Selector::Any | Selector::Net(_) | Selector::Host(_) | Selector::Internet,
            Role::Owner,
        ) => Some((
            "an address can't own or approve anything".to_owned(),
            "name a user, a group, a tag or an autogroup",
        )),
        _ => None,
    }
}
