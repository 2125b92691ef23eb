//! Steps and what they need, without circles.

use std::collections::{BTreeMap, BTreeSet};

use super::{Because, Requirement, Step, What};

/// How much depends on a step's subject: of two steps of one kind, the one on which less depends
/// comes first, where a mistake costs less.
pub(super) type Weight = u8;

#[derive(Default)]
struct Vertex {
    weight: Weight,
    requires: BTreeSet<Requirement>,
    awaits: BTreeSet<Requirement>,
}

/// Steps by what they do. What they require never closes a circle: a requirement that would is
/// kept apart.
#[derive(Default)]
pub(super) struct Graph {
    vertices: BTreeMap<What, Vertex>,
}

impl Graph {
    pub(super) fn add(&mut self, what: What, weight: Weight) {
        self.vertices.entry(what).or_default().weight = weight;
    }

    /// Notes that a step relies on another. Steps that there are none of are done already, or
    /// not at all: nothing has to wait for them.
    pub(super) fn require(&mut self, what: What, needed: What, because: Because) {
        if what == needed || !self.vertices.contains_key(&needed) {
            return;
        }
        let closes_a_circle = self.reaches(needed, what);
        if let Some(vertex) = self.vertices.get_mut(&what) {
            let requirement = Requirement {
                step: needed,
                because,
            };
            if closes_a_circle {
                vertex.awaits.insert(requirement);
            } else {
                vertex.requires.insert(requirement);
            }
        }
    }

    /// Whether a step requires another, directly or by way of others.
    fn reaches(&self, from: What, to: What) -> bool {
        let mut seen = BTreeSet::from([from]);
        let mut open = vec![from];
        while let Some(what) = open.pop() {
            if what == to {
                return true;
            }
            let vertex = self.vertices.get(&what);
            for requirement in vertex.iter().flat_map(|vertex| &vertex.requires) {
                if seen.insert(requirement.step) {
                    open.push(requirement.step);
                }
            }
        }
        false
    }

    /// The order of applying: of the steps that need nothing more, always the first by kind,
    /// weight and name. Every step is in it, since there is no circle to keep one back.
    pub(super) fn order(&self) -> Vec<What> {
        let mut needed_by: BTreeMap<What, BTreeSet<What>> = BTreeMap::new();
        let mut open: BTreeMap<What, usize> = BTreeMap::new();
        for (what, vertex) in &self.vertices {
            let needs: BTreeSet<What> = vertex.requires.iter().map(|one| one.step).collect();
            open.insert(*what, needs.len());
            for needed in needs {
                needed_by.entry(needed).or_default().insert(*what);
            }
        }
        let rank = |what: What| {
            let weight = self.vertices.get(&what).map_or(0, |vertex| vertex.weight);
            (what.kind(), weight, what)
        };
        let free = open.iter().filter(|(_, count)| **count == 0);
        let mut ready: BTreeSet<(u8, Weight, What)> = free.map(|(what, _)| rank(*what)).collect();
        let mut order = Vec::with_capacity(self.vertices.len());
        while let Some((.., what)) = ready.pop_first() {
            order.push(what);
            for waiting in needed_by.remove(&what).unwrap_or_default() {
                if let Some(count) = open.get_mut(&waiting) {
                    *count -= 1;
                    if *count == 0 {
                        ready.insert(rank(waiting));
                    }
                }
            }
        }
        order
    }

    pub(super) fn into_steps(mut self) -> Vec<Step> {
        let order = self.order();
        order
            .into_iter()
            .map(|what| {
                let vertex = self.vertices.remove(&what).unwrap_or_default();
                Step {
                    what,
                    requires: vertex.requires.into_iter().collect(),
                    awaits: vertex.awaits.into_iter().collect(),
                }
            })
            .collect()
    }
}

impl What {
    /// The number of its kind, in the order of the variants.
    fn kind(self) -> u8 {
        match self {
            Self::Secrets => 0,
            Self::Node(_) => 1,
            Self::Routes(_) => 2,
            Self::Resolver(_) => 3,
            Self::ClusterDns(..) => 4,
            Self::Device(_) => 5,
            Self::Dhcp(_) => 6,
            Self::TailnetDns(_) => 7,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Graph, What};
    use crate::declaration::load::load;
    use crate::declaration::source::{Format, Source};
    use crate::plan::Because;

    /// Steps of one kind: the DHCP of sites.
    fn steps(count: usize) -> Vec<What> {
        let sites: Vec<String> = (0..count).map(|n| format!("\"site-{n}\": {{}}")).collect();
        let source = Source {
            display_name: "tailnet.json".into(),
            text: format!("{{ \"sites\": {{ {} }} }}", sites.join(", ")),
        };
        let topology =
            crate::check(&load(&source, Format::Json).unwrap(), &Default::default()).topology;
        let sites = topology.sites.iter();
        sites.map(|(id, _)| What::Dhcp(id)).collect()
    }

    #[test]
    fn what_is_needed_comes_first_and_ties_are_broken_by_weight_and_name() {
        let all = steps(4);
        let mut graph = Graph::default();
        for (what, weight) in all.iter().zip([1, 0, 0, 0]) {
            graph.add(*what, weight);
        }
        assert_eq!(graph.order(), [all[1], all[2], all[3], all[0]]);
        graph.require(all[1], all[3], Because::Advertises);
        assert_eq!(graph.order(), [all[2], all[3], all[1], all[0]]);
        graph.require(all[2], all[0], Because::Advertises);
        assert_eq!(graph.order(), [all[3], all[1], all[0], all[2]]);
    }

    #[test]
    fn a_circle_is_not_closed_and_not_forgotten() {
        let all = steps(3);
        let mut graph = Graph::default();
        for what in &all {
            graph.add(*what, 0);
        }
        graph.require(all[0], all[1], Because::Advertises);
        graph.require(all[1], all[2], Because::Advertises);
        graph.require(all[2], all[0], Because::Advertises);
        let steps = graph.into_steps();
        let order: Vec<What> = steps.iter().map(|step| step.what).collect();
        assert_eq!(order, [all[2], all[1], all[0]]);
        let awaited = |n: usize| steps[n].awaits.iter().map(|one| one.step);
        assert_eq!(awaited(0).collect::<Vec<_>>(), [all[0]]);
        assert_eq!(awaited(1).chain(awaited(2)).count(), 0);
    }

    #[test]
    fn what_has_no_step_and_the_step_itself_are_not_waited_for() {
        let all = steps(2);
        let mut graph = Graph::default();
        graph.add(all[0], 0);
        graph.require(all[0], all[1], Because::Advertises);
        graph.require(all[1], all[0], Because::Advertises);
        graph.require(all[0], all[0], Because::Advertises);
        let steps = graph.into_steps();
        assert_eq!(steps.len(), 1);
        assert!(steps[0].requires.is_empty() && steps[0].awaits.is_empty());
    }
}
