//! What the packet filter of a machine lets in, as the control server sends it.

use std::net::IpAddr;

use super::Grant;
use super::addresses::Addresses;
use super::selector::Selector;
use super::tailnet::{Machine, Tailnet, Whose};
use super::traffic::Traffic;

/// What a machine lets in, for itself and for the routes that it serves.
#[derive(Debug, Default)]
pub struct Filter(pub Vec<Opening>);

/// Some sources that may send some traffic to some addresses.
#[derive(Debug)]
pub struct Opening {
    /// From where.
    pub sources: Addresses,
    /// To where.
    pub destinations: Addresses,
    /// What.
    pub traffic: Traffic,
}

impl Filter {
    /// Who may send packets to a port of an address.
    #[must_use]
    pub fn admitted(&self, address: IpAddr, protocol: u8, port: u16) -> Addresses {
        let address = Addresses::from(address);
        let openings = self.0.iter().filter(|opening| {
            opening.destinations.covers(&address) && opening.traffic.admits(protocol, port)
        });
        Addresses::union(openings.map(|opening| opening.sources.clone()))
    }
}

impl Tailnet<'_> {
    /// Whether packets to an address come by a machine: it has the address, or a route to it that
    /// the policy approves.
    #[must_use]
    pub fn leads(&self, machine: &Machine, address: IpAddr) -> bool {
        machine.addresses.contains(&address)
            || self.routes(machine).any(|route| route.contains(&address))
    }

    /// The packet filter of a machine. Capabilities, postures and IP sets are not followed: what
    /// depends on a posture counts as allowed, an IP set as empty.
    #[must_use]
    pub fn filter(&self, machine: &Machine) -> Filter {
        let served: Vec<Addresses> = self.routes(machine).map(Addresses::from).collect();
        let openings = self
            .policy
            .grants
            .iter()
            .flat_map(|grant| self.openings(grant, machine, &served));
        Filter(openings.collect())
    }

    fn openings(&self, grant: &Grant, machine: &Machine, served: &[Addresses]) -> Vec<Opening> {
        let is_way = match &machine.whose {
            Whose::Tags(tags) => grant.via.iter().any(|tag| tags.contains(tag)),
            _ => false,
        };
        if !grant.via.is_empty() && !is_way {
            return Vec::new();
        }
        let sources = Addresses::union(grant.sources.iter().map(|source| self.source(source)));
        let mut openings = Vec::new();
        for permit in &grant.permits {
            let own = match permit.destination {
                Selector::Own => self.of_same_user(machine, &sources),
                _ => sources.clone(),
            };
            if own.is_empty() {
                continue;
            }
            let destinations = self.destinations(&permit.destination, machine, served, is_way);
            openings.extend(destinations.into_iter().map(|destinations| Opening {
                sources: own.clone(),
                destinations,
                traffic: permit.traffic.clone(),
            }));
        }
        openings
    }

    /// The parts of a destination that concern a machine.
    fn destinations(
        &self,
        destination: &Selector,
        machine: &Machine,
        served: &[Addresses],
        only_routes: bool,
    ) -> Vec<Addresses> {
        let own = || machine.addresses.iter().copied().map(Addresses::from);
        match destination {
            Selector::Any if only_routes => Vec::new(),
            Selector::Any => vec![Addresses::all()],
            Selector::Own => own().collect(),
            Selector::Internet if self.is_exit_node(machine) => Self::internet(),
            _ => {
                let reached: Vec<Addresses> = if only_routes {
                    served.to_vec()
                } else {
                    own().chain(served.iter().cloned()).collect()
                };
                let is_exit_node = self.is_exit_node(machine);
                let mut parts = self.parts(destination);
                parts.retain(|part| {
                    reached.iter().any(|reached| reached.overlaps(part))
                        || (is_exit_node
                            && !only_routes
                            && Addresses::union(Self::internet()).covers(part))
                });
                parts
            }
        }
    }

    /// Those of the sources that belong to the user of a machine.
    fn of_same_user(&self, machine: &Machine, sources: &Addresses) -> Addresses {
        let Whose::User(_) = machine.whose else {
            return Addresses::default();
        };
        let same = self
            .machines
            .iter()
            .filter(|other| other.whose == machine.whose);
        let asking = same.filter(|other| {
            let mut addresses = other.addresses.iter();
            addresses.any(|address| sources.covers(&(*address).into()))
        });
        Addresses::union(
            asking.flat_map(|other| other.addresses.iter().copied().map(Addresses::from)),
        )
    }
}
