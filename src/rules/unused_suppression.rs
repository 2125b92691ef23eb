//! ## What it does
//!
//! Finds entries of `suppress` that accept nothing: there is no such finding, another entry accepts
//! it already, or its rule can't be suppressed (TW0xx, which are about the declaration as a text,
//! and TW701, a key in it). While there are findings TW001 to TW007 nothing is said of the first
//! kind: what they leave out was not checked. Nothing is said of entries for rules that are left out by
//! `--select` or `--ignore`.
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
//! Remove the entry, or correct `at`.

use super::Check;

rule!("TW008", "unused-suppression", Warning, High, since "0.1.0", Check::WhileReading);
