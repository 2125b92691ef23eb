//! Nix' hashes: SHA-256 as an SRI string and in Nix' base 32, and the NAR hash of a tree.
//!
//! SRI is the form `sha256-<base64>` of W3C "Subresource Integrity", which Nix takes in
//! `hash = "…"`. Base 32 is what `nix-hash --type sha256 --base32` prints; its alphabet and its
//! order (last group of five bits first) are those of the Nix manual, "nix hash to-base32".

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use data_encoding::{BASE64, BitOrder, Encoding, Specification};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::Digest as _;
use thiserror::Error;

pub mod nar;

/// A SHA-256 hash. It is shown, parsed and serialized as an SRI string.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sha256([u8; 32]);

/// A text that is no SHA-256 hash.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{text}` is not a SHA-256 hash: {form} is expected")]
pub struct HashError {
    text: String,
    form: &'static str,
}

const SRI: &str = "`sha256-` and 44 characters of base 64";
const BASE32: &str = "52 characters of Nix' base 32";
const PREFIX: &str = "sha256-";

/// Least significant bit first; the caller reverses the text, since Nix begins with the last
/// group.
static NIX_BASE32: LazyLock<Encoding> = LazyLock::new(|| {
    let mut specification = Specification::new();
    specification
        .symbols
        .push_str("0123456789abcdfghijklmnpqrsvwxyz");
    specification.bit_order = BitOrder::LeastSignificantFirst;
    #[expect(clippy::expect_used, reason = "the specification is a constant")]
    specification
        .encoding()
        .expect("32 distinct ASCII symbols are an encoding")
});

impl Sha256 {
    /// The hash of bytes as they are (`nix-hash --flat`).
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(sha2::Sha256::digest(bytes).into())
    }

    /// The 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// `sha256-` and 44 characters of base 64.
    #[must_use]
    pub fn to_sri(&self) -> String {
        format!("{PREFIX}{}", BASE64.encode(&self.0))
    }

    /// 52 characters of Nix' base 32.
    #[must_use]
    pub fn to_nix_base32(&self) -> String {
        NIX_BASE32.encode(&self.0).chars().rev().collect()
    }

    /// Reads an SRI string.
    ///
    /// # Errors
    /// When the text is not exactly one padded, canonical SHA-256 hash.
    pub fn from_sri(text: &str) -> Result<Self, HashError> {
        text.strip_prefix(PREFIX)
            .and_then(|base64| BASE64.decode(base64.as_bytes()).ok())
            .and_then(|bytes| bytes.try_into().ok())
            .map(Self)
            .ok_or_else(|| HashError::new(text, SRI))
    }

    /// Reads Nix' base 32.
    ///
    /// # Errors
    /// When the text is not exactly one canonical SHA-256 hash.
    pub fn from_nix_base32(text: &str) -> Result<Self, HashError> {
        let reversed: String = text.chars().rev().collect();
        NIX_BASE32
            .decode(reversed.as_bytes())
            .ok()
            .and_then(|bytes| bytes.try_into().ok())
            .map(Self)
            .ok_or_else(|| HashError::new(text, BASE32))
    }
}

impl HashError {
    fn new(text: &str, form: &'static str) -> Self {
        Self {
            text: text.to_owned(),
            form,
        }
    }
}

impl From<sha2::Sha256> for Sha256 {
    fn from(hasher: sha2::Sha256) -> Self {
        Self(hasher.finalize().into())
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_sri())
    }
}

impl FromStr for Sha256 {
    type Err = HashError;

    fn from_str(text: &str) -> Result<Self, HashError> {
        Self::from_sri(text)
    }
}

impl Serialize for Sha256 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Sha256 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_sri(&text).map_err(serde::de::Error::custom)
    }
}
