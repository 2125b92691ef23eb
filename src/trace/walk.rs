//! The walk of a query: from server to server, each at the end of a path, until somebody says
//! something.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::rc::Rc;

use super::combine::Branch;
use super::host::Host;
use super::names::Names;
use super::outcome::{
    Because, Cause, CauseKind, Outcome, Seen, When, both, merged, of_alternatives,
};
use super::path::Step;
use super::server::{Asked, Does, Server, Target, Via, Whom};
use super::world::World;
use crate::place::Place;
use crate::scalar::server::{Transport, UpstreamHost};
use crate::scalar::{Protocol, RecordType, Upstream};

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

/// The questions that are being answered, from the first server to the one that asks now.
pub(super) type Stack = Vec<(Server, Asked)>;

/// A walk through one state of the network.
pub(super) struct Walk<'t, 'i, 'w> {
    pub(super) world: &'w World<'t, 'i>,
    pub(super) names: &'w Names,
    /// What was found without coming back to a server that had been asked already.
    known: RefCell<BTreeMap<(Server, Asked), Rc<Served>>>,
    /// Whether a circle was closed since this was reset.
    closed: Cell<bool>,
    /// How many more servers are asked before the rest is left alone.
    left: Cell<usize>,
}

/// More servers are asked for one question by no network that people run.
const MOST_SERVERS: usize = 2_000;

impl<'t, 'i, 'w> Walk<'t, 'i, 'w> {
    pub(super) fn new(world: &'w World<'t, 'i>, names: &'w Names) -> Self {
        Self {
            world,
            names,
            known: RefCell::default(),
            closed: Cell::new(false),
            left: Cell::new(MOST_SERVERS),
        }
    }

