//! ## What it does
//!
//! Finds attributes that can't be true together: a resolver both in a cluster and on nodes, a
//! key that sops-nix can't take out of its SOPS file, a node that joins with an OAuth client's
//! secret and has no tag, a forwarder for clients from outside.
//!
//! ## Why is this bad?
//!
//! Only one of the two can be generated, and the other would be lost without a word.
//!
//! ## Example
//!
//! ```nix
//! resolvers.dns = { kind = "blocky"; cluster = "homelab"; nodes = [ "alpha" ]; };
//! ```
//!
//! ## What to do
//!
//! Keep one of the two.

use super::Check;

rule!("TW007", "contradiction", Error, High, since "0.1.0", Check::WhileReading);
