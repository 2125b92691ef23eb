//! Machines that nobody declared.
//!
//! A declaration knows no users, and of many machines no address in the tailnet. What a policy allows
//! can be said all the same: whoever it names gets a machine that stands for all of his.

use std::net::{IpAddr, Ipv6Addr};

use super::Policy;
use super::selector::Selector;
use super::tailnet::{Machine, Tailnet, Whose};

impl<'p> Tailnet<'p> {
    /// The machines under a policy, together with one for everybody whom its rules and tests name and
    /// who has none; those without an address get one.
    #[must_use]
    pub fn populated(policy: &'p Policy, mut machines: Vec<Machine>) -> Self {
        for (number, machine) in machines.iter_mut().enumerate() {
            if machine.addresses.is_empty() {
                machine.addresses.push(address(0, number));
            }
        }
        let rules = policy.grants.iter();
        let rules = rules.flat_map(|grant| {
            let destinations = grant.permits.iter().map(|permit| &permit.destination);
            grant.sources.iter().chain(destinations)
        });
        let tests = policy.tests.iter().flat_map(|test| test.names());
        for whose in rules
            .chain(tests)
            .flat_map(|selector| who(policy, selector))
        {
            let is_there = machines.iter().any(|machine| machine.whose == whose);
            if !is_there {
                machines.push(Machine {
                    whose,
                    addresses: vec![address(1, machines.len())],
                    advertises: Vec::new(),
                });
            }
        }
        Self::new(policy, machines)
    }
}

/// Those for whom a selector stands.
fn who(policy: &Policy, selector: &Selector) -> Vec<Whose> {
    match selector {
        Selector::Tag(tag) => vec![Whose::Tags(vec![tag.clone()])],
        Selector::User(user) => vec![Whose::User(user.clone())],
        Selector::Domain(domain) => vec![Whose::User(format!("somebody@{domain}"))],
        Selector::Group(group) => {
            let users = policy.groups.get(group).into_iter().flatten();
            users.cloned().map(Whose::User).collect()
        }
        Selector::Role(role) => vec![Whose::Role(role.clone())],
        Selector::Member => vec![Whose::Somebody],
        Selector::Tagged => vec![Whose::Tags(Vec::new())],
        _ => Vec::new(),
    }
}

/// An address of the tailnet's range that Tailscale gives to nobody: its own are in the ranges below
/// fd7a:115c:a1e0:ffff.
fn address(kind: u16, number: usize) -> IpAddr {
    let number = u16::try_from(number).unwrap_or(u16::MAX);
    Ipv6Addr::new(0xfd7a, 0x115c, 0xa1e0, 0xffff, 0xffff, 0xffff, kind, number).into()
}
