//! The order in which a topology is put to work, and taken back: steps, and what each of them
//! needs.
//!
//! What clients are pointed at comes last and goes first: while the name servers of tailnets and
//! LANs are what they were, nobody notices a step that went wrong. The order of taking back is
//! the exact reverse; a real outage came of one that removed the route before the DNS that ran
//! over it.

mod graph;
mod requirements;
mod steps;

use crate::scalar::{Address, Cidr};
use crate::topology::{
    Cluster, Device, Forwarder, Id, Node, Resolver, Secret, Site, Tailnet, Topology,
};

/// What a step does. Where several could be next, the first in this order is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// The declared secrets are put into their SOPS files.
    Secrets,
    /// A node gets its configuration, or is set up by hand as far as others rely on it.
    Node(Id<Node>),
    /// The routes and exit nodes that nodes advertise in a tailnet are approved.
    Routes(Id<Tailnet>),
    /// A resolver learns whom to ask for the names of tailnets.
    Resolver(Id<Resolver>),
    /// The DNS of a cluster learns whom to ask for the names of tailnets.
    ClusterDns(Id<Cluster>),
    /// A device is pointed at its name servers.
    Device(Id<Device>),
    /// A site's DHCP hands out its name servers.
    Dhcp(Id<Site>),
    /// A tailnet hands out its name servers.
    TailnetDns(Id<Tailnet>),
}

/// Why a step needs another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Because {
    /// A node joins with this secret.
    JoinsWith(Id<Secret>),
    /// It asks this forwarder, which runs there.
    Asks(Id<Forwarder>),
    /// It has this resolver as a name server.
    NameServer(Id<Resolver>),
    /// The node advertises what is approved.
    Advertises,
    /// This address is reached by an approved route.
    Reaches(Address),
    /// Both run this forwarder: one of the two has to answer while the other is changed.
    Shares(Id<Forwarder>),
    /// Both advertise this route: one of the two has to carry it while the other is changed.
    SharesRoute(Cidr),
}

/// A step that another needs, with the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Requirement {
    /// The step that comes before.
    pub step: What,
    /// Why.
    pub because: Because,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What it does; no two steps of a plan do the same.
    pub what: What,
    /// What comes before it.
    pub requires: Vec<Requirement>,
    /// What it relies on as well, but what in turn needs this step: it comes after, and until
    /// then this step's subject does without.
    pub awaits: Vec<Requirement>,
}

/// All steps, in the order of applying.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    steps: Vec<Step>,
}

impl Plan {
    /// The plan of a topology. The same topology always has the same.
    #[must_use]
    pub fn of(topology: &Topology) -> Self {
        let mut graph = graph::Graph::default();
        steps::add(topology, &mut graph);
        requirements::add(topology, &mut graph);
        requirements::one_at_a_time(topology, &mut graph);
        let mut steps = graph.into_steps();
        // LANs and devices whose name servers are somebody else's are no part of it; nothing
        // requires them.
        steps.retain(|step| {
            !step.requires.is_empty() || !matches!(step.what, What::Device(_) | What::Dhcp(_))
        });
        Self { steps }
    }

    /// The steps in the order of applying: each after what it requires.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The steps in the order of taking back: each before what it requires.
    pub fn backwards(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().rev()
    }

    /// Where a step stands in the order of applying, from 0; `None` where the topology has no such
    /// step.
    #[must_use]
    pub fn position(&self, what: What) -> Option<usize> {
        self.steps.iter().position(|step| step.what == what)
    }
}
