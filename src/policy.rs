//! A tailnet's policy: what Tailscale makes of the policy file
//! (tailscale.com/docs/reference/syntax/policy-file).
//!
//! [`read`] takes the file's text and says everything in it that Tailscale would refuse. The rest
//! is meaning: [`Tailnet`] knows who a selector stands for, [`Tailnet::filter`] what a machine's packet filter
//! lets in, [`Policy::approves`] which routes need no one's click, [`Tailnet::failed_tests`] which of
//! the file's own `tests` fail. The outcomes are compared with captured answers of the service
//! (tests/policy).

pub mod addresses;
mod approval;
mod filter;
mod grants;
mod hujson;
mod node_attrs;
mod openness;
mod own_tests;
mod reader;
mod sections;
pub mod selector;
mod ssh;
mod stand_ins;
mod tailnet;
pub mod traffic;
mod validity;

use std::collections::BTreeMap;

use ipnet::IpNet;

use crate::declaration::source::Source;
use crate::declaration::value::Location;
use reader::Reader;
use selector::Selector;
use traffic::Traffic;

pub use filter::{Filter, Opening};
pub use openness::Openness;
pub use own_tests::Failure;
pub use tailnet::{Machine, Tailnet, Whose};

/// A policy, as far as it could be read.
#[derive(Debug, Default)]
pub struct Policy {
    /// The users of each group, by `group:…`.
    pub groups: BTreeMap<String, Vec<String>>,
    /// The addresses that have names.
    pub hosts: BTreeMap<String, IpNet>,
    /// The tags, each with those who may assign it.
    pub tag_owners: BTreeMap<String, Vec<Selector>>,
    /// What `acls` and `grants` allow.
    pub grants: Vec<Grant>,
    /// What needs no one's approval.
    pub approvers: Approvers,
    /// Who has which attributes (`nodeAttrs`).
    attributes: Vec<node_attrs::Attributes>,
    tests: Vec<Test>,
    names: Names,
}

/// The names of what is only referred to.
#[derive(Debug, Default)]
struct Names {
    postures: Vec<String>,
    ip_sets: Vec<String>,
}

/// Something that one entry of `acls` or `grants` allows.
#[derive(Debug)]
pub struct Grant {
    /// Who may.
    pub sources: Vec<Selector>,
    /// What they may do.
    pub permits: Vec<Permit>,
    /// The tags of the routers by which alone they may.
    pub via: Vec<String>,
    /// Whether it holds on machines alone that have a posture.
    pub has_posture: bool,
    /// Where it stands; nowhere where it is what Tailscale takes for a policy without any.
    pub location: Option<Location>,
}

/// Some traffic to some destination.
#[derive(Debug)]
pub struct Permit {
    /// To whom.
    pub destination: Selector,
    /// What.
    pub traffic: Traffic,
}

/// What is approved without anyone's click (`autoApprovers`).
#[derive(Debug, Default)]
pub struct Approvers {
    routes: Vec<(IpNet, Vec<Selector>)>,
    exit_node: Vec<Selector>,
}

/// An entry of `tests`.
#[derive(Debug)]
struct Test {
    source: Option<Selector>,
    protocol: Option<u8>,
    accept: Vec<Target>,
    deny: Vec<Target>,
    location: Location,
}

/// A destination of a test: none where it can't be one.
#[derive(Debug)]
struct Target {
    text: String,
    means: Option<(Selector, u16)>,
    location: Location,
}

/// Something in a policy file that Tailscale refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where it stands.
    pub location: Location,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// Reads a policy file: what it means, if it is HuJSON at all, and everything in it that Tailscale
/// refuses, in the order of the text. Whether its own `tests` pass depends on the tailnet: [`Tailnet::failed_tests`].
#[must_use]
pub fn read(source: &Source) -> (Option<Policy>, Vec<Problem>) {
    let value = match hujson::load(source) {
        Ok(value) => value,
        Err(errors) => {
            let problems = errors.iter().map(|error| Problem {
                location: error.location().clone(),
                message: error.message(),
                help: "a policy is JSON with comments and trailing commas".to_owned(),
            });
            return (None, problems.collect());
        }
    };
    let mut reader = Reader::default();
    let policy = sections::policy(&value, &mut reader);
    let mut problems = reader.problems;
    problems.sort_by_key(|problem| (problem.location.line, problem.location.column));
    (Some(policy), problems)
}
