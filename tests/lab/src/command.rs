use std::io::Write;
use std::process::{Command, Output, Stdio};

use crate::{Error, Result};

/// Runs a command to its end; its standard output if it succeeded.
pub(crate) fn run(command: &mut Command) -> Result<String> {
    let shown = show(command);
    let output = command
        .output()
        .map_err(Error::io(format!("could not run `{shown}`")))?;
    result(shown, &output)
}

/// The same for a command that reads `input`.
pub(crate) fn run_with_input(command: &mut Command, input: &str) -> Result<String> {
    let shown = format!("{} <<<'{input}'", show(command));
    let failed = || Error::io(format!("could not run `{shown}`"));
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(failed())?;
    if let Some(mut pipe) = child.stdin.take() {
        // Who does not read to the end says why in its output.
        let _ = pipe.write_all(input.as_bytes());
    }
    let output = child.wait_with_output().map_err(failed())?;
    result(shown, &output)
}

fn result(shown: String, output: &Output) -> Result<String> {
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(stdout);
    }
    Err(Error::Command {
        command: shown,
        status: output.status,
        output: stdout + &String::from_utf8_lossy(&output.stderr),
    })
}

/// Program and arguments as one would type them.
pub(crate) fn show(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|part| part.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}
