//! Why a step needs another, in words.

use std::collections::BTreeMap;

use super::Page;
use super::guide::and;
use crate::emit::markdown::code;
use crate::plan::{Because, Requirement};

impl Page<'_> {
    /// `steps 2 and 3 (why)` for each why, by the first step.
    pub(super) fn reasons(&self, requirements: &[Requirement]) -> Vec<String> {
        let mut by_number: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for requirement in requirements {
            let reasons = by_number.entry(self.number(requirement.step)).or_default();
            reasons.push(self.reason(requirement.because));
        }
        let mut groups: Vec<(Vec<String>, String)> = Vec::new();
        for (number, reasons) in by_number {
            let reasons = and(&reasons);
            match groups.iter_mut().find(|(_, known)| *known == reasons) {
                Some((numbers, _)) => numbers.push(number.to_string()),
                None => groups.push((vec![number.to_string()], reasons)),
            }
        }
        groups
            .into_iter()
            .map(|(numbers, reasons)| {
                let steps = if numbers.len() == 1 { "step" } else { "steps" };
                format!("{steps} {} ({reasons})", and(&numbers))
            })
            .collect()
    }

    fn reason(&self, because: Because) -> String {
        let topology = self.topology;
        match because {
            Because::JoinsWith(secret) => {
                let name = code(topology.secrets.get(secret).name.as_str());
                format!("joins with the secret {name}")
            }
            Because::Asks(forwarder) => {
                let name = code(topology.forwarders.get(forwarder).name.as_str());
                format!("forwarder {name} is asked there")
            }
            Because::NameServer(resolver) => {
                let name = code(topology.resolvers.get(resolver).name.as_str());
                format!("resolver {name} is asked")
            }
            Because::Advertises => "what is approved is advertised there".to_owned(),
            Because::Reaches(address) => {
                format!("a route leads to {}", code(&address.to_string()))
            }
            Because::Shares(forwarder) => {
                let name = code(topology.forwarders.get(forwarder).name.as_str());
                format!("one of the two answers as forwarder {name} while the other is changed")
            }
            Because::SharesRoute(route) => {
                let route = code(&route.to_string());
                format!("one of the two carries {route} while the other is changed")
            }
        }
    }
}
