//! ## What it does
//!
//! Finds attributes that the language does not have.
//!
//! ## Why is this bad?
//!
//! An attribute that nobody reads is a setting that is not there: a misspelt `acceptDns = false`
//! leaves the default, and nobody notices until it matters.
//!
//! ## Example
//!
//! ```nix
//! nodes.alpha = { os = "nixos"; adress = "10.0.0.1"; };
//! ```
//!
//! ## What to do
//!
//! Write the name that is suggested, or remove the attribute. `tailwright schema` prints every
//! attribute of the language.

use super::Check;

rule!("TW001", "unknown-attribute", Error, High, since "0.1.0", Check::WhileReading);
