//! The network laboratory: real daemons in network namespaces, asked by real clients.
//!
//! Everything here needs root and iproute2, nftables and the daemons under test; nothing
//! leaves the machine, since no namespace is connected to its network. [`home::Home`], one node,
//! and [`cluster::Cluster`], two nodes and pods, are the places where a test starts.
//!
//! As root: `cargo test -p tailwright-lab`. `TAILWRIGHT_UNBOUND_ROOT` names the root of a
//! system with a second unbound.

pub mod asker;
pub mod blocky;
pub mod cluster;
mod command;
pub mod coredns;
mod error;
pub mod home;
pub mod namespace;
mod ours;
pub mod packets;
pub mod process;
pub mod quad100;
pub mod query;
pub mod report;
pub mod scratch;
pub mod tailnet;
pub mod unbound;

pub use error::{Error, Failure, Result};

use std::path::PathBuf;

/// Where the laboratory's own programs are; [`tools!`] fills it in a test of this package.
#[derive(Debug, Clone)]
pub struct Tools {
    /// Asks one question, see [`query`].
    pub ask: PathBuf,
    /// The stand-in for MagicDNS' resolver, see [`quad100`].
    pub quad100: PathBuf,
}

/// The [`Tools`] that cargo built for the test that calls this.
#[macro_export]
macro_rules! tools {
    () => {
        $crate::Tools {
            ask: env!("CARGO_BIN_EXE_ask").into(),
            quad100: env!("CARGO_BIN_EXE_quad100").into(),
        }
    };
}
