//! Tables of named things, and the indices that refer into them.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use super::Entity;
use crate::finding::Finding;
use crate::place::Place;
use crate::rules::structure;
use crate::scalar::Name;

/// The index of a thing in its [`Table`].
pub struct Id<T>(usize, PhantomData<fn() -> T>);

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Id<T> {}

impl<T> Id<T> {
    /// How many things come before it.
    #[must_use]
    pub fn number(self) -> usize {
        self.0
    }
}

impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<T> Eq for Id<T> {}

impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// By the order of the things' names.
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}

impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// The things of one kind, by name.
#[derive(Debug)]
pub struct Table<T> {
    items: Vec<T>,
    /// Every declared name. `None`: declared, but with a problem that has its own finding.
    names: BTreeMap<Name, Option<Id<T>>>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            names: BTreeMap::new(),
        }
    }
}

impl<T> Table<T> {
    /// Adds a thing under its name, or the name alone where the thing has a problem.
    pub(super) fn insert(&mut self, name: Name, item: Option<T>) {
        let id = item.map(|item| {
            self.items.push(item);
            Id(self.items.len() - 1, PhantomData)
        });
        self.names.insert(name, id);
    }

    /// The thing of an index.
    #[must_use]
    pub fn get(&self, id: Id<T>) -> &T {
        &self.items[id.0]
    }

    /// The thing of a name, where it is declared without a problem.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<(Id<T>, &T)> {
        let id = (*self.names.get(name)?)?;
        Some((id, self.get(id)))
    }

    /// The index of the first thing that was declared.
    #[must_use]
    pub fn first(&self) -> Option<Id<T>> {
        (!self.items.is_empty()).then_some(Id(0, PhantomData))
    }

    /// Whether everything that is declared could be resolved: only then something that is not here
    /// is not there.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.names.values().all(Option::is_some)
    }

    /// Every sound thing with its index, by name.
    pub fn iter(&self) -> impl Iterator<Item = (Id<T>, &T)> {
        self.items
            .iter()
            .enumerate()
            .map(|(index, item)| (Id(index, PhantomData), item))
    }

    /// Every sound thing, by name.
    pub fn values(&self) -> impl Iterator<Item = &T> {
        self.items.iter()
    }

    /// Every declared name.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(Name::as_str)
    }
}

impl<T: Entity> Table<T> {
    /// The index of what a name refers to. A name that is not declared is a finding; one that
    /// is declared with a problem is none, since the problem has one already.
    pub(super) fn refer(
        &self,
        name: &Name,
        place: &Place,
        findings: &mut Vec<Finding>,
    ) -> Option<Id<T>> {
        match self.names.get(name) {
            Some(id) => *id,
            None => {
                findings.push(structure::unknown_reference(
                    place,
                    T::KIND,
                    name.as_str(),
                    self.names(),
                ));
                None
            }
        }
    }
}
