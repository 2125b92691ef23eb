//! What one entry of a policy opens to everybody, however it is spelt.

use ipnet::IpNet;

use super::addresses::Addresses;
use super::selector::Selector;
use super::tailnet::members;
use super::traffic::{TCP, Traffic, UDP};
use super::{Grant, Policy, Whose};

/// How far an entry is open to every member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Openness {
    /// Every port of every machine.
    Machines,
    /// Every port of every machine, and of every address behind them.
    Everything,
}

impl Policy {
    /// What an entry lets every member reach on all ports, on whatever machine he is, if it is that much.
    #[must_use]
    pub fn openness(&self, grant: &Grant) -> Option<Openness> {
        if !self.is_for_everybody(grant) {
            return None;
        }
        let open = open_destinations(grant);
        if open.contains(&&Selector::Any) {
            Some(Openness::Everything)
        } else if self.is_every_member(&open) {
            Some(Openness::Machines)
        } else {
            None
        }
    }

    /// Whether an entry lets every member reach every port of a machine of these owners.
    #[must_use]
    pub fn opens_to_everybody(&self, whose: &Whose) -> bool {
        self.grants.iter().any(|grant| {
            let open = open_destinations(grant);
            self.openness(grant).is_some()
                || (self.is_for_everybody(grant)
                    && open
                        .iter()
                        .any(|destination| self.means(destination, whose)))
        })
    }

    /// Whether an entry leads to machines of the tailnet alone, and to nothing that is routed.
    #[must_use]
    pub fn leads_to_machines_alone(&self, grant: &Grant) -> bool {
        let of_members = |net: IpNet| {
            let mut families = members().into_iter();
            families.any(|family| family.covers(&net.into()))
        };
        grant
            .permits
            .iter()
            .all(|permit| match &permit.destination {
                Selector::Any
                | Selector::DangerAll
                | Selector::Internet
                | Selector::Service(_)
                | Selector::IpSet(_) => false,
                Selector::Net(net) => of_members(*net),
                Selector::Host(host) => self.hosts.get(host).is_some_and(|net| of_members(*net)),
                Selector::Member
                | Selector::Tagged
                | Selector::Own
                | Selector::Role(_)
                | Selector::User(_)
                | Selector::Domain(_)
                | Selector::Group(_)
                | Selector::Tag(_) => true,
            })
    }

    fn is_for_everybody(&self, grant: &Grant) -> bool {
        let sources: Vec<&Selector> = grant.sources.iter().collect();
        grant.via.is_empty() && !grant.has_posture && self.is_every_member(&sources)
    }

    /// Whether every member is among those whom some selectors mean: by the word for all, by those for
    /// machines with tags and without, or by his address of either family.
    fn is_every_member(&self, selectors: &[&Selector]) -> bool {
        let has = |wanted: Selector| selectors.contains(&&wanted);
        let nets = selectors.iter().filter_map(|selector| match selector {
            Selector::Net(net) => Some(Addresses::from(*net)),
            Selector::Host(host) => self.hosts.get(host).copied().map(Addresses::from),
            _ => None,
        });
        let nets = Addresses::union(nets);
        has(Selector::Any)
            || has(Selector::DangerAll)
            || (has(Selector::Member) && has(Selector::Tagged))
            || members().iter().any(|family| nets.covers(family))
    }
}

/// The destinations of which every port is open, of TCP and UDP.
fn open_destinations(grant: &Grant) -> Vec<&Selector> {
    let mut open: Vec<&Selector> = Vec::new();
    for permit in &grant.permits {
        let same = grant.permits.iter();
        let same = same.filter(|other| other.destination == permit.destination);
        let traffic: Vec<&Traffic> = same.map(|other| &other.traffic).collect();
        if [TCP, UDP]
            .iter()
            .all(|protocol| is_whole(*protocol, &traffic))
            && !open.contains(&&permit.destination)
        {
            open.push(&permit.destination);
        }
    }
    open
}

/// Whether traffic has every port of a protocol.
fn is_whole(protocol: u8, traffic: &[&Traffic]) -> bool {
    let own = traffic.iter();
    let own = own.filter(|one| one.protocol.is_none_or(|own| own == protocol));
    let mut ports: Vec<_> = own.flat_map(|one| one.ports.iter().cloned()).collect();
    ports.sort_by_key(|ports| *ports.start());
    // Port 0 is none.
    let reached = ports.iter().fold(0, |reached: u16, ports| {
        if *ports.start() <= reached.saturating_add(1) {
            reached.max(*ports.end())
        } else {
            reached
        }
    });
    reached == u16::MAX
}
