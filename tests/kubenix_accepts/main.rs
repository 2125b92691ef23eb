//! What tailwright generates for clusters, put to the stand-in for kubenix, and to genuine kubenix
//! where it is at hand. Every sound declaration of the cases and examples is generated in every
//! form that a cluster may declare.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod accepted;
#[allow(dead_code, reason = "each test uses its part")]
#[path = "../golden/cases.rs"]
mod cases;
#[allow(dead_code, reason = "each test uses its part")]
#[path = "../common/declaration.rs"]
mod declaration;
mod merged;
mod references;
mod rendered;
mod trees;
