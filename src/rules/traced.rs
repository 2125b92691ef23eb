//! What rules see of the traces of all queries, made once for all of them.

use crate::finding::Finding;
use crate::place::Place;
use crate::scalar::{ClientClass, Protocol};
use crate::topology::Topology;
use crate::trace::classes::{ClientGroup, NameClass};
use crate::trace::expectations::Unmet;
use crate::trace::matrix::Matrix;
use crate::trace::outcome::{Because, Cause, CauseKind, Outcome};
use crate::trace::{Served, Trace, Tracer};

/// A topology with what becomes of its queries.
pub struct Traced<'t> {
    /// The topology.
    pub topology: &'t Topology,
    /// What becomes of every question.
    pub matrix: Matrix,
    /// The expectations that are not met.
    pub unmet: Vec<Unmet<'t>>,
    tracer: Tracer<'t>,
}

impl<'t> Traced<'t> {
    /// Follows every question of a topology.
    #[must_use]
    pub fn new(topology: &'t Topology) -> Self {
        let tracer = Tracer::new(topology);
        Self {
            topology,
            matrix: tracer.matrix(),
            unmet: tracer.unmet(),
            tracer,
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

    /// The trace of a class' question over UDP.
    #[must_use]
    pub fn trace(&self, from: &ClientClass, name: &NameClass) -> Trace {
        self.tracer.trace_class(from, name)
    }
}

/// Every server that a trace comes by.
pub(super) fn visit<'a>(trace: &'a Trace, see: &mut dyn FnMut(&'a Served)) {
    fn down<'a>(served: &'a Served, see: &mut dyn FnMut(&'a Served)) {
        see(served);
        let ways = served.queries.iter().flat_map(|query| &query.ways);
        for way in ways {
            if let Some(served) = &way.served {
                down(served, see);
            }
        }
    }
    let queries = trace.starts.iter().flat_map(|start| &start.queries);
    for way in queries.flat_map(|query| &query.ways) {
        if let Some(served) = &way.served {
            down(served, see);
        }
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

/// Whether rules of their own report it where it is caused: who is not let in at a forwarder.
pub(super) fn has_own_rule(cause: &Cause) -> bool {
    cause.leaves().iter().any(|leaf| {
        matches!(
            leaf.kind,
            CauseKind::AccessList
                | CauseKind::Firewall
                | CauseKind::NoListener
                | CauseKind::Nobody
                | CauseKind::Validation
        )
    })
}