    /// Forgets how many servers were asked, before the next question.
    pub(super) fn start_over(&self) {
        self.left.set(MOST_SERVERS);
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

    /// An upstream server that is encrypted, or known by a name.
    fn ask_upstream(
        &self,
        from: Host,
        by: Option<&Server>,
        upstream: &Upstream,
        asked: &Asked,
        stack: &mut Stack,
    ) -> Query {
        let protocol = match upstream.transport {
            Transport::Plain => asked.protocol,
            Transport::Tls | Transport::Https => Protocol::Tcp,
            Transport::Quic => Protocol::Udp,
        };
        let name = match &upstream.host {
            UpstreamHost::Address(address) => {
                return self.ask_at(from, (address.ip(), upstream.port), protocol, asked, stack);
            }
            UpstreamHost::Name(name) => name,
        };
        let question = Asked {
            name: name.clone(),
            record_type: RecordType::A,
            protocol: asked.protocol,
        };
        let servers = self.bootstrap(from, by);
        let found = self.ask_all(from, &servers, Via::Udp, &question, stack);
        let mut outcomes = Vec::new();
        let public = Server::Public(format!("public server {name}"));
        let mut served = None;
        for outcome in found {
            if outcome.seen == Seen::Answer {
                let there = self.serve(&public, asked, stack);
                outcomes.extend(there.outcomes.iter().map(|there| {
                    let mut there = there.clone();
                    there.when = both(&there.when, &outcome.when);
                    there
                }));
                served = Some(there);
            } else if outcome.seen == Seen::Unknown {
                outcomes.push(outcome);
            } else {
                let text = format!("the name of the server {name} does not resolve");
                let mut cause = Cause::new(CauseKind::UpstreamFailed, text);
                cause.of = vec![outcome.cause.clone()];
                let failed = Outcome::new(Seen::Timeout, cause).leaking(outcome.leaks);
                outcomes.push(Outcome {
                    when: outcome.when,
                    ..failed
                });
            }
        }
        let outcomes = merged(outcomes);
        Query {
            whom: upstream.to_string(),
            place: None,
            ways: vec![Way {
                when: When::new(),
                steps: vec![Step::new(format!("{name} is resolved first"))],
                served,
                outcomes: outcomes.clone(),
            }],
            outcomes,
        }
    }

    /// Whom a server asks for the names of its upstream servers: its bootstrap servers, else those of
    /// its host.
    fn bootstrap(&self, from: Host, by: Option<&Server>) -> Vec<Target> {
        if let Some(Server::Resolver(id, _)) = by {
            let resolver = self.world.topology().resolvers.get(*id);
            let servers: Vec<Target> = match &resolver.app {
                Some(app) => app.bootstrap.iter().map(Target::from).collect(),
                None => {
                    let servers = resolver.declared.bootstrap.iter();
                    servers.map(|server| Target::from(&server.value)).collect()
                }
            };
            if !servers.is_empty() {
                return servers;
            }
        }
        match from {
            Host::Pod(cluster, _) => {
                let cluster = self.world.topology().clusters.get(cluster);
                let addresses = cluster.declared.dns_service.0.iter();
                addresses
                    .map(|address| Target::plain(address.value, 53))
                    .collect()
            }
            _ => self.own_servers(from),
        }
    }

    /// Asks servers one after the other, for what a server needs itself.
    fn ask_all(
        &self,
        from: Host,
        servers: &[Target],
        via: Via,
        asked: &Asked,
        stack: &mut Stack,
    ) -> Vec<Outcome> {
        let branches: Vec<Branch> = servers
            .iter()
            .map(|target| {
                let query = self.ask(from, None, target, via, asked, stack);
                Branch {
                    name: query.whom,
                    outcomes: query.outcomes,
                }
            })
            .collect();
        super::clients::LIBC_USES.combine("the host", &branches)
    }

    /// What a server does with a question; a server that is asked the same a second time closes
    /// a circle.
    pub(super) fn serve(&self, server: &Server, asked: &Asked, stack: &mut Stack) -> Rc<Served> {
        let name = self.server_name(server);
        let comes_back = |(before, question): &(Server, Asked)| {
            is_same(before, server) && question.is_about_the_same(asked)
        };
        if let Some(first) = stack.iter().position(comes_back) {
            self.closed.set(true);
            return Rc::new(self.circle(&stack[first..], &name));
        }
        let key = (server.clone(), asked.clone());
        if let Some(known) = self.known.borrow().get(&key) {
            return known.clone();
        }
        if self.left.get() == 0 {
            // What comes of it is not kept for other questions.
            self.closed.set(true);
            let cause = Cause::new(CauseKind::Unknown, "there are more ways than are followed");
            let outcome = Outcome::new(Seen::Unknown, cause);
            return Rc::new(said(
                name,
                false,
                Step::new("is not followed any further"),
                outcome,
            ));
        }
        self.left.set(self.left.get() - 1);
        self.world.index.count_server();
        let before = self.closed.replace(false);
        stack.push((server.clone(), asked.clone()));
        let served = Rc::new(self.served(server, name, asked, stack));
        stack.pop();
        if !self.closed.get() {
            self.known.borrow_mut().insert(key, served.clone());
        }
        self.closed.set(self.closed.get() || before);
        served
    }

    fn served(&self, server: &Server, name: String, asked: &Asked, stack: &mut Stack) -> Served {
        match self.does(server, asked) {
            Does::Says(step, outcome) => {
                said(name, matches!(server, Server::Public(_)), step, outcome)
            }
            Does::Asks {
                step,
                targets,
                uses,
                via,
                from,
            } => {
                let queries: Vec<Query> = targets
                    .iter()
                    .map(|target| self.ask(from, Some(server), target, via, asked, stack))
                    .collect();
                let mut heard = branches(&queries);
                if via == Via::AsCoredns {
                    for (branch, (target, query)) in
                        heard.iter_mut().zip(targets.iter().zip(&queries))
                    {
                        branch.outcomes = self.heard(&name, target, query);
                    }
                }
                let mut outcomes = uses.combine(&name, &heard);
                if via == Via::AsCoredns && asked.protocol == Protocol::Tcp {
                    for (target, query) in targets.iter().zip(&queries) {
                        let waited = self.waited_for(&name, from, target, query, asked, stack);
                        outcomes.extend(waited);
                    }
                    outcomes = merged(outcomes);
                }
                Served {
                    server: name,
                    is_public: false,
                    step,
                    uses: uses.how.words(targets.len()),
                    queries,
                    outcomes,
                }
            }
        }
    }

    fn circle(&self, between: &[(Server, Asked)], name: &str) -> Served {
        let servers = between.iter().map(|(server, _)| self.server_name(server));
        let mut path: Vec<String> = servers.collect();
        path.push(name.to_owned());
        let text = format!("the query goes round: {}", path.join(" → "));
        let mut cause = Cause::new(CauseKind::Loop, text);
        cause.path = path;
        // Whoever takes the tailnet's settings without need closes the circle, else a mapping does.
        let (own, others): (Vec<&Server>, Vec<&Server>) = between
            .iter()
            .map(|(server, _)| server)
            .partition(|server| matches!(server, Server::Quad100(_)));
        let mut places = own
            .into_iter()
            .chain(others)
            .filter_map(|server| self.turn(server));
        cause.because = places.next().map(Because::from);
        let outcome = Outcome::new(Seen::Timeout, cause);
        said(
            name.to_owned(),
            false,
            Step::new("has been asked already: the circle is closed"),
            outcome,
        )
    }
}

impl<'t> Walk<'t, '_, '_> {
    /// The line of the declaration that makes a server ask the next one of a circle.
    fn turn(&self, server: &Server) -> Option<&'t Place> {
        let topology = self.world.topology();
        match server {
            Server::Quad100(host) => {
                let member = self.world.member(*host)?;
                let membership = member.declared?;
                Some(&membership.accept_dns.place)
            }
            Server::Resolver(resolver, _) => {
                let declared = &topology.resolvers.get(*resolver).declared;
                let servers = declared
                    .conditional
                    .0
                    .values()
                    .flat_map(|(_, servers)| &servers.0);
                let mut servers = servers.chain(&declared.upstreams);
                servers.next().map(|server| &server.place)
            }
            Server::Forwarder(..)
            | Server::ClusterDns(..)
            | Server::Resolved(_)
            | Server::Public(_) => None,
        }
    }
}

/// Whether two are one server to which a query comes back: pods of a resolver are all the same.
fn is_same(one: &Server, other: &Server) -> bool {
    match (one, other) {
        (Server::Resolver(one, Host::Pod(..)), Server::Resolver(other, Host::Pod(..))) => {
            one == other
        }
        (Server::ClusterDns(one, _), Server::ClusterDns(other, _)) => one == other,
        _ => one == other,
    }
}

fn said(server: String, is_public: bool, step: Step, outcome: Outcome) -> Served {
    Served {
        server,
        is_public,
        step,
        uses: "",
        queries: Vec::new(),
        outcomes: vec![outcome],
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
