//! The quality of generated Nix, and what it does on hosts: over every declaration of the
//! examples and cases, the starter, the complete declaration and random topologies.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

#[allow(dead_code, reason = "each test uses its part")]
#[path = "../common/declaration.rs"]
mod declaration;
mod hosts;
#[path = "../common/nix_lints.rs"]
mod nix_lints;
mod style;

use std::path::Path;

use declaration::{Files, Run};
use serde_json::Value as Json;
use tailwright::declaration::source::Format;

/// A declaration with its tree.
struct Sample {
    name: String,
    run: Run,
    files: Files,
}

impl Sample {
    /// The NixOS nodes of the declaration.
    fn nodes(&self) -> Vec<&tailwright::topology::Node> {
        let nodes = self.run.checked.topology.nodes.values();
        nodes
            .filter(|node| node.declared.os == tailwright::scalar::Os::Nixos)
            .collect()
    }
}

/// Every declaration at hand without errors.
fn samples() -> Vec<Sample> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts = vec![
        (
            "the starter".to_owned(),
            include_str!("../../src/cli/init/tailnet.nix").to_owned(),
        ),
        (
            "the complete one".to_owned(),
            include_str!("../hostile/complete.nix").to_owned(),
        ),
    ];
    for folder in ["examples", "tests/cases"] {
        let Ok(cases) = std::fs::read_dir(root.join(folder)) else {
            continue;
        };
        let mut paths: Vec<_> = cases.map(|case| case.expect("a case").path()).collect();
        paths.sort();
        for path in paths {
            for name in ["tailnet.nix", "declaration.nix"] {
                if let Ok(text) = std::fs::read_to_string(path.join(name)) {
                    texts.push((path.display().to_string(), text));
                }
            }
        }
    }
    let named = texts.into_iter().filter_map(|(name, text)| {
        let source = tailwright::declaration::source::Source {
            display_name: "tailnet.nix".into(),
            text: text.clone(),
        };
        // Cases of texts that are no declaration have no tree.
        tailwright::declaration::load::load(&source, Format::Nix).ok()?;
        sample(name, Run::text(text, Format::Nix))
    });
    let random = (0..12u8).filter_map(|seed| {
        let declaration = random(seed);
        sample(declaration.to_string(), Run::json(&declaration))
    });
    let samples: Vec<Sample> = named.chain(random).collect();
    assert!(samples.len() >= 15, "{}", samples.len());
    samples
}

fn sample(name: String, run: Run) -> Option<Sample> {
    let files = run.files()?;
    Some(Sample { name, run, files })
}

/// The same random topology for the same seed.
fn random(seed: u8) -> Json {
    let mut state = u32::from(seed) + 1;
    let bytes: Vec<u8> = (0..400)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        })
        .collect();
    common::topologies::sound(&bytes)
}
