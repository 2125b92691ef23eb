//! The walk of a query: from server to server, each at the end of a path, until somebody says
//! something.

mod circle;
mod serving;
mod stack;
mod upstream;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::rc::Rc;

use super::combine::Branch;
use super::host::Host;
use super::names::Names;
use super::outcome::{Outcome, Seen, When, both, merged, of_alternatives};
use super::path::Step;
use super::server::{Asked, Server, Target, Via, Whom};
use super::world::World;
use crate::place::Place;
use crate::scalar::Protocol;

use stack::Known;
pub(super) use stack::Stack;

/// A question that is put to somebody.
#[derive(Debug, Clone)]
pub struct Query {
    /// To whom: an address and port, or a program on the same machine.
    pub whom: String,
    /// Where that is written; nothing where it is derived.
    pub place: Option<Place>,
    /// The ways that it can take; never none.
    pub ways: Vec<Way>,
    /// What becomes of it.
    pub outcomes: Vec<Outcome>,
}

/// One way of a question to a server.
#[derive(Debug, Clone)]
pub struct Way {
    /// When it is taken; no condition where it always is.
    pub when: When,
    /// What happens on it.
    pub steps: Vec<Step>,
    /// Who gets it in the end, if somebody does.
    pub served: Option<Rc<Served>>,
    /// What becomes of it.
    pub outcomes: Vec<Outcome>,
}

/// What a server does with a question.
#[derive(Debug)]
pub struct Served {
    /// The server.
    pub server: String,
    /// Whether it is on the Internet and nobody's here.
    pub is_public: bool,
    /// What it does, and why.
    pub step: Step,
    /// How it uses those whom it asks, in words.
    pub uses: &'static str,
    /// Whom it asks.
    pub queries: Vec<Query>,
    /// What it says.
    pub outcomes: Vec<Outcome>,
}

/// A way with what is at its end.
#[derive(Clone)]
pub(super) struct Delivered {
    pub(super) when: When,
    pub(super) steps: Vec<Step>,
    pub(super) end: Result<Server, Box<Outcome>>,
    /// What is seen in place of whatever is answered, where that does not find its way back.
    pub(super) lost: Option<Box<Outcome>>,
}

impl Delivered {
    /// Without a condition, and without anything that happens before.
    pub(super) fn at(end: Result<Server, Box<Outcome>>) -> Self {
        Self {
            when: When::new(),
            steps: Vec::new(),
            end,
            lost: None,
        }
    }

    /// The same without an answer.
    pub(super) fn without_answer(mut self, lost: &Outcome) -> Self {
        self.lost = Some(Box::new(lost.clone()));
        self
    }
}

/// A walk through one state of the network.
pub(super) struct Walk<'t, 'i, 'w> {
    pub(super) world: &'w World<'t, 'i>,
    pub(super) names: &'w Names,
    /// What was found, for each question on the ways on which it differs.
    known: RefCell<BTreeMap<(Server, Asked), Found>>,
}

/// What was found of one question to one server.
#[derive(Default)]
struct Found {
    /// On how many ways to it that was followed.
    ways: usize,
    known: Vec<Known>,
}

/// In no network that people run the circles in which a server stands make more of a difference.
const MOST_WAYS: usize = 32;

impl<'t, 'i, 'w> Walk<'t, 'i, 'w> {
    pub(super) fn new(world: &'w World<'t, 'i>, names: &'w Names) -> Self {
        Self {
            world,
            names,
            known: RefCell::default(),
        }
    }

    /// Puts a question to somebody as a host.
    pub(super) fn ask(
        &self,
        from: Host,
        by: Option<&Server>,
        target: &Target,
        via: Via,
        asked: &Asked,
        stack: &mut Stack,
    ) -> Query {
        match &target.whom {
            Whom::Plain(address, port) => {
                let place = target.place.clone();
                let query = |protocol: Protocol, stack: &mut Stack| {
                    let asked = Asked {
                        protocol,
                        ..asked.clone()
                    };
                    self.ask_at(from, (*address, *port), protocol, &asked, stack)
                };
                let first = match via {
                    Via::Same | Via::AsCoredns | Via::SameThenTcp => asked.protocol,
                    Via::Udp | Via::UdpThenTcp => Protocol::Udp,
                };
                let mut asking = query(first, stack);
                let retries: &[Seen] = match via {
                    Via::SameThenTcp => &[Seen::Timeout, Seen::Unreachable],
                    Via::UdpThenTcp => &[Seen::Unreachable, Seen::ServFail],
                    Via::Same | Via::AsCoredns | Via::Udp => &[],
                };
                let fails = |outcome: &Outcome| retries.contains(&outcome.seen);
                if first == Protocol::Udp && asking.outcomes.iter().any(fails) {
                    let again = query(Protocol::Tcp, stack);
                    if !again.outcomes.iter().all(fails) {
                        asking = over_tcp_too(asking, again, fails);
                    }
                }
                asking.place = place;
                asking
            }
            Whom::Local(server) => {
                let served = self.serve(server, asked, stack);
                let outcomes = served.outcomes.clone();
                Query {
                    whom: self.server_name(server),
                    place: target.place.clone(),
                    ways: vec![Way {
                        when: When::new(),
                        steps: Vec::new(),
                        outcomes: outcomes.clone(),
                        served: Some(served),
                    }],
                    outcomes,
                }
            }
            Whom::Upstream(upstream) => {
                let mut query = self.ask_upstream(from, by, upstream, asked, stack);
                query.place.clone_from(&target.place);
                query
            }
        }
    }

