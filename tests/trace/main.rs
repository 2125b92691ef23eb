//! The trace of queries: properties over random topologies, cases with exact outcomes, texts, and
//! how much work it is.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod lab;
mod loops;
mod properties;
mod quad100;
mod random;
mod servers;
mod snapshots;
mod ways;
mod work;
