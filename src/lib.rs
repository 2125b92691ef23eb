//! tailwright.

pub mod declaration;
pub mod facts;
pub mod finding;
pub mod nix;
pub mod nix_compat;
pub mod place;
pub mod redact;
pub mod rules;
pub mod scalar;
pub mod suggest;
pub mod topology;
pub mod write;
