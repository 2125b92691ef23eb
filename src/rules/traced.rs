//! What rules see of the traces of all queries, made once for all of them.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::finding::Finding;
use crate::place::Place;
use crate::scalar::{ClientClass, Protocol};
use crate::topology::{Id, Membership, Tailnet, Topology};
use crate::trace::classes::{ClientGroup, NameClass, NameKind};
use crate::trace::expectations::Unmet;
use crate::trace::matrix::Matrix;
use crate::trace::outcome::{Because, Cause, CauseKind, Outcome};
use crate::trace::{Query, Served, Trace, Tracer, Way};

/// A topology with what becomes of its queries.
pub struct Traced<'t> {
    /// The topology.
    pub topology: &'t Topology,
    /// What becomes of every question while nothing fails.
    pub matrix: Matrix,
    /// What becomes of the questions that somebody relies on, also when a node fails.
    pub relied_on: Matrix,
    /// The traces of the questions for names that a class is meant to know, public ones among them, in the
    /// order of the classes.
    pub meant: Vec<(NameClass, Trace)>,
    /// The expectations that are not met.
    pub unmet: Vec<Unmet<'t>>,
}

impl<'t> Traced<'t> {
    /// Follows the questions of a topology.
    #[must_use]
    pub fn new(topology: &'t Topology) -> Self {
        let tracer = Tracer::new(topology);
        let (names, clients) = (tracer.name_classes(), tracer.client_groups());
        let meant: Vec<(&ClientClass, &NameClass)> = clients
            .iter()
            .flat_map(|client| names.iter().map(|name| (client.class(), name)))
            .filter(|(client, name)| {
                let is_public = name.kind == NameKind::Public && **client != ClientClass::Outside;
                is_public || is_meant_for(topology, client, name)
            })
            .collect();
        let traces = tracer.traces(meant.iter().copied());
        let meant = meant.into_iter().map(|(_, name)| name.clone());
        let meant = meant.zip(traces).collect();
        let relied_names = names.iter().filter(|name| {
            let mut expectations = topology.expectations.iter();
            let is_expected = expectations.any(|one| name.members.contains(&one.name.value));
            name.kind == NameKind::Public || is_expected
        });
        let relied_clients = clients.iter().filter(|client| {
            let mut expectations = topology.expectations.iter();
            let is_expected = expectations.any(|one| client.members.contains(&one.from.value));
            is_everybody(client.class()) || is_expected
        });
        let relied_on = tracer.matrix_of(
            relied_names.cloned().collect(),
            relied_clients.cloned().collect(),
        );
        Self {
            topology,
            relied_on,
            meant,
            unmet: tracer.unmet(),
            matrix: tracer.matrix_without_failures(names, clients),
        }
    }

    /// What becomes of the questions of each class for each name, over each protocol.
    pub fn outcomes(&self) -> impl Iterator<Item = (&ClientGroup, &NameClass, Protocol, &Outcome)> {
        let rows = self.matrix.clients.iter().zip(&self.matrix.cells);
        rows.flat_map(|(client, cells)| {
            let columns = self.matrix.names.iter().zip(cells);
            columns.flat_map(move |(name, cell)| {
                [Protocol::Udp, Protocol::Tcp]
                    .into_iter()
                    .flat_map(move |protocol| {
                        let outcomes = cell.outcomes(protocol).iter();
                        outcomes.map(move |outcome| (client, name, protocol, outcome))
                    })
            })
        })
    }
}

/// Whether a class is of people's devices rather than of one machine.
pub(super) fn is_everybody(class: &ClientClass) -> bool {
    matches!(
        class,
        ClientClass::Lan(_) | ClientClass::TailnetRoutes | ClientClass::Device(_)
    )
}

