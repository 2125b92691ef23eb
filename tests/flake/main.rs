//! The flake at work: its library, its modules and its template, evaluated and built by real Nix, by
//! each that is at hand, without a network. A stub stands in for nixpkgs, and the program under test
//! for the package.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod committed;
mod declarations;
mod flake_parts;
mod forms;
mod genuine;
mod hosts;
mod kubenix;
mod nix;
#[path = "../common/nix_lints.rs"]
mod nix_lints;
mod own_flake;
mod readme;
mod refusals;
mod scratch;
mod style;
mod template;
mod workflow;
