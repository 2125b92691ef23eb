//! What the writer of Nix promises: its output is a fixpoint of nixfmt, parses, has no findings
//! that are the writer's, and every text in it evaluates to itself.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test may fail by panicking"
)]

mod computations;
mod exprs;
mod fixpoint;
mod layouts;
mod lints;
#[path = "../common/nix_eval.rs"]
mod nix_eval;
#[path = "../common/nix_lints.rs"]
mod nix_lints;
mod values;
