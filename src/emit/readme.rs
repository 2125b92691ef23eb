//! `README.md` at the tree's root: what the tree is, what each part is for, in which order to
//! apply it, and in which to take it back.

mod cluster;
mod commands;
mod guide;
mod name_servers;
mod needs;
mod node;
mod parts;
mod resolver;
mod routes;
mod secrets;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde::Serialize;

use super::{EmitError, MARKER, artifact};
use crate::artifact::Artifact;
use crate::artifact::{ArtifactPath, MANIFEST};
use crate::plan::{Plan, Step, What};
use crate::scalar::{Os, Part};
use crate::topology::{Node, Topology};
use guide::{Block, Guide};

/// What a page is made from.
struct Page<'a> {
    topology: &'a Topology,
    plan: Plan,
    /// Every other file of the tree: the page speaks of no file that is not there.
    files: BTreeSet<&'a str>,
}

/// The page for a tree of these other artifacts.
pub(super) fn emit(topology: &Topology, others: &[Artifact]) -> Result<Artifact, EmitError> {
    let paths = others.iter().map(|other| &other.path);
    let page = Page {
        topology,
        plan: Plan::of(topology),
        files: paths.map(ArtifactPath::as_str).collect(),
    };
    artifact("README.md".to_owned(), page.render()?)
}

/// A step as the page shows it.
#[derive(Serialize)]
struct View {
    number: usize,
    #[serde(flatten)]
    guide: Guide,
    needs: Vec<String>,
    awaits: Vec<String>,
}

impl Page<'_> {
    fn render(&self) -> Result<String, EmitError> {
        let steps: Vec<View> = self
            .plan
            .steps()
            .iter()
            .map(|step| self.view(step))
            .collect();
        let backwards: Vec<&View> = steps.iter().rev().collect();
        let mut context = tera::Context::new();
        context.insert("marker", MARKER);
        context.insert("manifest", MANIFEST);
        context.insert("parts", &self.parts());
        context.insert("nodes", &self.node_rows());
        context.insert("steps", &steps);
        context.insert("backwards", &backwards);
        context.insert(
            "has_nixos",
            &self.any_node(|node| node.declared.os == Os::Nixos),
        );
        context.insert(
            "has_flags",
            &self.any_node(|node| node.tailscale.is_some() && node.manages(Part::Tailscale)),
        );
        context.insert(
            "has_several_of_a_forwarder",
            &self
                .topology
                .forwarders
                .values()
                .any(|forwarder| forwarder.instances.len() > 1),
        );
        context.insert("has_relying", &self.has_relying());
        context.insert("has_name_servers", &self.has_name_servers());
        let mut templates = tera::Tera::default();
        templates.autoescape_on(Vec::<&str>::new());
        templates.add_raw_template("README.md", include_str!("readme/README.md.tera"))?;
        Ok(templates.render("README.md", &context)?)
    }

    fn any_node(&self, is: impl Fn(&Node) -> bool) -> bool {
        self.topology.nodes.values().any(is)
    }

    /// Whether some nodes rely on others.
    fn has_relying(&self) -> bool {
        let mut steps = self.plan.steps().iter();
        steps.any(|step| {
            let mut needs = step.requires.iter();
            matches!(step.what, What::Node(_)) && needs.any(|one| matches!(one.step, What::Node(_)))
        })
    }

    /// Whether the last steps are those that point clients at name servers.
    fn has_name_servers(&self) -> bool {
        let mut steps = self.plan.steps().iter();
        steps.any(|step| matches!(step.what, What::Dhcp(_) | What::TailnetDns(_)))
    }

    fn view(&self, step: &Step) -> View {
        View {
            number: self.number(step.what),
            guide: self.guide(step.what),
            needs: self.reasons(&step.requires),
            awaits: self.reasons(&step.awaits),
        }
    }

    /// The number under which the page shows a step.
    fn number(&self, what: What) -> usize {
        self.plan.position(what).map_or(0, |position| position + 1)
    }

    fn guide(&self, what: What) -> Guide {
        match what {
            What::Secrets => self.secrets(),
            What::Node(id) => self.node(id),
            What::Routes(id) => self.routes(id),
            What::Resolver(id) => self.resolver(id),
            What::ClusterDns(cluster) => self.cluster_dns(cluster),
            What::Device(id) => self.device(id),
            What::Dhcp(id) => self.dhcp(id),
            What::TailnetDns(id) => self.tailnet_dns(id),
        }
    }

    fn has(&self, path: &str) -> bool {
        self.files.contains(path)
    }
}
