//! ## What it does
//!
//! Finds attributes that are given twice in one object of a JSON declaration. In Nix this is a
//! syntax error.
//!
//! ## Why is this bad?
//!
//! Readers of JSON disagree about which of the two counts, so two tools would see two
//! declarations.
//!
//! ## Example
//!
//! ```json
//! { "tailnet": { "suffix": "a.ts.net", "suffix": "b.ts.net" } }
//! ```
//!
//! ## What to do
//!
//! Remove one of the two.

use super::Check;

rule!("TW005", "repeated-attribute", Error, High, since "0.1.0", Check::WhileReading);
