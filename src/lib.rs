//! tailwright: one declaration of a tailnet, its sites, clusters, nodes and DNS in, everything
//! that has to agree about it out.
//!
//! The pipeline, each stage a function of the one before:
//!
//! ```text
//! input ──► declaration ──► topology ──► rules ──► findings
//!                               └──► emit ──► artifacts ──► write
//! ```
//!
//! Of the pipeline only [`input`] reads files and only [`mod@write`] writes them. Beside it,
//! `init` writes a declaration to start from and `generate --report` a report ([`cli`]).

pub mod artifact;
pub mod cli;
pub mod declaration;
pub mod diff;
pub mod emit;
pub mod facts;
pub mod finding;
pub mod graph;
pub mod input;
mod invisible;
pub mod manifest;
pub mod nix;
pub mod nix_compat;
pub mod place;
pub mod plan;
pub mod policy;
pub mod redact;
pub mod report;
pub mod rules;
pub mod scalar;
pub mod selection;
pub mod suggest;
pub mod suppress;
pub mod topology;
pub mod trace;
pub mod write;

use artifact::{Tree, TreeError};
use declaration::source::Files;
use declaration::value::Value;
use emit::EmitError;
use finding::Finding;
use manifest::Header;
use nix_compat::Sha256;
use selection::Selection;
use topology::Topology;

/// A declaration that was read, resolved and checked.
#[derive(Debug, Default)]
pub struct Checked {
    /// What it means, as far as it is sound.
    pub topology: Topology,
    /// Everything there is to say against it, in the order of the text.
    pub findings: Vec<Finding>,
}

/// Checks a declaration together with the files that it names; one that is not among `files` is not
/// judged.
#[must_use]
pub fn check(value: &Value, files: &Files) -> Checked {
    check_selected(value, files, &Selection::default())
}

/// Checks a declaration, and reports what is selected.
#[must_use]
pub fn check_selected(value: &Value, files: &Files, selection: &Selection) -> Checked {
    let (declaration, mut findings) = declaration::read(value);
    let Some(declaration) = declaration else {
        selection.apply(&mut findings);
        finding::sort(&mut findings);
        return Checked {
            findings,
            ..Checked::default()
        };
    };
    let (topology, unresolved) = topology::resolve(&declaration, files);
    findings.extend(unresolved);
    findings.extend(rules::check(&topology));
    let mut findings = suppress::apply(&declaration, findings, selection);
    selection.apply(&mut findings);
    finding::sort(&mut findings);
    Checked { topology, findings }
}

/// Why there is no tree.
#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    /// An emitter failed.
    #[error(transparent)]
    Emit(#[from] EmitError),
    /// Artifacts got in each other's way.
    #[error(transparent)]
    Tree(#[from] TreeError),
}

/// The tree of a topology without findings at error level, ready to be written.
///
/// # Errors
/// None for such a topology, short of a defect of tailwright.
pub fn generate(topology: &Topology) -> Result<Tree, GenerateError> {
    Ok(Tree::new(emit::emit(topology)?)?)
}

/// What the record of ownership says of a run beside the files.
#[must_use]
pub fn header(value: &Value) -> Header {
    Header {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        declaration: Sha256::of(value.to_canonical_json().as_bytes()),
    }
}
