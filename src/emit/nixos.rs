//! The NixOS modules: one for all nodes, which imports one folder for each.

mod facts;
mod firewall;
mod forwarder;
mod options;
mod resolver;
mod secrets;
mod tailscale;

use super::{EmitError, MARKER, artifact};
use crate::artifact::Artifact;
use crate::nix::{self, Expr, NixPath, Op, Set, call, list, module, set, str, var};
use crate::scalar::{Os, Part};
use crate::topology::{Id, Node, Topology};

/// One part of a node's configuration: its file and the definitions in it.
struct Definitions {
    file: &'static str,
    /// What holds on every NixOS.
    always: Set,
    /// What needs a condition: each an expression that yields definitions.
    conditional: Vec<Expr>,
}

impl Definitions {
    fn of(file: &'static str, always: Set) -> Self {
        Self {
            file,
            always,
            conditional: Vec::new(),
        }
    }
}

pub(super) fn emit(topology: &Topology) -> Result<Vec<Artifact>, EmitError> {
    let (ids, nodes): (Vec<Id<Node>>, Vec<&Node>) = topology
        .nodes
        .iter()
        .filter(|(_, node)| node.declared.os == Os::Nixos)
        .unzip();
    if nodes.is_empty() {
        return Ok(Vec::new());
    }
    let mut imports = vec![beside("options.nix")?];
    for node in &nodes {
        imports.push(beside(node.name.as_str())?);
    }
    let mut artifacts = vec![
        nix_file("nixos/default.nix", &set().bind("imports", imports).into())?,
        nix_file("nixos/options.nix", &options::module(&nodes))?,
    ];
    for (id, node) in ids.into_iter().zip(nodes) {
        let mut imports = Vec::new();
        for part in parts(topology, id) {
            imports.push(beside(part.file)?);
            let path = format!("nixos/{}/{}", node.name, part.file);
            artifacts.push(nix_file(&path, &node_module(node, Vec::new(), part))?);
        }
        let facts = node_module(node, imports, facts::definitions(topology, node));
        artifacts.push(nix_file(
            &format!("nixos/{}/default.nix", node.name),
            &facts,
        )?);
    }
    Ok(artifacts)
}

/// The parts of a node that are managed and have something to say.
fn parts(topology: &Topology, id: Id<Node>) -> Vec<Definitions> {
    let node = topology.nodes.get(id);
    let parts = [
        (Part::Forwarder, forwarder::definitions(topology, id)),
        (Part::Firewall, firewall::definitions(topology, id)),
        (Part::Tailscale, tailscale::definitions(topology, node)),
        (Part::Resolver, resolver::definitions(topology, node)),
        (Part::Secrets, secrets::definitions(topology, node)),
    ];
    parts
        .into_iter()
        .filter(|(part, _)| node.manages(*part))
        .filter_map(|(_, definitions)| definitions)
        .collect()
}

fn nix_file(path: &str, expr: &Expr) -> Result<Artifact, EmitError> {
    artifact(path.to_owned(), nix::file(&[MARKER], expr)?)
}

/// A module whose definitions hold on the node alone. Imports can't depend on the host's name
/// (infinite recursion), values can.
fn node_module(node: &Node, imports: Vec<Expr>, part: Definitions) -> Expr {
    let is_node = var("config.tailwright.node").op(Op::Equal, str(node.name.as_str()));
    let mut all = part.conditional;
    if !part.always.is_empty() {
        all.insert(0, part.always.into());
    }
    let body = match <[Expr; 1]>::try_from(all) {
        Ok([only]) => only,
        Err(several) => call("lib.mkMerge", [list(several)]),
    };
    let imports = (!imports.is_empty()).then_some(imports);
    module(
        &["config", "lib", "options", "pkgs"],
        set()
            .bind_some("imports", imports)
            .bind("config", call("lib.mkIf", [is_node, body])),
    )
}

/// A file or folder beside the one that imports it.
fn beside(name: &str) -> Result<Expr, EmitError> {
    Ok(Expr::Path(NixPath::new(name)?))
}

/// An assertion: what must hold, and what to do where it does not.
fn assertion(holds: Expr, message: impl Into<String>) -> Expr {
    set()
        .bind("assertion", holds)
        .bind("message", str(message.into()))
        .into()
}

/// A list of strings.
fn strings<S: Into<String>>(texts: impl IntoIterator<Item = S>) -> Expr {
    list(texts.into_iter().map(|text| str(text.into())))
}
