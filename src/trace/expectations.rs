//! What the declaration expects of queries, compared with what becomes of them.

use std::collections::BTreeSet;

use super::outcome::Outcome;
use super::walk::Walk;
use super::world::World;
use super::{Question, Tracer, follow};
use crate::declaration::language::Expectation;
use crate::scalar::{Protocol, RecordType};

/// An expectation that is not met.
#[derive(Debug)]
pub struct Unmet<'t> {
    /// What is expected.
    pub expectation: &'t Expectation,
    /// The question for which it is not so.
    pub question: Question,
    /// The outcomes that are otherwise; never none.
    pub outcomes: Vec<Outcome>,
}

impl<'t> Tracer<'t> {
    /// Every expectation that is not met, over the first protocol for which that is so.
    #[must_use]
    pub fn unmet(&self) -> Vec<Unmet<'t>> {
        let world = World {
            index: &self.index,
            down: BTreeSet::new(),
        };
        // One for all: what a server does with a question is found once.
        let walk = Walk::new(&world, &self.names);
        let expectations = self.index.topology.expectations.iter();
        expectations
            .filter_map(|expectation| {
                questions(expectation).find_map(|question| {
                    let trace = follow(&walk, &question);
                    let outcomes: Vec<Outcome> = trace
                        .outcomes
                        .into_iter()
                        .filter(|outcome| !is_met(expectation, outcome))
                        .collect();
                    (!outcomes.is_empty()).then_some(Unmet {
                        expectation,
                        question,
                        outcomes,
                    })
                })
            })
            .collect()
    }
}

/// The questions that an expectation is about: over both protocols where none is said.
fn questions(expectation: &Expectation) -> impl Iterator<Item = Question> + '_ {
    let protocols = [Protocol::Udp, Protocol::Tcp];
    let meant = move |protocol: &Protocol| expectation.protocol.is_none_or(|own| own == *protocol);
    protocols
        .into_iter()
        .filter(meant)
        .map(|protocol| Question {
            from: expectation.from.value.clone(),
            name: expectation.name.value.clone(),
            record_type: expectation.record_type.unwrap_or(RecordType::A),
            protocol,
        })
}

/// Whether an outcome is what is expected.
fn is_met(expectation: &Expectation, outcome: &Outcome) -> bool {
    let leaks = expectation.leaks;
    outcome.seen.meets(expectation.seen)
        && leaks.is_none_or(|leaks| leaks || outcome.leaks.is_empty())
}
