//! What is reported, and the forms of it for other programs.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

#[allow(dead_code, reason = "each test uses its part")]
#[path = "../golden/cases.rs"]
mod cases;
mod github;
mod sarif;
mod selection;

use cases::Run;
use tailwright::declaration::source::Source;
use tailwright::input::{InputError, Request, read};
use tailwright::report::Diagnostic;

fn diagnostics(run: &Run) -> Vec<Diagnostic> {
    run.checked.findings.iter().map(Diagnostic::from).collect()
}

/// A text that is no declaration.
fn refused(file: &str) -> (Vec<Diagnostic>, Source) {
    let request = Request {
        file: cases::root().join("tests/cmd/check.in").join(file),
        root: None,
        display_name: Some(file.to_owned()),
        positions: None,
    };
    match read(&request) {
        Err(InputError::Load { errors, text }) => {
            (errors.iter().map(Diagnostic::from).collect(), text)
        }
        other => panic!("{file}: {other:?}"),
    }
}

const REFUSED: [&str; 5] = [
    "syntax.nix",
    "syntax.json",
    "list.nix",
    "function.nix",
    "latin1.nix",
];
