//! Nix' hashes.
