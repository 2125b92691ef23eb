//! Programs of the machine that tests run.

use std::process::{Command, Output};

/// Runs a program and gives what it did.
///
/// # Panics
///
/// If the program is not installed or can't be started. That fails the test: a check that
/// silently does not happen is worse than none.
pub fn run(command: &mut Command) -> Output {
    match command.output() {
        Ok(output) => output,
        Err(error) => panic!(
            "can't run `{}`: {error}. The test needs this program; tests/run installs everything \
             that the tests need on Debian.",
            command.get_program().to_string_lossy()
        ),
    }
}

/// Standard output and standard error of a finished program, for messages.
pub fn said(output: &Output) -> String {
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.push_str(&String::from_utf8_lossy(&output.stderr));
    text
}