/// The tailnets whose names a class of clients is meant to know: those of its machines, the first one for
/// machines that are in none.
pub(super) fn own_tailnets(topology: &Topology, class: &ClientClass) -> BTreeSet<Id<Tailnet>> {
    let of = |membership: Option<&Membership>| membership.map(|own| own.tailnet);
    let own: BTreeSet<Id<Tailnet>> = match class {
        ClientClass::Pods(name) => {
            let cluster = topology.clusters.find(name.as_str()).map(|(id, _)| id);
            let nodes = topology.nodes.values();
            let nodes = nodes.filter(|node| node.cluster.is_some() && node.cluster == cluster);
            nodes
                .filter_map(|node| of(node.tailscale.as_ref()))
                .collect()
        }
        ClientClass::Node(name) => {
            let node = topology.nodes.find(name.as_str());
            let own = node.and_then(|(_, node)| of(node.tailscale.as_ref()));
            own.into_iter().collect()
        }
        ClientClass::Device(name) => {
            let device = topology.devices.find(name.as_str());
            let own = device.and_then(|(_, device)| of(device.tailscale.as_ref()));
            own.into_iter().collect()
        }
        ClientClass::Lan(_)
        | ClientClass::Tailnet
        | ClientClass::TailnetRoutes
        | ClientClass::Outside => BTreeSet::new(),
    };
    if own.is_empty() {
        topology.tailnets.first().into_iter().collect()
    } else {
        own
    }
}

/// Whether a class of clients is meant to know a class of names: members of one of its tailnets and
/// what belongs to them, where somebody answers for them.
pub(super) fn is_meant_for(topology: &Topology, client: &ClientClass, name: &NameClass) -> bool {
    let own = own_tailnets(topology, client);
    name.kind
        .tailnet()
        .is_some_and(|tailnet| own.contains(&tailnet))
        && name.kind.is_guarded(topology)
}

/// Every server that a trace comes by.
pub(super) fn visit<'a>(trace: &'a Trace, see: &mut dyn FnMut(&'a Served)) {
    ways(trace, &mut |way| {
        if let Some(served) = &way.served {
            see(served);
        }
    });
}

/// Every way that a question takes in a trace; from a server that is asked on several ways on, once.
pub(super) fn ways<'a>(trace: &'a Trace, see: &mut dyn FnMut(&'a Way)) {
    fn of<'a>(
        queries: &'a [Query],
        been: &mut BTreeSet<*const Served>,
        see: &mut dyn FnMut(&'a Way),
    ) {
        for way in queries.iter().flat_map(|query| &query.ways) {
            see(way);
            if let Some(served) = &way.served
                && been.insert(Rc::as_ptr(served))
            {
                of(&served.queries, been, see);
            }
        }
    }
    let mut been = BTreeSet::new();
    for start in &trace.starts {
        of(&start.queries, &mut been, see);
    }
}

/// The line of the declaration that decides a cause, if one does.
pub(super) fn decided_at(cause: &Cause) -> Option<&Place> {
    match &cause.because {
        Some(Because::Declared(place)) => Some(place),
        Some(Because::Fact(_)) | None => None,
    }
}

/// Adds the failing hop to a finding: why, by which fact, and what would mend it.
pub(super) fn explained(mut finding: Finding, cause: &Cause) -> Finding {
    for leaf in cause.leaves() {
        finding = finding.note(match &leaf.because {
            Some(Because::Fact(fact)) if leaf.kind != CauseKind::Answered => {
                format!("{}: {} ({})", leaf.text, fact.says, fact.source)
            }
            _ => leaf.text.clone(),
        });
        if finding.help.is_none()
            && let Some(mend) = &leaf.mend
        {
            finding = finding.help(mend.clone());
        }
    }
    finding
}

/// Whether rules of their own report it where it is caused: who is not let in at a forwarder or a resolver.
pub(super) fn has_own_rule(cause: &Cause) -> bool {
    cause.leaves().iter().any(|leaf| match leaf.kind {
        // What tailscaled drops by itself stands on no line.
        CauseKind::Firewall => decided_at(leaf).is_some(),
        CauseKind::AccessList | CauseKind::Validation => true,
        _ => false,
    })
}
