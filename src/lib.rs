//! tailwright: one declaration of a tailnet, its sites, clusters, nodes and DNS in, everything
//! that has to agree about it out.

pub mod artifact;
pub mod declaration;
pub mod emit;
pub mod facts;
pub mod finding;
pub mod manifest;
pub mod nix;
pub mod nix_compat;
pub mod place;
pub mod redact;
pub mod rules;
pub mod scalar;
pub mod suggest;
pub mod topology;
pub mod write;
