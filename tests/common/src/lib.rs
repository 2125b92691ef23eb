//! What several integration tests need: a tree generated from a declaration ([`generated`]), a
//! NixOS host evaluated without nixpkgs ([`host`]), the same host evaluated by genuine NixOS
//! ([`nixos`]), Kubernetes manifests evaluated in the same two ways ([`kubenix`]) and their fields
//! checked ([`kubernetes`]), programs of the machine ([`program`]), random declarations ([`topologies`],
//! [`working`]), and the record of tests that could not run ([`not_run`]).

mod choices;
pub mod generated;
pub mod host;
pub mod kubenix;
pub mod kubernetes;
mod nix;
pub mod nixos;
pub mod program;
mod spec;
pub mod topologies;
pub mod working;

use std::io::Write as _;
use std::path::{Path, PathBuf};

pub use generated::Generated;
pub use spec::{Firewall, HostSpec};

/// Says that `test` could not run, and why: on standard error, and as a line `<test>: <reason>`
/// in the file named by `TAILWRIGHT_NOT_RUN` where that is set. The caller then returns.
///
/// # Panics
///
/// If the file can't be written: the summary would claim that everything ran.
#[expect(
    clippy::print_stderr,
    reason = "a person running one test has to see it"
)]
pub fn not_run(test: &str, reason: &str) {
    let line = format!("{test}: {}", reason.replace('\n', " "));
    eprintln!("not run: {line}");
    let Some(path) = std::env::var_os("TAILWRIGHT_NOT_RUN") else {
        return;
    };
    let written = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(&path)
        // In one write: several test programs append to it at once.
        .and_then(|mut file| file.write_all(format!("{line}\n").as_bytes()));
    if let Err(error) = written {
        panic!("can't write {}: {error}", PathBuf::from(path).display());
    }
}

/// The folder `tests` of the repository.
pub(crate) fn tests_dir() -> &'static Path {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own)
}
