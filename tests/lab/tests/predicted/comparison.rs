//! The matrix as it is predicted, beside the one that is seen.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use tailwright::scalar::{ClientClass, Protocol, RecordType};
use tailwright::topology::{Id, Node, Topology};
use tailwright::trace::classes::NameClass;
use tailwright::trace::outcome::Seen;
use tailwright::trace::{Question, Tracer};
use tailwright_lab::Failure;

use crate::asking::{ask, name};
use crate::clients::{Start, starts};
use crate::declared::Declared;
use crate::home::Running;

/// How often each question is asked at a time: from each place, and of each pod behind a Service at
/// least once.
const ROUND: usize = 4;
/// How many rounds there are at most, where several things are predicted and not all of them have
/// been seen.
const ROUNDS: usize = 12;
/// How many questions are under way at once.
const AT_ONCE: usize = 40;

/// Both matrices.
pub(crate) struct Comparison<'t> {
    topology: &'t Topology,
    tracer: Tracer<'t>,
    down: BTreeSet<Id<Node>>,
    names: Vec<NameClass>,
    cells: Vec<Cell>,
    /// How many names of each class have been asked for: each is asked for once.
    used: Vec<usize>,
}

/// What becomes of the questions of a class of clients for a class of names over a protocol.
struct Cell {
    class: ClientClass,
    /// The class of names.
    names: usize,
    protocol: Protocol,
    predicted: Told,
    seen: Told,
    asked: usize,
}

/// What clients see, and which public servers are told the name.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Told {
    seen: BTreeSet<Seen>,
    leaks: BTreeSet<String>,
}

/// One question to ask.
struct Job<'r> {
    cell: usize,
    start: Start<'r>,
    name: String,
    record_type: RecordType,
}

impl<'t> Comparison<'t> {
    /// Of every question, while these nodes are down. Nothing has been asked.
    pub(crate) fn new(declared: &'t Declared, without: &[&str]) -> Self {
        let topology = declared.topology();
        let tracer = Tracer::new(topology);
        let down: BTreeSet<Id<Node>> = without
            .iter()
            .filter_map(|name| topology.nodes.find(name).map(|(id, _)| id))
            .collect();
        assert_eq!(down.len(), without.len(), "{without:?}");
        let names = tracer.name_classes();
        let mut cells = Vec::new();
        for group in tracer.client_groups() {
            if group.nodes.iter().any(|node| down.contains(node)) {
                continue;
            }
            for column in 0..names.len() {
                cells.extend([Protocol::Udp, Protocol::Tcp].map(|protocol| Cell {
                    class: group.class().clone(),
                    names: column,
                    protocol,
                    predicted: Told::default(),
                    seen: Told::default(),
                    asked: 0,
                }));
            }
        }
        Self {
            topology,
            tracer,
            down,
            used: vec![0; names.len()],
            names,
            cells,
        }
    }

    /// Asks everything, and what can have several outcomes until all of them have been seen.
    pub(crate) fn ask(&mut self, running: &Running) -> Result<(), Failure> {
        for _ in 0..ROUNDS {
            if !self.ask_once(running)? {
                break;
            }
        }
        Ok(())
    }

    /// Asks what has not been asked, or had other outcomes than all that are predicted; whether there
    /// was anything.
    pub(crate) fn ask_once(&mut self, running: &Running) -> Result<bool, Failure> {
        let mut jobs = Vec::new();
        for (index, cell) in self.cells.iter_mut().enumerate() {
            let kind = self.names[cell.names].kind;
            let starts = starts(&cell.class, kind, self.topology, running);
            if starts.is_empty() || !cell.wants_more() {
                continue;
            }
            let names = &self.names[cell.names];
            for start in starts.into_iter().cycle().take(ROUND) {
                let name = name(names, self.used[cell.names]);
                self.used[cell.names] += 1;
                let question = Question {
                    from: cell.class.clone(),
                    name: name.parse()?,
                    record_type: names.record_type,
                    protocol: cell.protocol,
                };
                for outcome in self.tracer.trace(&question, &self.down).outcomes {
                    cell.predicted.seen.insert(outcome.seen);
                    let servers = outcome.leaks.into_iter().map(|leak| leak.server);
                    cell.predicted.leaks.extend(servers);
                }
                jobs.push((
                    cell.protocol,
                    Job {
                        cell: index,
                        start,
                        name,
                        record_type: question.record_type,
                    },
                ));
            }
        }
        self.put(running, &jobs)?;
        Ok(!jobs.is_empty())
    }

