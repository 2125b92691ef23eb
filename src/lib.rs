//! tailwright.

pub mod declaration;
pub mod nix;
pub mod nix_compat;
pub mod write;
