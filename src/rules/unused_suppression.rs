//! ## What it does
//!
//! Finds entries of `suppress` that accept a finding which does not exist.
//!
//! ## Why is this bad?
//!
//! It was written for a problem that is gone. The next one of its kind would be accepted too,
//! without anybody having looked at it.
//!
//! ## Example
//!
//! ```nix
//! suppress = [ { code = "TW101"; reason = "old VPN"; } ];
//! ```
//!
//! ## What to do
//!
//! Remove the entry, or narrow `at`.

use super::Check;

rule!("TW008", "unused-suppression", Warning, since "0.1.0", Check::WhileReading);
