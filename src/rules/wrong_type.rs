//! ## What it does
//!
//! Finds values of another type than their attribute's: a string where a list stands, a number
//! where a string stands.
//!
//! ## Why is this bad?
//!
//! A value of the wrong type has no meaning. Nothing is guessed from it.
//!
//! ## Example
//!
//! ```nix
//! sites.home.lans = "10.10.10.0/24"; # a list of ranges
//! ```
//!
//! ## What to do
//!
//! Write a value of the type that the message names.

use super::Check;

rule!("TW002", "wrong-type", Error, High, since "0.1.0", Check::WhileReading);