    fn ask_at(
        &self,
        from: Host,
        (address, port): (IpAddr, u16),
        protocol: Protocol,
        asked: &Asked,
        stack: &mut Stack,
    ) -> Query {
        let mut ways = Vec::new();
        for path in self.world.paths(from, address) {
            let arrived = match path.end {
                Ok(arrived) => arrived,
                Err(outcome) => {
                    ways.push(self.way(path.when, path.steps, Err(outcome), asked, stack));
                    continue;
                }
            };
            for delivered in self.deliver(&arrived, address, port, protocol) {
                let steps = path.steps.iter().cloned().chain(delivered.steps).collect();
                let when = &path.when | &delivered.when;
                let mut way = self.way(when, steps, delivered.end, asked, stack);
                if let Some(lost) = delivered.lost {
                    way.outcomes = unheard(&way.outcomes, &lost);
                }
                ways.push(way);
            }
        }
        let alternatives: Vec<_> = ways
            .iter()
            .map(|way| (&way.when, way.outcomes.as_slice()))
            .collect();
        let outcomes = of_alternatives(&alternatives);
        let socket = std::net::SocketAddr::new(address, port);
        Query {
            whom: format!("{socket} over {}", protocol.as_str().to_uppercase()),
            place: None,
            ways,
            outcomes,
        }
    }

    /// The servers at which a packet of a host arrives, on any way.
    pub(super) fn arrives_at(
        &self,
        from: Host,
        (address, port): (IpAddr, u16),
        protocol: Protocol,
    ) -> Vec<String> {
        let paths = self.world.paths(from, address).into_iter();
        let arrived = paths.filter_map(|path| path.end.ok());
        let delivered = arrived.flat_map(|arrived| self.deliver(&arrived, address, port, protocol));
        let servers = delivered.filter_map(|delivered| delivered.end.ok());
        servers.map(|server| self.server_name(&server)).collect()
    }

    fn way(
        &self,
        when: When,
        steps: Vec<Step>,
        end: Result<Server, Box<Outcome>>,
        asked: &Asked,
        stack: &mut Stack,
    ) -> Way {
        let (served, outcomes) = match end {
            Err(outcome) => (None, vec![*outcome]),
            Ok(server) => {
                let served = self.serve(&server, asked, stack);
                let outcomes = served.outcomes.clone();
                (Some(served), outcomes)
            }
        };
        Way {
            when,
            steps,
            served,
            outcomes,
        }
    }
}

pub(super) fn branches(queries: &[Query]) -> Vec<Branch> {
    let branches = queries.iter().map(|query| Branch {
        name: query.whom.clone(),
        outcomes: query.outcomes.clone(),
    });
    branches.collect()
}

/// What is seen where the answers are lost: the question was put all the same, to whomever it was told.
fn unheard(outcomes: &[Outcome], lost: &Outcome) -> Vec<Outcome> {
    let outcomes = outcomes.iter().map(|outcome| Outcome {
        when: outcome.when.clone(),
        ..lost.clone().leaking(outcome.leaks.clone())
    });
    merged(outcomes.collect())
}

/// A question that is asked a second time over TCP, where it fails over UDP.
fn over_tcp_too(first: Query, again: Query, fails: impl Fn(&Outcome) -> bool) -> Query {
    let (failed, fine): (Vec<Outcome>, Vec<Outcome>) = first.outcomes.into_iter().partition(fails);
    let mut outcomes = fine;
    for outcome in &failed {
        outcomes.extend(again.outcomes.iter().map(|again| Outcome {
            when: both(&outcome.when, &again.when),
            ..again.clone().leaking(outcome.leaks.clone())
        }));
    }
    let mut ways = first.ways;
    ways.extend(again.ways);
    Query {
        whom: format!("{}, then TCP", first.whom),
        place: first.place,
        ways,
        outcomes: merged(outcomes),
    }
}
