//! One declaration: built, asked, and compared with what the trace predicts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use common::Generated;
use serde_json::Value;
use tailwright::scalar::{ClientClass, Protocol, RecordType};
use tailwright::topology::Id;
use tailwright::trace::classes::{NameClass, NameKind};
use tailwright::trace::outcome::{CauseKind, Outcome, Seen};
use tailwright::trace::{Question, Tracer};
use tailwright_lab::Failure;

use crate::clients::{Clients, Start};
use crate::coverage::Coverage;
use crate::falsified::{self, Falsified};
use crate::names::{is_one_name, name, with_members};
use crate::policy;
use crate::running::Running;

/// How often what can have several outcomes is asked.
const OFTEN: usize = 5;
/// How many questions are under way at once.
const AT_ONCE: usize = 160;

/// What clients see, and which public servers are told the name.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) seen: BTreeSet<Seen>,
    pub(crate) leaks: BTreeSet<String>,
}

/// What becomes of the questions of a class of clients for a class of names.
struct Cell {
    class: ClientClass,
    names: usize,
    record_type: RecordType,
    protocol: Protocol,
    outcomes: Vec<Outcome>,
    predicted: Told,
    seen: Told,
    asked: usize,
}

/// One question to ask.
struct Job {
    cell: usize,
    start: Start,
    name: String,
}

/// A cell in which something else is seen than predicted.
#[derive(Debug, Clone)]
pub(crate) struct Difference(pub(crate) String);

/// What came of a case.
#[derive(Debug, Default)]
pub(crate) struct Result {
    /// Seen twice.
    pub(crate) differences: Vec<Difference>,
    /// Seen once, and not when asked again.
    pub(crate) fleeting: Vec<Difference>,
    pub(crate) coverage: Coverage,
    /// The falsified models that this case shows to be false.
    pub(crate) caught: BTreeSet<&'static str>,
}

/// Builds a declaration and compares.
pub(crate) fn run(declaration: &Value) -> std::result::Result<Result, Failure> {
    let whole = with_members(declaration);
    let policy = whole.get(policy::KEY);
    let tree =
        Generated::of_json(&whole, policy::KEY).map_err(|e| crate::failure(&e.to_string()))?;
    let topology = tree.topology();
    let tracer = Tracer::new(topology);
    let names = tracer.name_classes();
    let groups = tracer.client_groups();
    let devices: Vec<Id<_>> = groups
        .iter()
        .filter_map(|group| match group.class() {
            ClientClass::Device(name) => topology.devices.find(name.as_str()).map(|one| one.0),
            _ => None,
        })
        .collect();
    let running = Running::new(&tree, &devices, policy)?;
    let mut comparison = Comparison {
        tracer: &tracer,
        clients: Clients::new(&running, topology),
        running: &running,
        used: vec![0; names.len()],
        names,
        cells: Vec::new(),
    };
    for group in &groups {
        comparison.add(group.class());
    }
    let mut result = Result::default();
    comparison.ask_all(|_| true)?;
    let first = comparison.differences();
    let again: BTreeSet<usize> = first.keys().copied().collect();
    let before: Vec<Told> = comparison
        .cells
        .iter()
        .map(|cell| cell.seen.clone())
        .collect();
    if !again.is_empty() {
        for index in &again {
            comparison.cells[*index].seen = Told::default();
        }
        comparison.ask_all(|index| again.contains(&index))?;
    }
    let second = comparison.differences();
    for (index, difference) in first {
        match second.get(&index) {
            Some(again) => result.differences.push(again.clone()),
            None => result.fleeting.push(difference),
        }
    }
    for (cell, before) in comparison.cells.iter().zip(&before) {
        let is_fleeting = !cell.predicted.allows(before) && cell.predicted.allows(&cell.seen);
        let seen = if is_fleeting { &cell.seen } else { before };
        let kinds = kinds(&cell.outcomes, &seen.seen);
        result
            .coverage
            .add(cell.protocol, &cell.predicted, seen, &kinds, cell.asked);
    }
    result.coverage.add_topology(topology);
    for falsified in falsified::ALL {
        if comparison.shows_to_be_false(&whole, falsified)? {
            result.caught.insert(falsified.what);
        }
    }
    Ok(result)
}

/// The kinds of the causes of what was seen.
fn kinds(outcomes: &[Outcome], seen: &BTreeSet<Seen>) -> BTreeSet<CauseKind> {
    let outcomes = outcomes.iter().filter(|one| seen.contains(&one.seen));
    outcomes
        .flat_map(|one| one.cause.leaves())
        .map(|cause| cause.kind)
        .collect()
}

struct Comparison<'c> {
    tracer: &'c Tracer<'c>,
    clients: Clients<'c>,
    running: &'c Running,
    names: Vec<NameClass>,
    cells: Vec<Cell>,
    /// How many names of each class have been asked for: each is asked for once.
    used: Vec<usize>,
}

