//! The loaders: against real Nix, against each other, against hostile input.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod differential;
mod errors;
mod hostile;
mod locations;

use tailwright::declaration::load::{load_json, load_nix};
use tailwright::declaration::load_error::LoadError;
use tailwright::declaration::source::Source;
use tailwright::declaration::value::Value;

fn source(name: &str, text: &str) -> Source {
    Source {
        display_name: name.into(),
        text: text.to_owned(),
    }
}

fn nix(text: &str) -> Result<Value, Vec<LoadError>> {
    load_nix(&source("t.nix", text))
}

fn json(text: &str) -> Result<Value, Vec<LoadError>> {
    load_json(&source("t.json", text))
}

fn nix_text(text: &str) -> String {
    match nix(text) {
        Ok(value) => value.to_canonical_json(),
        Err(errors) => panic!("{text}\n{errors:#?}"),
    }
}
