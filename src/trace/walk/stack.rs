//! The questions that are being answered, and what was found on the way, for whom it holds.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::Served;
use crate::scalar::{DnsName, RecordType};
use crate::trace::host::Host;
use crate::trace::server::{Asked, Server};

/// A server, whichever of its pods it is, and what it is asked, over whichever protocol: whoever asks this
/// again on the way closes a circle.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Asking {
    server: Server,
    name: DnsName,
    record_type: RecordType,
}

impl Asking {
    pub(super) fn new(server: &Server, asked: &Asked) -> Self {
        let server = match server {
            Server::Resolver(id, Host::Pod(cluster, _)) => {
                Server::Resolver(*id, Host::Pod(*cluster, None))
            }
            Server::ClusterDns(id, _) => Server::ClusterDns(*id, Host::Pod(*id, None)),
            other => other.clone(),
        };
        Self {
            server,
            name: asked.name.clone(),
            record_type: asked.record_type,
        }
    }
}

/// The questions that are being answered, from the first server to the one that asks now.
#[derive(Default)]
pub(in crate::trace) struct Stack(Vec<Entry>);

struct Entry {
    server: Server,
    asking: Asking,
    /// The first entry to which a question came back since this one.
    lowest: usize,
    /// What was asked since, itself among it.
    met: BTreeSet<Asking>,
    /// Whether something since was not followed.
    gave_up: bool,
}

/// What a server does with a question, and on which ways to it this is so.
pub(super) struct Known {
    pub(super) served: Rc<Served>,
    /// The questions before it to the last of which circles lead back from it.
    before: Vec<Asking>,
    /// What is asked from it on: whoever has one of these before those closes another circle.
    met: BTreeSet<Asking>,
}

impl Stack {
    /// Where a question is being answered already.
    pub(super) fn position(&self, asking: &Asking) -> Option<usize> {
        self.0.iter().position(|entry| entry.asking == *asking)
    }

    /// The servers from one on.
    pub(super) fn servers_from(&self, first: usize) -> Vec<&Server> {
        self.0[first..].iter().map(|entry| &entry.server).collect()
    }

    /// Notes that a question came back.
    pub(super) fn came_back_to(&mut self, first: usize) {
        if let Some(last) = self.0.last_mut() {
            last.lowest = last.lowest.min(first);
        }
    }

    /// Notes that a question is not followed.
    pub(super) fn gave_up(&mut self) {
        if let Some(last) = self.0.last_mut() {
            last.gave_up = true;
        }
    }

    /// Whether what was found on another way holds on this one.
    pub(super) fn admits(&self, known: &Known) -> bool {
        let Some(start) = self.0.len().checked_sub(known.before.len()) else {
            return false;
        };
        let (above, suffix) = self.0.split_at(start);
        let is_same = |(entry, asking): (&Entry, &Asking)| entry.asking == *asking;
        suffix.iter().zip(&known.before).all(is_same)
            && !above.iter().any(|entry| known.met.contains(&entry.asking))
    }

    /// Notes what was found on another way.
    pub(super) fn met(&mut self, known: &Known) {
        let first = self.0.len() - known.before.len();
        if let Some(last) = self.0.last_mut() {
            if !known.before.is_empty() {
                last.lowest = last.lowest.min(first);
            }
            last.met.extend(known.met.iter().cloned());
        }
    }

    pub(super) fn push(&mut self, server: &Server, asking: Asking) {
        let own = self.0.len();
        self.0.push(Entry {
            server: server.clone(),
            met: BTreeSet::from([asking.clone()]),
            asking,
            lowest: own,
            gave_up: false,
        });
    }

    /// Takes the last question off; what was found for it is worth keeping unless something was given up.
    pub(super) fn pop(&mut self, served: &Rc<Served>) -> Option<Known> {
        let entry = self.0.pop()?;
        let own = self.0.len();
        let lowest = entry.lowest.min(own);
        if let Some(last) = self.0.last_mut() {
            if lowest < own {
                last.lowest = last.lowest.min(lowest);
            }
            last.met.extend(entry.met.iter().cloned());
            last.gave_up |= entry.gave_up;
        }
        let before = self.0[lowest..].iter().map(|entry| entry.asking.clone());
        (!entry.gave_up).then(|| Known {
            served: served.clone(),
            before: before.collect(),
            met: entry.met,
        })
    }
}
