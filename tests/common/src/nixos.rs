//! A host evaluated by genuine NixOS: the nixpkgs tree in `NIXPKGS`, the sops-nix tree in
//! `SOPS_NIX`. Nothing is built or downloaded; derivations go to a store under `target`.

mod derivation;
mod older;

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::host::{HostConfig, Refusal};
use crate::{HostSpec, nix, not_run};

/// Evaluates a host with genuine NixOS. `None`: it could not run, since a tree is missing; that
/// has been recorded for `test` and the caller returns.
///
/// # Panics
///
/// If `nix-instantiate` is missing, a file can't be written, or the spec takes an option away
/// that this harness can't take away.
pub fn evaluate(test: &str, spec: &HostSpec) -> Option<Result<HostConfig, Refusal>> {
    let nixpkgs = tree(test, "NIXPKGS", "a nixpkgs tree")?;
    let sops_nix = if spec.sops() {
        tree(test, "SOPS_NIX", "a sops-nix tree")?
    } else {
        PathBuf::new()
    };
    Some(run(spec, &nixpkgs, &sops_nix))
}

/// Evaluates an expression about two things of the tests: `standIn`, the stand-in's library and
/// modules (`tests/nixos/compare.nix`), and genuine NixOS. `None` as in [`evaluate`].
///
/// # Panics
///
/// If `nix-instantiate` is missing.
pub fn compare(test: &str) -> Option<Result<Value, Refusal>> {
    let nixpkgs = tree(test, "NIXPKGS", "a nixpkgs tree")?;
    let sops_nix = tree(test, "SOPS_NIX", "a sops-nix tree")?;
    Some(nix::evaluate(
        &crate::tests_dir().join("nixos/compare.nix"),
        &store().to_string_lossy(),
        &[
            ("nixpkgs", &nixpkgs.to_string_lossy()),
            ("sopsNix", &sops_nix.to_string_lossy()),
        ],
    ))
}

pub(crate) fn tree(test: &str, variable: &str, what: &str) -> Option<PathBuf> {
    match std::env::var_os(variable) {
        Some(path) if !path.is_empty() => {
            let path = PathBuf::from(path);
            assert!(
                path.join("lib").is_dir() || path.join("modules").is_dir(),
                "{variable} names {}, which is not {what}",
                path.display()
            );
            Some(std::path::absolute(&path).unwrap_or(path))
        }
        _ => {
            not_run(test, &format!("{variable} is not set ({what})"));
            None
        }
    }
}

pub(crate) fn store() -> PathBuf {
    crate::tests_dir().join("../target/nixos-store")
}

fn run(spec: &HostSpec, nixpkgs: &Path, sops_nix: &Path) -> Result<HostConfig, Refusal> {
    let dir = match tempfile::tempdir() {
        Ok(dir) => dir,
        Err(error) => panic!("no temporary folder: {error}"),
    };
    let made = spec.to_json(dir.path()).and_then(|json| {
        let tree = if spec.absent().is_empty() {
            nixpkgs.to_owned()
        } else {
            older::without(spec.absent(), nixpkgs, dir.path())?
        };
        Ok((json, tree))
    });
    let (json, tree) = match made {
        Ok(made) => made,
        Err(error) => panic!("can't prepare the host: {error}"),
    };

    let store = store();
    let mut found = nix::evaluate(
        &crate::tests_dir().join("nixos/eval.nix"),
        &store.to_string_lossy(),
        &[
            ("nixpkgs", &tree.to_string_lossy()),
            ("sopsNix", &sops_nix.to_string_lossy()),
            ("spec", &json.to_string()),
        ],
    )?;

    let mut report = found["report"].take();
    if let Some(derivations) = found["derivations"].as_object() {
        for (name, drv) in derivations {
            if let Some(drv) = drv.as_str() {
                report["files"][name] = json!(loadable(&derivation::text(&store, drv)));
            }
        }
    }
    report["toplevel"] = found["toplevel"].take();
    Ok(HostConfig::new(report))
}

/// A file without what only works on the host: the interpreter's store path and the inclusion
/// of the deletions that NixOS keeps between two activations.
fn loadable(text: &str) -> String {
    text.split_inclusive('\n')
        .filter(|line| !line.starts_with("#!") && !line.starts_with("include \""))
        .collect()
}
