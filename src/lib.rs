//! tailwright.

pub mod artifact;
pub mod declaration;
pub mod manifest;
pub mod nix;
pub mod nix_compat;
pub mod write;