    /// Asks some questions, many at once, and notes what is seen.
    fn put(&mut self, running: &Running, jobs: &[(Protocol, Job<'_>)]) -> Result<(), Failure> {
        let before = told(running);
        let next = AtomicUsize::new(0);
        let answers = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for _ in 0..AT_ONCE {
                scope.spawn(|| {
                    while let Some((protocol, job)) = jobs.get(next.fetch_add(1, Ordering::Relaxed))
                    {
                        let Job { start, name, .. } = job;
                        let seen = ask(running, start, name, job.record_type, *protocol);
                        let answers = answers.lock();
                        answers
                            .unwrap_or_else(PoisonError::into_inner)
                            .push((job, seen));
                    }
                });
            }
        });
        let after = told(running);
        for (job, seen) in answers.into_inner()? {
            let cell = &mut self.cells[job.cell];
            cell.seen.seen.insert(seen?);
            cell.asked += 1;
            let servers = |all: &BTreeMap<String, BTreeSet<String>>| {
                all.get(&job.name).cloned().unwrap_or_default()
            };
            if !job.name.ends_with("example.com") {
                let servers = &servers(&after) - &servers(&before);
                cell.seen.leaks.extend(servers);
            }
        }
        Ok(())
    }

    /// What was seen anywhere.
    pub(crate) fn seen(&self) -> impl Iterator<Item = &'static str> {
        let all = self.cells.iter().flat_map(|cell| &cell.seen.seen);
        all.map(|seen| seen.as_str())
    }

    /// What a class of clients has seen for a class of names, whose description begins like this.
    pub(crate) fn at(&self, client: &str, names: &str, protocol: Protocol) -> String {
        let mut cells = self.cells.iter();
        let found = cells.find(|cell| {
            cell.class.to_string() == client
                && self.names[cell.names].what.starts_with(names)
                && cell.protocol == protocol
        });
        match found {
            Some(cell) => cell.seen.to_string(),
            None => panic!("nothing is compared for {client}, {names}"),
        }
    }

    /// What is predicted is seen, and nothing else.
    #[track_caller]
    pub(crate) fn assert_agrees(&self) {
        self.assert(|cell| cell.predicted == cell.seen);
    }

    /// Nothing is seen but what is predicted.
    #[track_caller]
    pub(crate) fn assert_nothing_else(&self) {
        self.assert(Cell::is_open);
    }

    #[track_caller]
    fn assert(&self, is_so: impl Fn(&Cell) -> bool) {
        let asked = self.cells.iter().filter(|cell| cell.asked > 0);
        let wrong = asked.filter(|cell| !is_so(cell)).map(|cell| {
            let Cell {
                class,
                protocol,
                predicted,
                seen,
                asked,
                ..
            } = cell;
            let names = &self.names[cell.names].what;
            let protocol = protocol.as_str();
            format!(
                "{class}, {names}, {protocol}: {predicted} is predicted, {seen} seen in {asked}\n"
            )
        });
        let wrong: String = wrong.collect();
        assert!(wrong.is_empty(), "{wrong}");
    }
}

impl Cell {
    fn wants_more(&self) -> bool {
        self.asked == 0 || (self.predicted != self.seen && self.is_open())
    }

    /// Whether what is seen is predicted; it can still become all of it.
    fn is_open(&self) -> bool {
        self.seen.seen.is_subset(&self.predicted.seen)
            && self.seen.leaks.is_subset(&self.predicted.leaks)
    }
}

impl std::fmt::Display for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let seen: Vec<&str> = self.seen.iter().map(|seen| seen.as_str()).collect();
        f.write_str(&seen.join(" or "))?;
        if self.leaks.is_empty() {
            return Ok(());
        }
        let leaks: Vec<&str> = self.leaks.iter().map(String::as_str).collect();
        write!(f, ", told to {}", leaks.join(", "))
    }
}

/// The public servers that were asked for each name, as the trace calls them.
fn told(running: &Running) -> BTreeMap<String, BTreeSet<String>> {
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (address, server) in &running.public {
        for asked in server.asked() {
            let servers = all.entry(asked.name.to_lowercase()).or_default();
            servers.insert(format!("public server {address}"));
        }
    }
    all
}
