//! ## What it does
//!
//! Finds names that refer to nothing: a site, cluster, node, secret, resolver, tag or rule that
//! is not declared.
//!
//! ## Why is this bad?
//!
//! A name server that no longer exists took down the DNS of a whole tailnet. A tag that nobody
//! owns can't be assigned.
//!
//! ## Example
//!
//! ```nix
//! nodes.alpha = { os = "nixos"; site = "hom"; };
//! sites.home.lans = [ "10.10.10.0/24" ];
//! ```
//!
//! ## What to do
//!
//! Write the name that is suggested, or declare what is missing.

use super::Check;

rule!("TW006", "unknown-reference", Error, High, since "0.1.0", Check::WhileReading);
