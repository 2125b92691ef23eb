//! The matrix as it is predicted, beside the one that is seen.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use tailwright::scalar::{ClientClass, Protocol, RecordType};
use tailwright::topology::{Id, Node};
use tailwright::trace::outcome::Seen;
use tailwright::trace::{Question, Tracer};
use tailwright_lab::Failure;

use crate::asking::{Start, ask, name, starts};
use crate::declared::Declared;
use crate::home::Running;

/// How often each question is asked where one thing is predicted: from each place, and each pod
/// behind a Service at least once.
const AT_LEAST: usize = 4;
/// How often at most, where several things are predicted and not all of them have been seen.
const AT_MOST: usize = 48;
/// How many questions are under way at once.
const AT_ONCE: usize = 32;

/// What becomes of the questions of a class of clients for a class of names over a protocol.
struct Cell {
    what: String,
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

/// Both matrices.
pub(crate) struct Comparison {
    cells: Vec<Cell>,
}

/// One question to ask.
struct Job<'r> {
    cell: usize,
    start: Start<'r>,
    name: String,
    record_type: RecordType,
    protocol: Protocol,
}

/// The questions of a cell.
struct Source<'r> {
    class: ClientClass,
    column: usize,
    protocol: Protocol,
    starts: Vec<Start<'r>>,
}

impl Comparison {
    /// Predicts and asks, while these nodes are down.
    pub(crate) fn new(
        declared: &Declared,
        running: &Running,
        without: &[&str],
    ) -> Result<Self, Failure> {
        let topology = declared.topology();
        let tracer = Tracer::new(topology);
        let down: BTreeSet<Id<Node>> = without
            .iter()
            .filter_map(|name| topology.nodes.find(name).map(|(id, _)| id))
            .collect();
        assert_eq!(down.len(), without.len(), "{without:?}");
        let columns = tracer.name_classes();
        let mut sources = Vec::new();
        let mut cells = Vec::new();
        for group in tracer.client_groups() {
            let class = group.class();
            let starts = starts(class, topology, running);
            if starts.is_empty() || group.nodes.iter().any(|node| down.contains(node)) {
                continue;
            }
            for (column, names) in columns.iter().enumerate() {
                for protocol in [Protocol::Udp, Protocol::Tcp] {
                    sources.push(Source {
                        class: class.clone(),
                        column,
                        protocol,
                        starts: starts.clone(),
                    });
                    cells.push(Cell {
                        what: format!("{class}, {}, {protocol:?}", names.what),
                        predicted: Told::default(),
                        seen: Told::default(),
                        asked: 0,
                    });
                }
            }
        }
        let mut compared = Self { cells };
        // Per class of names, so that each name is asked for once.
        let mut next = vec![0; columns.len()];
        loop {
            let mut jobs = Vec::new();
            for (index, source) in sources.iter().enumerate() {
                let cell = &mut compared.cells[index];
                if !cell.wants_more() {
                    continue;
                }
                let names = &columns[source.column];
                for round in 0..AT_LEAST.max(source.starts.len()) {
                    let name = name(names, next[source.column]);
                    next[source.column] += 1;
                    let question = Question {
                        from: source.class.clone(),
                        name: name.parse()?,
                        record_type: names.record_type,
                        protocol: source.protocol,
                    };
                    for outcome in tracer.trace(&question, &down).outcomes {
                        cell.predicted.seen.insert(outcome.seen);
                        let servers = outcome.leaks.into_iter().map(|leak| leak.server);
                        cell.predicted.leaks.extend(servers);
                    }
                    jobs.push(Job {
                        cell: index,
                        start: source.starts[round % source.starts.len()].clone(),
                        name,
                        record_type: question.record_type,
                        protocol: question.protocol,
                    });
                }
            }
            if jobs.is_empty() {
                return Ok(compared);
            }
            compared.ask(running, &jobs)?;
        }
    }

    /// Asks some questions, many at once, and notes what is seen.
    fn ask(&mut self, running: &Running, jobs: &[Job<'_>]) -> Result<(), Failure> {
        let before = told(running);
        let next = AtomicUsize::new(0);
        let answers = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for _ in 0..AT_ONCE {
                scope.spawn(|| {
                    while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let Job { start, name, .. } = job;
                        let seen = ask(running, start, name, job.record_type, job.protocol);
                        answers.lock().expect("no panic before").push((job, seen));
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

    /// What was seen by a class of clients for names whose description begins like this.
    pub(crate) fn at(&self, client: &str, names: &str, protocol: Protocol) -> String {
        let beginning = format!("{client}, {names}");
        let end = format!(", {protocol:?}");
        let mut cells = self.cells.iter();
        let found =
            cells.find(|cell| cell.what.starts_with(&beginning) && cell.what.ends_with(&end));
        match found {
            Some(cell) => cell.seen.to_string(),
            None => panic!("nothing is compared for {beginning}"),
        }
    }

    #[track_caller]
    pub(crate) fn assert_agrees(&self) {
        let mut text = String::new();
        for cell in &self.cells {
            eprintln!(
                "{} | {} | {} | {}",
                cell.what, cell.predicted, cell.seen, cell.asked
            );
            if cell.predicted != cell.seen {
                let Cell {
                    what,
                    predicted,
                    seen,
                    asked,
                } = cell;
                let _ = writeln!(
                    text,
                    "{what}: {predicted} is predicted, {seen} seen in {asked}"
                );
            }
        }
        assert!(text.is_empty(), "{text}");
    }
}

impl Cell {
    fn wants_more(&self) -> bool {
        self.asked == 0 || (self.predicted != self.seen && self.asked < AT_MOST && self.is_open())
    }

    /// Whether what is seen can still become what is predicted.
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
