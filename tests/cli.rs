//! The command line as a user meets it. `tests/cmd` holds commands with what they print;
//! `TRYCMD=overwrite` rewrites that. What needs a changed file, a terminal or another program
//! is in `tests/cli`.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

#[path = "cli/colours.rs"]
mod colours;
#[path = "cli/documents.rs"]
mod documents;
#[path = "cli/edited.rs"]
mod edited;
#[path = "cli/scripts.rs"]
mod scripts;

use std::path::Path;
use std::process::{Command, Output};

#[test]
fn commands_print_what_is_recorded() {
    let cases = trycmd::TestCases::new();
    cases.case("tests/cmd/*.trycmd").case("tests/cmd/*.toml");
    cases.run();
}

/// The program, in a folder, with nothing of the caller's that changes how it prints.
fn tailwright(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tailwright"));
    command.current_dir(folder).args(arguments);
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TERM", "CI"] {
        command.env_remove(name);
    }
    command
}

/// Runs the program and demands its exit code.
fn run(folder: &Path, arguments: &[&str], code: i32) -> Output {
    let output = tailwright(folder, arguments).output().unwrap();
    assert_eq!(
        output.status.code(),
        Some(code),
        "{arguments:?}: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}
