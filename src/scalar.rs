//! The scalars of a declaration: newtypes whose values are always well-formed.
//!
//! What could do harm further down (a control character in a generated file, a CIDR with host
//! bits, a name that is no name) is refused here, once, and needs no second thought later.

pub mod choice;
pub mod dns;
pub mod kubernetes;
mod name;
pub mod net;
pub mod server;
pub mod tailscale;
pub mod text;

use std::fmt;
use std::str::FromStr;

pub use choice::*;
pub use dns::DnsName;
pub use kubernetes::{Image, Quantity};
pub use name::{ClientClass, InterfaceName, InterfacePattern, Name, StartRef};
pub use net::{Address, Cidr, CidrSet, Port};
pub use server::{ServerRef, Upstream};
pub use tailscale::{Owner, Recipient, Tag, Url};
pub use text::{Date, LabelKey, LabelValue, RootPath, SopsKey, Text, Version};

use crate::invisible::is_invisible;

/// A scalar that is written as a string.
pub trait Scalar: FromStr<Err = Invalid> + fmt::Display + Clone {
    /// What it is, with an example, as it stands after "expected".
    const WHAT: &'static str;
    /// What the JSON Schema says of it beside `"type": "string"`.
    fn schema() -> serde_json::Map<String, serde_json::Value> {
        serde_json::Map::new()
    }
}

/// Why a text is no value of its type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct Invalid {
    /// What is wrong with it: continues "`text` is …".
    pub problem: String,
    /// What to write instead.
    pub help: Option<String>,
}

impl Invalid {
    /// A problem that [`Scalar::WHAT`] explains well enough.
    pub(crate) fn new(problem: impl Into<String>) -> Self {
        Self {
            problem: problem.into(),
            help: None,
        }
    }

    /// Adds what to write instead.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// The longest text that any scalar may have, in bytes. Every format that a value can end up
/// in (a Nix string, a line of unbound.conf, an argument of a command) takes this much.
pub const MAX_TEXT: usize = 4096;

/// Refuses what no generated format can carry: control characters (NUL and line ends among
/// them) and characters that change the direction in which a line is read.
pub(crate) fn check_plain(text: &str) -> Result<(), Invalid> {
    if text.len() > MAX_TEXT {
        return Err(Invalid::new(format!(
            "longer than {MAX_TEXT} bytes ({})",
            text.len()
        )));
    }
    match text.chars().find(|c| is_invisible(*c)) {
        Some(c) => Err(Invalid::new(format!(
            "text with the invisible character U+{:04X}",
            u32::from(c)
        ))
        .help("remove the character: it can't be seen in a review of the generated files")),
        None => Ok(()),
    }
}

/// Derives `Display`, ordering by text, and access for a newtype over `String`.
macro_rules! text_newtype {
    ($(#[doc = $doc:literal])* $name:ident) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}
pub(crate) use text_newtype;

/// Implements [`Scalar`] and `FromStr` for a newtype from a checking function.
macro_rules! scalar {
    ($name:ident, $what:literal, $check:expr) => {
        scalar!($name, $what, $check, None);
    };
    ($name:ident, $what:literal, $check:expr, $pattern:expr) => {
        impl std::str::FromStr for $name {
            type Err = crate::scalar::Invalid;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                crate::scalar::check_plain(text)?;
                let check: fn(&str) -> Result<(), crate::scalar::Invalid> = $check;
                check(text)?;
                Ok(Self(text.to_owned()))
            }
        }

        impl crate::scalar::Scalar for $name {
            const WHAT: &'static str = $what;

            fn schema() -> serde_json::Map<String, serde_json::Value> {
                let pattern: Option<&str> = $pattern;
                pattern
                    .map(|pattern| ("pattern".to_owned(), pattern.into()))
                    .into_iter()
                    .collect()
            }
        }
    };
}
pub(crate) use scalar;
