use std::process::Command;

use crate::{Error, Result};

/// Runs a command to its end; its standard output if it succeeded.
pub(crate) fn run(command: &mut Command) -> Result<String> {
    let shown = show(command);
    let output = command
        .output()
        .map_err(Error::io(format!("could not run `{shown}`")))?;
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
