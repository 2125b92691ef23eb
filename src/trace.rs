//! What becomes of a query: from a client class by way of every server that is asked, each hop with
//! its route, its source address, firewalls, access lists and the tailnet's policy, to what the client
//! gets to see.
//!
//! [`Tracer::trace`] follows one question, [`Tracer::matrix`] all of them: names and clients that are
//! treated alike are followed once. The words for what can come of a query are in [`outcome`].
//!
//! Of servers that are down the others know: what is seen in the first seconds of an outage, while
//! CoreDNS still waits for connections to who is gone, is not part of it.

mod address;
pub mod classes;
mod clients;
mod combine;
mod deliver;
pub mod expectations;
mod host;
mod kinds;
mod mappings;
pub mod matrix;
mod names;
mod obstacles;
pub mod outcome;
mod path;
mod server;
mod tunnel;
mod walk;
mod world;

use std::collections::BTreeSet;
use std::net::SocketAddr;

use crate::scalar::{ClientClass, DnsName, Protocol, RecordType};
use crate::topology::{Id, Node, Topology};
use classes::NameClass;
use names::Names;
use outcome::{Outcome, When, of_alternatives};
use server::Asked;
use walk::{Walk, branches};
use world::{Index, World};

pub use address::is_public;
pub use names::is_private_use;
pub use path::Step;
pub use walk::{Query, Served, Way};
pub use world::Work;

/// A question of a client class.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Question {
    /// Who asks.
    pub from: ClientClass,
    /// For which name.
    pub name: DnsName,
    /// For which type.
    pub record_type: RecordType,
    /// Over which protocol.
    pub protocol: Protocol,
}

/// What becomes of a question.
#[derive(Debug, Clone)]
pub struct Trace {
    /// The question.
    pub question: Question,
    /// Where it starts; none where nobody can be asked.
    pub starts: Vec<Started>,
    /// What the client gets to see: never nothing.
    pub outcomes: Vec<Outcome>,
}

/// A question as it starts in one place.
#[derive(Debug, Clone)]
pub struct Started {
    /// When it starts there; no condition where it always does.
    pub when: When,
    /// Who asks, and as which host.
    pub who: String,
    /// Whom he asks, and why.
    pub step: Step,
    /// How he uses them, in words.
    pub uses: &'static str,
    /// Whom he asks.
    pub queries: Vec<Query>,
    /// What he gets to see.
    pub outcomes: Vec<Outcome>,
}

/// Everything that is looked up for a topology before the first question.
pub struct Tracer<'t> {
    index: Index<'t>,
    names: Names,
}

impl<'t> Tracer<'t> {
    /// Prepares a topology.
    #[must_use]
    pub fn new(topology: &'t Topology) -> Self {
        Self {
            index: Index::new(topology),
            names: Names::new(topology),
        }
    }

    /// Follows the questions of classes for classes of names over UDP, each with the class that asks.
    #[must_use]
    pub fn traces<'q>(
        &self,
        questions: impl IntoIterator<Item = (&'q ClientClass, &'q NameClass)>,
    ) -> Vec<Trace> {
        let world = World {
            index: &self.index,
            down: BTreeSet::new(),
        };
        // One for all: what a server does with a question is found once.
        let walk = Walk::new(&world, &self.names);
        let questions = questions.into_iter().map(|(from, name)| Question {
            from: from.clone(),
            name: name.name().clone(),
            record_type: name.record_type,
            protocol: Protocol::Udp,
        });
        questions.map(|question| follow(&walk, &question)).collect()
    }

    /// The servers at which packets of a class to an address and port arrive, whoever is asked what.
    #[must_use]
    pub fn reached(
        &self,
        from: &ClientClass,
        to: SocketAddr,
        protocol: Protocol,
    ) -> BTreeSet<String> {
        let world = World {
            index: &self.index,
            down: BTreeSet::new(),
        };
        let walk = Walk::new(&world, &self.names);
        // Where a class is does not depend on what it asks for.
        let asked = Asked {
            name: DnsName::cluster_local(),
            record_type: RecordType::A,
            protocol,
        };
        let starts = walk.starts(from, &asked).unwrap_or_default();
        let hosts: BTreeSet<_> = starts.into_iter().map(|start| start.host).collect();
        hosts
            .into_iter()
            .flat_map(|host| walk.arrives_at(host, (to.ip(), to.port()), protocol))
            .collect()
    }

    /// What was done since this was made.
    #[must_use]
    pub fn work(&self) -> Work {
        self.index.work()
    }

    /// Follows a question while some nodes are down.
    #[must_use]
    pub fn trace(&self, question: &Question, without: &BTreeSet<Id<Node>>) -> Trace {
        let world = World {
            index: &self.index,
            down: without.clone(),
        };
        follow(&Walk::new(&world, &self.names), question)
    }
}

fn follow(walk: &Walk<'_, '_, '_>, question: &Question) -> Trace {
    let asked = Asked {
        name: question.name.clone(),
        record_type: question.record_type,
        protocol: question.protocol,
    };
    let starts = match walk.starts(&question.from, &asked) {
        Ok(starts) => starts,
        Err(outcome) => {
            return Trace {
                question: question.clone(),
                starts: Vec::new(),
                outcomes: vec![*outcome],
            };
        }
    };
    let started: Vec<Started> = starts
        .into_iter()
        .map(|start| {
            let queries: Vec<Query> = start
                .targets
                .iter()
                .map(|target| {
                    let mut stack = walk::Stack::default();
                    walk.ask(
                        start.host,
                        None,
                        target,
                        server::Via::Same,
                        &asked,
                        &mut stack,
                    )
                })
                .collect();
            let who = question.from.to_string();
            let outcomes = start.uses.combine(&who, &branches(&queries));
            Started {
                outcomes,
                when: start.when.into_iter().collect(),
                who: walk.world.host_name(start.host),
                step: start.step,
                uses: start.uses.how.words(queries.len()),
                queries,
            }
        })
        .collect();
    let alternatives: Vec<_> = started
        .iter()
        .map(|started| (&started.when, started.outcomes.as_slice()))
        .collect();
    Trace {
        question: question.clone(),
        outcomes: of_alternatives(&alternatives),
        starts: started,
    }
}
