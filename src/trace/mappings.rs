//! Who asks whom for which zones: it does not depend on who is down, and is made once.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::server::Target;
use super::walk::Walk;
use crate::scalar::{DnsName, Upstream};
use crate::topology::{Asker, Forwarder, Id, Resolver};

/// The zones that somebody asks others for, each with whom.
type Mapping = Rc<BTreeMap<DnsName, Vec<Target>>>;

/// What was made so far.
#[derive(Default)]
pub(super) struct Mappings {
    by_asker: RefCell<BTreeMap<String, Mapping>>,
    zones: RefCell<BTreeMap<Id<Forwarder>, Rc<BTreeSet<DnsName>>>>,
}

impl Mappings {
    fn of(&self, key: &str, make: impl FnOnce() -> BTreeMap<DnsName, Vec<Target>>) -> Mapping {
        if let Some(known) = self.by_asker.borrow().get(key) {
            return known.clone();
        }
        let mapping = Rc::new(make());
        let mut all = self.by_asker.borrow_mut();
        all.insert(key.to_owned(), mapping.clone());
        mapping
    }
}

impl Walk<'_, '_, '_> {
    /// The zone of an asker that holds a name, and whom he asks for it.
    pub(super) fn delegated(
        &self,
        asker: &Asker,
        name: &DnsName,
    ) -> Option<(DnsName, Vec<Target>)> {
        let mapping = self.world.index.mappings.of(&asker.to_string(), || {
            let delegations = self.world.topology().delegations(asker).into_iter();
            delegations
                .map(|delegation| {
                    let targets = delegation.targets.iter();
                    let targets = targets.map(|one| Target::plain(one.address, one.port));
                    (delegation.zone, targets.collect())
                })
                .collect()
        });
        longest(&mapping, name)
    }

    /// The zone of a resolver's mapping that holds a name, and whom it asks for it.
    pub(super) fn mapped(
        &self,
        id: Id<Resolver>,
        name: &DnsName,
    ) -> Option<(DnsName, Vec<Target>)> {
        let resolver = self.world.topology().resolvers.get(id);
        let key = format!("mapping of {}", resolver.name);
        let mapping = self.world.index.mappings.of(&key, || {
            let mapping = self
                .world
                .topology()
                .conditional_mapping(resolver)
                .into_iter();
            mapping
                .map(|(zone, servers)| {
                    let servers = servers.iter();
                    let targets = servers.map(|server| written(resolver, &zone, server));
                    let targets = targets.collect();
                    (zone, targets)
                })
                .collect()
        });
        longest(&mapping, name)
    }

    /// Whether a name is the head of one of a forwarder's zones.
    pub(super) fn is_zone_of(&self, id: Id<Forwarder>, name: &DnsName) -> bool {
        let mut all = self.world.index.mappings.zones.borrow_mut();
        let zones = all.entry(id).or_insert_with(|| {
            let forwarder = self.world.topology().forwarders.get(id);
            Rc::new(forwarder.zones.iter().cloned().collect())
        });
        zones.contains(name)
    }
}

/// A server of a mapping, with the place where it is written, if it is.
fn written(resolver: &Resolver, zone: &DnsName, server: &Upstream) -> Target {
    let target = Target::from(server);
    let servers = resolver.declared.conditional.0.get(zone);
    let place = servers.and_then(|(_, servers)| {
        let mut servers = servers.0.iter();
        servers
            .find(|one| one.value == *server)
            .map(|one| &one.place)
    });
    match place {
        Some(place) => target.at(place),
        None => target,
    }
}

fn longest(
    mapping: &BTreeMap<DnsName, Vec<Target>>,
    name: &DnsName,
) -> Option<(DnsName, Vec<Target>)> {
    name.and_above()
        .find_map(|zone| mapping.get(&zone).map(|targets| (zone, targets.clone())))
}
