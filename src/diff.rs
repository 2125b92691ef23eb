//! What changes from one declaration to another: what becomes of queries, and which files.

use std::collections::{BTreeMap, BTreeSet};

use crate::Checked;
use crate::artifact::Tree;
use crate::finding::any_error;
use crate::scalar::{ClientClass, DnsName, Protocol, RecordType};
use crate::topology::Topology;
use crate::trace::outcome::{Leak, Outcome, Seen};
use crate::trace::{Question, Tracer};

/// Two declarations compared.
#[derive(Debug)]
pub struct Diff {
    /// What becomes of a query in another way, in the order of the classes.
    pub outcomes: Vec<Changed>,
    /// The files that change; `None` where one of the two declarations has no tree.
    pub files: Option<Vec<File>>,
}

/// Questions that come to something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// Who asks: the classes for which it is the same.
    pub from: Vec<ClientClass>,
    /// What is asked for, in words.
    pub what: String,
    /// One of these names.
    pub name: DnsName,
    /// For which type.
    pub record_type: RecordType,
    /// The protocols for which it is the same.
    pub protocols: Vec<Protocol>,
    /// What became of it; `None` where there was no such class.
    pub before: Option<Summary>,
    /// What becomes of it; `None` where there is no such class any more.
    pub after: Option<Summary>,
}

/// What a client sees, and who sees the name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Summary {
    /// What can be seen.
    pub seen: BTreeSet<Seen>,
    /// The servers that the name leaks to.
    pub leaks: BTreeSet<String>,
}

/// A file that changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its path in the tree.
    pub path: String,
    /// How.
    pub how: How,
}

/// How a file changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// It is new.
    Added,
    /// It goes.
    Removed,
    /// It has another content.
    Changed,
}

impl How {
    /// The word that reports print.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
        }
    }
}

impl Diff {
    /// Whether nothing changes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.outcomes.is_empty() && self.files.as_ref().is_none_or(Vec::is_empty)
    }
}

impl Summary {
    fn of(outcomes: &[Outcome]) -> Self {
        let leaks = outcomes.iter().flat_map(|outcome| &outcome.leaks);
        Self {
            seen: outcomes.iter().map(|outcome| outcome.seen).collect(),
            leaks: leaks.map(|leak: &Leak| leak.server.clone()).collect(),
        }
    }
}

/// Compares two declarations. Of the one that has errors there is no tree, and so no file to compare;
/// what becomes of its queries is compared all the same.
#[must_use]
pub fn diff(old: &Checked, new: &Checked) -> Diff {
    Diff {
        outcomes: outcomes(&old.topology, &new.topology),
        files: files(old, new),
    }
}

/// A class of clients with a class of names, as both declarations know them.
type Key = (ClientClass, DnsName, RecordType);

fn outcomes(old: &Topology, new: &Topology) -> Vec<Changed> {
    let tracers = [Tracer::new(old), Tracer::new(new)];
    let mut questions: BTreeMap<Key, String> = BTreeMap::new();
    for tracer in &tracers {
        for name in tracer.name_classes() {
            for client in tracer.client_groups() {
                let key = (
                    client.class().clone(),
                    name.name().clone(),
                    name.record_type,
                );
                questions.entry(key).or_insert_with(|| name.what.clone());
            }
        }
    }
    let mut changed: Vec<Changed> = Vec::new();
    for ((from, name, record_type), what) in questions {
        for protocol in [Protocol::Udp, Protocol::Tcp] {
            let question = Question {
                from: from.clone(),
                name: name.clone(),
                record_type,
                protocol,
            };
            let [before, after] =
                [(&tracers[0], old), (&tracers[1], new)].map(|(tracer, topology)| {
                    is_there(topology, &from)
                        .then(|| Summary::of(&tracer.trace(&question, &BTreeSet::new()).outcomes))
                });
            if before == after {
                continue;
            }
            add(
                &mut changed,
                Changed {
                    from: vec![from.clone()],
                    what: what.clone(),
                    name: name.clone(),
                    record_type,
                    protocols: vec![protocol],
                    before,
                    after,
                },
            );
        }
    }
    by_class(changed)
}

/// Adds a change to what is the same for the other protocol, or for another class over the same ones.
fn add(changed: &mut Vec<Changed>, new: Changed) {
    let is_same = |known: &Changed| {
        (&known.name, &known.before, &known.after) == (&new.name, &new.before, &new.after)
    };
    let mut same = changed.iter_mut().filter(|known| is_same(known));
    match same.find(|known| known.from == new.from) {
        Some(known) => known.protocols.extend(new.protocols),
        None => changed.push(new),
    }
}

/// Puts together the classes for which a question comes to the same.
fn by_class(changed: Vec<Changed>) -> Vec<Changed> {
    let mut together: Vec<Changed> = Vec::new();
    for new in changed {
        let is_same = |known: &&mut Changed| {
            (&known.name, &known.protocols, &known.before, &known.after)
                == (&new.name, &new.protocols, &new.before, &new.after)
        };
        match together.iter_mut().find(is_same) {
            Some(known) => known.from.extend(new.from),
            None => together.push(new),
        }
    }
    together.sort_by(|a, b| (&a.what, &a.name, &a.from).cmp(&(&b.what, &b.name, &b.from)));
    together
}

fn is_there(topology: &Topology, class: &ClientClass) -> bool {
    match class {
        ClientClass::Pods(name) => topology.clusters.find(name.as_str()).is_some(),
        ClientClass::Node(name) => topology.nodes.find(name.as_str()).is_some(),
        ClientClass::Lan(name) => topology.sites.find(name.as_str()).is_some(),
        ClientClass::Device(name) => topology.devices.find(name.as_str()).is_some(),
        ClientClass::Tailnet | ClientClass::TailnetRoutes => topology.tailnets.first().is_some(),
        ClientClass::Outside => true,
    }
}

fn files(old: &Checked, new: &Checked) -> Option<Vec<File>> {
    let [old, new] = [tree(old)?, tree(new)?];
    let of = |tree: &Tree| -> BTreeMap<String, Vec<u8>> {
        let files = tree.files().iter();
        files
            .map(|(path, content)| (path.to_string(), content.clone()))
            .collect()
    };
    let (old, new) = (of(&old), of(&new));
    let paths: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let files = paths.into_iter().filter_map(|path| {
        let how = match (old.get(path), new.get(path)) {
            (None, Some(_)) => How::Added,
            (Some(_), None) => How::Removed,
            (Some(old), Some(new)) if old != new => How::Changed,
            _ => return None,
        };
        Some(File {
            path: path.clone(),
            how,
        })
    });
    Some(files.collect())
}

fn tree(checked: &Checked) -> Option<Tree> {
    if any_error(&checked.findings) {
        return None;
    }
    crate::generate(&checked.topology).ok()
}
