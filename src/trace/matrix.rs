//! What becomes of every question: each class of clients with each class of names, over UDP and TCP,
//! and what any single failure of a node changes.

use std::collections::{BTreeMap, BTreeSet};

use super::classes::{ClientGroup, NameClass};
use super::outcome::{Leak, Outcome, Seen};
use super::walk::Walk;
use super::world::World;
use super::{Question, Tracer, follow};
use crate::scalar::Protocol;
use crate::topology::{Id, Node};

/// The matrix of a topology.
#[derive(Debug)]
pub struct Matrix {
    /// The classes of names: the columns.
    pub names: Vec<NameClass>,
    /// The classes of clients: the rows.
    pub clients: Vec<ClientGroup>,
    /// What becomes of the questions, by row and column.
    pub cells: Vec<Vec<Cell>>,
    /// What changes when a node is down, each change once for all nodes that cause it.
    pub failures: Vec<Failure>,
}

/// What becomes of the questions of one class of clients for one class of names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Over UDP.
    pub udp: Vec<Outcome>,
    /// Over TCP.
    pub tcp: Vec<Outcome>,
}

impl Cell {
    /// What is seen over a protocol, each once.
    #[must_use]
    pub fn seen(&self, protocol: Protocol) -> BTreeSet<Seen> {
        let outcomes = self.outcomes(protocol).iter();
        outcomes.map(|outcome| outcome.seen).collect()
    }

    /// What can come of the question over a protocol.
    #[must_use]
    pub fn outcomes(&self, protocol: Protocol) -> &[Outcome] {
        match protocol {
            Protocol::Udp => &self.udp,
            Protocol::Tcp => &self.tcp,
        }
    }

    /// Everything that can leak.
    #[must_use]
    pub fn leaks(&self) -> BTreeSet<&Leak> {
        let outcomes = self.udp.iter().chain(&self.tcp);
        outcomes.flat_map(|outcome| &outcome.leaks).collect()
    }
}

/// What the failure of a node changes.
#[derive(Debug)]
pub struct Failure {
    /// The nodes, each of which changes this.
    pub nodes: Vec<Id<Node>>,
    /// The changes; none where nobody notices.
    pub changes: Vec<Change>,
}

/// A cell that a failure changes.
#[derive(Debug)]
pub struct Change {
    /// The row.
    pub client: usize,
    /// The column.
    pub name: usize,
    /// What becomes of the questions then.
    pub cell: Cell,
}

impl Tracer<'_> {
    /// Follows every question, and every one again for each single failure.
    #[must_use]
    pub fn matrix(&self) -> Matrix {
        self.matrix_of(self.name_classes(), self.client_groups())
    }

    /// Follows the questions of some classes, and every one again for each single failure.
    #[must_use]
    pub fn matrix_of(&self, names: Vec<NameClass>, clients: Vec<ClientGroup>) -> Matrix {
        let whole = self.matrix_without_failures(names, clients);
        Matrix {
            failures: self.failures(&whole.names, &whole.clients, &whole.cells),
            ..whole
        }
    }

    /// Follows the questions of some classes while nothing fails.
    #[must_use]
    pub fn matrix_without_failures(
        &self,
        names: Vec<NameClass>,
        clients: Vec<ClientGroup>,
    ) -> Matrix {
        let cells = self.cells(&names, &clients, None);
        Matrix {
            names,
            clients,
            cells,
            failures: Vec::new(),
        }
    }

    /// What becomes of every question, while a node is down.
    fn cells(
        &self,
        names: &[NameClass],
        clients: &[ClientGroup],
        down: Option<Id<Node>>,
    ) -> Vec<Vec<Cell>> {
        let world = World {
            index: &self.index,
            down: down.into_iter().collect(),
        };
        let walk = Walk::new(&world, &self.names);
        clients
            .iter()
            .map(|client| {
                // Of nodes that are alike another one stands for them than the one that is down.
                let other = client.nodes.iter().position(|node| Some(*node) != down);
                let class = &client.members[other.unwrap_or(0)];
                names
                    .iter()
                    .map(|name| {
                        let outcomes = |protocol| {
                            let question = Question {
                                from: class.clone(),
                                name: name.name().clone(),
                                record_type: name.record_type,
                                protocol,
                            };
                            follow(&walk, &question).outcomes
                        };
                        Cell {
                            udp: outcomes(Protocol::Udp),
                            tcp: outcomes(Protocol::Tcp),
                        }
                    })
                    .collect()
            })
            .collect()
    }

    fn failures(
        &self,
        names: &[NameClass],
        clients: &[ClientGroup],
        cells: &[Vec<Cell>],
    ) -> Vec<Failure> {
        let mut failures: BTreeMap<String, Failure> = BTreeMap::new();
        for kind in self.index.kinds.all() {
            // The last one: the first stands for the others where they ask.
            let Some(down) = kind.last() else { continue };
            let then = self.cells(names, clients, Some(*down));
            let mut changes = Vec::new();
            for (row, client) in clients.iter().enumerate() {
                // Of who is down nothing is asked.
                if client.nodes == [*down] {
                    continue;
                }
                for (column, cell) in then[row].iter().enumerate() {
                    if differs(&cells[row][column], cell) {
                        changes.push(Change {
                            client: row,
                            name: column,
                            cell: cell.clone(),
                        });
                    }
                }
            }
            let key = format!("{:?}", changes.iter().map(change_key).collect::<Vec<_>>());
            let failure = failures.entry(key).or_insert_with(|| Failure {
                nodes: Vec::new(),
                changes,
            });
            failure.nodes.extend(kind);
        }
        let mut failures: Vec<Failure> = failures.into_values().collect();
        failures.sort_by(|a, b| a.nodes.cmp(&b.nodes));
        failures
    }
}

/// Whether clients would notice: they see something else, or something else leaks.
fn differs(before: &Cell, after: &Cell) -> bool {
    [Protocol::Udp, Protocol::Tcp]
        .iter()
        .any(|protocol| before.seen(*protocol) != after.seen(*protocol))
        || before.leaks() != after.leaks()
}

fn change_key(change: &Change) -> (usize, usize, BTreeSet<Seen>, BTreeSet<Seen>) {
    (
        change.client,
        change.name,
        change.cell.seen(Protocol::Udp),
        change.cell.seen(Protocol::Tcp),
    )
}
