//! Hostile texts in every string of the language, through every emitter: either `check` refuses
//! them at their path, or what is read back from the generated files is what was written.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

#[allow(dead_code, reason = "each test uses its part")]
#[path = "../common/declaration.rs"]
mod declaration;
mod every_field;
mod fields;
mod keys;
mod manifests;
mod names;
mod random;
mod readers;
mod settings;
mod texts;

use serde_json::Value as Json;

/// The declaration with everything in it.
fn complete() -> Json {
    declaration::nix_to_json(include_str!("complete.nix"))
}

#[test]
fn the_complete_declaration_is_sound() {
    let run = declaration::Run::json(&complete());
    assert_eq!(
        run.lines(tailwright::finding::Level::Error),
        [""; 0],
        "{}",
        run.human()
    );
}
