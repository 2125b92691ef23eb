//! ## What it does
//!
//! Finds things that lack an attribute without which they can't be understood, and for which
//! there is no default with a source.
//!
//! ## Why is this bad?
//!
//! A guess would go into an access list or a firewall rule, and be wrong on somebody's machine.
//!
//! ## Example
//!
//! ```nix
//! forwarders.magicdns = { engine = "unbound"; }; # on which nodes?
//! ```
//!
//! ## What to do
//!
//! Add the attribute.

use super::Check;

rule!("TW003", "missing-attribute", Error, High, since "0.1.0", Check::WhileReading);
