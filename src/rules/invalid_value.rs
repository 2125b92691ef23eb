//! ## What it does
//!
//! Finds texts and numbers that are no value of their attribute: ranges with host bits, names
//! with a final dot, words that are not among the ones that stand there, texts with invisible
//! characters.
//!
//! ## Why is this bad?
//!
//! Each of these is taken by some of the programs that get it and refused or misread by others:
//! `10.10.10.5/24` is one host for some and a LAN for others, a key with a final dot never matches
//! in Blocky, a line end in a value starts a new line in a configuration file.
//!
//! ## Example
//!
//! ```nix
//! sites.home.lans = [ "10.10.10.5/24" ];
//! ```
//!
//! ## What to do
//!
//! Write the value that is suggested.

use super::Check;

rule!("TW004", "invalid-value", Error, High, since "0.1.0", Check::WhileReading);
