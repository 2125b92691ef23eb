//! The `tests` of a policy file: Tailscale refuses a file of which one fails.

use super::addresses::Addresses;
use super::grants;
use super::reader::{Reader, SELECTORS, entry};
use super::selector::Selector;
use super::tailnet::Tailnet;
use super::traffic::{self, TCP};
use super::validity::{Role, problem};
use super::{Policy, Target, Test};
use crate::declaration::value::{Location, Set, Value};

/// A test that fails.
#[derive(Debug, Clone)]
pub struct Failure {
    /// Where its expectation stands.
    pub location: Location,
    /// What is not as it expects.
    pub message: String,
}

const TEST: [&str; 5] = ["src", "proto", "accept", "deny", "srcPostureAttrs"];

pub(super) fn read(root: &Set, policy: &Policy, reader: &mut Reader) -> Vec<Test> {
    let mut tests = Vec::new();
    for value in reader.list(root, "tests") {
        if let Some(set) = reader.object(value, &TEST) {
            tests.push(test(set, value, policy, reader));
        }
    }
    tests
}

fn test(set: &Set, value: &Value, policy: &Policy, reader: &mut Reader) -> Test {
    let accept = targets(set, "accept", policy, reader);
    let deny = targets(set, "deny", policy, reader);
    if accept.is_empty() && deny.is_empty() {
        reader.problem(
            &value.location,
            "a test that expects nothing",
            "add \"accept\" or \"deny\"",
        );
    }
    if entry(set, "src").is_none() {
        reader.problem(&value.location, "a test without a source", "add \"src\"");
    }
    let source = reader.string(set, "src").and_then(|(text, location)| {
        let said = match Selector::parse(text) {
            Ok(selector) => match problem(&selector, Role::Source, policy) {
                None => return Some(selector),
                Some((message, help)) => (message, help),
            },
            Err(message) => (message, SELECTORS),
        };
        reader.problem(location, said.0, said.1);
        None
    });
    let protocol =
        reader
            .string(set, "proto")
            .and_then(|(text, location)| match traffic::protocol(text) {
                Ok(protocol) if traffic::has_ports(protocol, &[1..=1]).is_ok() => protocol,
                _ => {
                    reader.problem(
                        location,
                        format!("\"{text}\" can't be tested"),
                        "write tcp, udp or sctp",
                    );
                    None
                }
            });
    Test {
        source,
        protocol,
        accept,
        deny,
        location: value.location.clone(),
    }
}

fn targets(set: &Set, name: &str, policy: &Policy, reader: &mut Reader) -> Vec<Target> {
    let elements = reader.list(set, name);
    let strings = reader.strings(elements);
    let read = |(text, location): (&str, &Location)| {
        let means = target(text, policy);
        if let Err(message) = &means {
            reader.problem(
                location,
                format!("\"{text}\" can't be tested: {message}"),
                "write one host and one port, such as tag:dns:53 or 10.10.10.100:53",
            );
        }
        Target {
            text: text.to_owned(),
            means: means.ok(),
            location: location.clone(),
        }
    };
    strings.into_iter().map(read).collect()
}

/// One host and one port: tests know no ranges.
fn target(text: &str, policy: &Policy) -> Result<(Selector, u16), String> {
    let (selector, ports) = grants::destination(text)?;
    let port = match ports.as_slice() {
        [ports] if ports.start() == ports.end() => *ports.start(),
        _ => return Err("it has not one port".to_owned()),
    };
    if let Some((message, _)) = problem(&selector, Role::Destination, policy) {
        return Err(message);
    }
    let one_host = |net: &ipnet::IpNet| net.prefix_len() == net.max_prefix_len();
    let is_one = match &selector {
        Selector::Net(net) => one_host(net) && !text.contains('/'),
        Selector::Host(host) => policy.hosts.get(host).is_some_and(one_host),
        Selector::Tag(_) | Selector::User(_) | Selector::Group(_) | Selector::Member => true,
        Selector::Tagged => true,
        _ => false,
    };
    if is_one {
        Ok((selector, port))
    } else {
        Err("it is not one host".to_owned())
    }
}

impl Test {
    /// Everybody whom it names.
    pub(super) fn names(&self) -> impl Iterator<Item = &Selector> {
        let targets = self.accept.iter().chain(&self.deny);
        let named = targets.filter_map(|target| target.means.as_ref().map(|(who, _)| who));
        self.source.iter().chain(named)
    }
}

impl Tailnet<'_> {
    /// The tests that fail in this tailnet, which has to be [populated](Tailnet::populated).
    #[must_use]
    pub fn failed_tests(&self) -> Vec<Failure> {
        let tests = self.policy.tests.iter();
        tests.flat_map(|test| self.failures(test)).collect()
    }

    fn failures(&self, test: &Test) -> Vec<Failure> {
        let Some(source) = &test.source else {
            return Vec::new();
        };
        let askers = match source {
            Selector::Any => vec![self.source(source)],
            _ => self.parts(source),
        };
        if askers.is_empty() {
            return vec![Failure {
                location: test.location.clone(),
                message: "the source of a test has no addresses".to_owned(),
            }];
        }
        let protocol = test.protocol.unwrap_or(TCP);
        let mut failures = Vec::new();
        for (targets, expected) in [(&test.accept, true), (&test.deny, false)] {
            for target in targets {
                let Some((selector, port)) = &target.means else {
                    continue;
                };
                let parts = self.parts(selector);
                let mut pairs = askers
                    .iter()
                    .flat_map(|asker| parts.iter().map(move |part| (asker, part)));
                let reaches = |(asker, part): (&Addresses, &Addresses)| {
                    self.allows(asker, part, protocol, *port)
                };
                let is_met = if expected {
                    !parts.is_empty() && pairs.all(reaches)
                } else {
                    !pairs.any(reaches)
                };
                if !is_met {
                    let word = if expected { "denied" } else { "accepted" };
                    failures.push(Failure {
                        location: target.location.clone(),
                        message: format!("a test fails: {} is {word}", target.text),
                    });
                }
            }
        }
        failures
    }

    /// Whether some grant lets traffic through, wherever the destination is.
    fn allows(&self, asker: &Addresses, part: &Addresses, protocol: u8, port: u16) -> bool {
        self.policy.grants.iter().any(|grant| {
            let sources = grant.sources.iter().map(|source| self.source(source));
            grant.via.is_empty()
                && Addresses::union(sources).covers(asker)
                && grant.permits.iter().any(|permit| {
                    permit.traffic.admits(protocol, port)
                        && (permit.destination == Selector::Any
                            || Addresses::union(self.parts(&permit.destination)).covers(part))
                })
        })
    }
}
