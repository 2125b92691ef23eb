//! The picture of a topology: who asks whom for which names, where queries go round, and which subnet
//! routers lead where. It is drawn from the traces of all questions, so that it can't say anything else
//! than they do.

use std::collections::{BTreeMap, BTreeSet};

use crate::scalar::ClientClass;
use crate::topology::Topology;
use crate::trace::classes::{NameClass, NameKind};
use crate::trace::outcome::CauseKind;
use crate::trace::{Served, Tracer};

/// What is drawn.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Graph {
    /// What stands in it, by layer and then by name.
    pub nodes: Vec<Node>,
    /// What leads from one to another.
    pub edges: Vec<Edge>,
}

/// Something that asks, is asked, or leads somewhere.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Node {
    /// How far it is from those who ask: 0 for clients.
    pub layer: usize,
    /// What it is.
    pub kind: Kind,
    /// What stands in it; also what tells it from others.
    pub label: String,
}

/// What a node of the picture is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Clients that are treated alike.
    Client,
    /// A server of one's own.
    Server,
    /// A server on the Internet.
    Public,
    /// A subnet router.
    Router,
    /// The range that it leads to.
    Range,
}

/// That one asks another, or leads to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// From which node, by its place in the list.
    pub from: usize,
    /// To which.
    pub to: usize,
    /// For which names, or by which route.
    pub what: BTreeSet<String>,
    /// Whether queries go round over it.
    pub is_loop: bool,
}

/// A picture about to be made: by labels, so that the same thing is drawn once.
#[derive(Default)]
struct Draft {
    nodes: BTreeMap<String, Kind>,
    edges: BTreeMap<(String, String), BTreeSet<String>>,
    loops: BTreeSet<(String, String)>,
}

/// Makes the picture of a topology.
#[must_use]
pub fn graph(topology: &Topology) -> Graph {
    let tracer = Tracer::new(topology);
    let mut draft = Draft::default();
    let names = tracer.name_classes();
    for client in tracer.client_groups() {
        if *client.class() == ClientClass::Outside {
            continue;
        }
        let label = match client.members.len() {
            1 => client.class().to_string(),
            count => format!("{} and {} more", client.class(), count - 1),
        };
        draft.nodes.insert(label.clone(), Kind::Client);
        let asked = || {
            names
                .iter()
                .filter(|name| !matches!(name.kind, NameKind::Cluster(_)))
        };
        let traces = tracer.traces(asked().map(|name| (client.class(), name)));
        for (name, trace) in asked().zip(traces) {
            let what = words(topology, name);
            let queries = trace.starts.iter().flat_map(|start| &start.queries);
            for served in queries
                .flat_map(|query| &query.ways)
                .filter_map(|way| way.served.as_deref())
            {
                draft.asks(&label, served, &what);
            }
            let causes = trace.outcomes.iter();
            for cause in causes.flat_map(|outcome| outcome.cause.leaves()) {
                if cause.kind == CauseKind::Loop {
                    let pairs = cause.path.windows(2);
                    let pairs = pairs.map(|pair| (pair[0].clone(), pair[1].clone()));
                    draft.loops.extend(pairs);
                }
            }
        }
    }
    draft.routes(topology);
    draft.finish()
}

/// What a class of names is in a picture.
fn words(topology: &Topology, name: &NameClass) -> String {
    match name.kind {
        NameKind::Member(id) | NameKind::InSuffix(id) => {
            topology.tailnets.get(id).declared.suffix.value.to_string()
        }
        NameKind::Reverse(id) | NameKind::InReverse(id) => {
            let suffix = &topology.tailnets.get(id).declared.suffix.value;
            format!("addresses of {suffix}")
        }
        NameKind::Declared => name.what.clone(),
        NameKind::Cluster(_) | NameKind::Public => "everything else".to_owned(),
    }
}

impl Draft {
    /// That somebody asks a server, and whom that one asks in turn.
    fn asks(&mut self, from: &str, served: &Served, what: &str) {
        let kind = if served.is_public {
            Kind::Public
        } else {
            Kind::Server
        };
        self.nodes.entry(served.server.clone()).or_insert(kind);
        let key = (from.to_owned(), served.server.clone());
        let is_new = self.edges.entry(key).or_default().insert(what.to_owned());
        // What is behind a server does not depend on who asks it.
        if !is_new {
            return;
        }
        let ways = served.queries.iter().flat_map(|query| &query.ways);
        for next in ways.filter_map(|way| way.served.as_deref()) {
            self.asks(&served.server, next, what);
        }
    }

    fn routes(&mut self, topology: &Topology) {
        for routes in topology.routes().into_values() {
            for advertised in routes.0.into_values().flatten() {
                let router = format!("subnet router {}", advertised.by.name);
                let range = advertised.route.value.to_string();
                self.nodes.insert(router.clone(), Kind::Router);
                self.nodes.insert(range.clone(), Kind::Range);
                let what = [format!("route {range}")].into();
                self.edges.insert((router, range), what);
            }
        }
    }

    /// Orders what was found: each node behind everything that asks it, circles cut where they close.
    fn finish(self) -> Graph {
        let mut layers: BTreeMap<&str, usize> = BTreeMap::new();
        for (label, kind) in &self.nodes {
            let first = usize::from(!matches!(kind, Kind::Client | Kind::Router));
            layers.insert(label, first);
        }
        // A picture has no more layers than nodes; what is on a circle would go on forever.
        for _ in 0..self.nodes.len().min(MOST_LAYERS) {
            let mut is_stable = true;
            for pair in self.edges.keys().filter(|pair| !self.loops.contains(*pair)) {
                let behind = layers[pair.0.as_str()] + 1;
                if let Some(layer) = layers.get_mut(pair.1.as_str()).filter(|own| **own < behind) {
                    *layer = behind;
                    is_stable = false;
                }
            }
            if is_stable {
                break;
            }
        }
        let mut nodes: Vec<Node> = self
            .nodes
            .iter()
            .map(|(label, kind)| Node {
                layer: layers[label.as_str()],
                kind: *kind,
                label: label.clone(),
            })
            .collect();
        nodes.sort();
        let places: BTreeMap<&str, usize> = nodes
            .iter()
            .enumerate()
            .map(|(place, node)| (node.label.as_str(), place))
            .collect();
        let edges = self.edges.iter().map(|(pair, what)| Edge {
            from: places[pair.0.as_str()],
            to: places[pair.1.as_str()],
            what: what.clone(),
            is_loop: self.loops.contains(pair),
        });
        let edges = edges.collect();
        Graph { nodes, edges }
    }
}

/// Servers that ask each other in more steps than this are a circle that nobody's query closed.
const MOST_LAYERS: usize = 12;