impl Comparison<'_> {
    /// Every question of a class of clients: for each class of names, and for types of which members
    /// have nothing.
    fn add(&mut self, class: &ClientClass) {
        for (index, names) in self.names.iter().enumerate() {
            let mut types = vec![names.record_type];
            let has_others = matches!(names.kind, NameKind::Member(_) | NameKind::Declared);
            if has_others && names.record_type == RecordType::A {
                types.push(RecordType::Aaaa);
            }
            // quad100 leaves it out, and so must nobody else have it.
            if matches!(names.kind, NameKind::Member(_)) {
                types.push(RecordType::Soa);
            }
            for record_type in types {
                for protocol in [Protocol::Udp, Protocol::Tcp] {
                    let question = Question {
                        from: class.clone(),
                        name: names.name().clone(),
                        record_type,
                        protocol,
                    };
                    let outcomes = self.tracer.trace(&question, &BTreeSet::new()).outcomes;
                    self.cells.push(Cell {
                        class: class.clone(),
                        names: index,
                        record_type,
                        protocol,
                        predicted: Told::of(&outcomes),
                        outcomes,
                        seen: Told::default(),
                        asked: 0,
                    });
                }
            }
        }
    }

    /// Asks the questions of some cells, many at once, and notes what is seen.
    fn ask_all(&mut self, which: impl Fn(usize) -> bool) -> std::result::Result<(), Failure> {
        let mut jobs = Vec::new();
        for (index, cell) in self.cells.iter().enumerate() {
            if !which(index) {
                continue;
            }
            let names = &self.names[cell.names];
            let starts = self.clients.starts(&cell.class, names)?;
            let is_open = cell.predicted.seen.len() > 1 || cell.asked > 0;
            let often = starts.len().max(if is_open { OFTEN } else { 1 });
            for start in starts.iter().cycle().take(often) {
                let name = name(names, self.used[cell.names]);
                self.used[cell.names] += 1;
                jobs.push(Job {
                    cell: index,
                    start: start.clone(),
                    name,
                });
            }
        }
        let next = AtomicUsize::new(0);
        let answers = Mutex::new(Vec::new());
        let cells = &self.cells;
        std::thread::scope(|scope| {
            for _ in 0..AT_ONCE.min(jobs.len()) {
                scope.spawn(|| {
                    while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let cell = &cells[job.cell];
                        let seen = job.start.ask(&job.name, cell.record_type, cell.protocol);
                        let mut answers = answers.lock().unwrap_or_else(PoisonError::into_inner);
                        answers.push((job, seen));
                    }
                });
            }
        });
        let told = told(self.running);
        let answers = answers.into_inner().unwrap_or_else(PoisonError::into_inner);
        for (job, seen) in answers {
            let cell = &mut self.cells[job.cell];
            cell.seen.seen.insert(seen?);
            cell.asked += 1;
            let names = &self.names[cell.names];
            let is_private = names.kind != NameKind::Public;
            if is_private && !is_one_name(names) {
                cell.seen
                    .leaks
                    .extend(told.get(&job.name).into_iter().flatten().cloned());
            }
        }
        Ok(())
    }

    fn differences(&self) -> BTreeMap<usize, Difference> {
        let cells = self.cells.iter().enumerate();
        let wrong = cells.filter(|(_, cell)| !cell.predicted.allows(&cell.seen));
        wrong
            .map(|(index, cell)| (index, self.difference(cell)))
            .collect()
    }

    fn difference(&self, cell: &Cell) -> Difference {
        let names = &self.names[cell.names];
        let causes = cell.outcomes.iter().map(|outcome| {
            let leaves: Vec<String> = outcome
                .cause
                .leaves()
                .iter()
                .map(|leaf| leaf.text.clone())
                .collect();
            format!("\n      {}: {}", outcome.seen, leaves.join("; "))
        });
        Difference(format!(
            "{}, {} {}, {}: {} is predicted, {} seen in {}{}",
            cell.class,
            names.what,
            cell.record_type.as_str(),
            cell.protocol.as_str(),
            cell.predicted,
            cell.seen,
            cell.asked,
            causes.collect::<String>()
        ))
    }

    /// Whether what was seen contradicts a falsified model.
    fn shows_to_be_false(
        &self,
        whole: &Value,
        falsified: &Falsified,
    ) -> std::result::Result<bool, Failure> {
        let mut other = whole.clone();
        (falsified.change)(&mut other);
        if other == *whole {
            return Ok(false);
        }
        let topology = falsified::topology(&other)?;
        let tracer = Tracer::new(&topology);
        let is_contradicted = |cell: &Cell| {
            let question = Question {
                from: cell.class.clone(),
                name: self.names[cell.names].name().clone(),
                record_type: cell.record_type,
                protocol: cell.protocol,
            };
            let outcomes = tracer.trace(&question, &BTreeSet::new()).outcomes;
            cell.predicted.allows(&cell.seen) && !Told::of(&outcomes).allows(&cell.seen)
        };
        Ok(self.cells.iter().any(is_contradicted))
    }
}

impl Told {
    fn of(outcomes: &[Outcome]) -> Self {
        let leaks = outcomes.iter().flat_map(|outcome| &outcome.leaks);
        Self {
            seen: outcomes.iter().map(|outcome| outcome.seen).collect(),
            leaks: leaks.map(|leak| leak.server.clone()).collect(),
        }
    }

    /// Whether nothing is seen but what is predicted. What is unknown may be anything.
    pub(crate) fn allows(&self, seen: &Self) -> bool {
        self.seen.contains(&Seen::Unknown)
            || (seen.seen.is_subset(&self.seen) && seen.leaks.is_subset(&self.leaks))
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
    for (name, server) in &running.public {
        for asked in server.asked() {
            let servers = all.entry(asked.name.to_lowercase()).or_default();
            servers.insert(name.clone());
        }
    }
    all
}
