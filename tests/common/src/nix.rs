//! Calling `nix-instantiate` without a Nix daemon, a network or a build.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::host::Refusal;
use crate::program;

/// Evaluates `file` with string arguments, strictly, and parses the JSON that comes out.
/// `store` is where derivations are written: `dummy://` for none, or a folder.
pub(crate) fn evaluate(
    file: &Path,
    store: &str,
    arguments: &[(&str, &str)],
) -> Result<Value, Refusal> {
    let mut command = Command::new("nix-instantiate");
    command
        .args([
            "--eval",
            "--strict",
            "--json",
            "--show-trace",
            "--store",
            store,
        ])
        .arg(file)
        // The user's and the machine's Nix configuration could change the outcome.
        .env("NIX_CONF_DIR", crate::tests_dir().join("nixos"))
        .env("NIX_USER_CONF_FILES", "")
        .env_remove("NIX_PATH")
        .env_remove("NIX_REMOTE");
    if store != "dummy://" {
        command.arg("--read-write-mode");
    }
    for (name, value) in arguments {
        command.args(["--argstr", name, value]);
    }
    let output = program::run(&mut command);
    if !output.status.success() {
        return Err(Refusal {
            message: String::from_utf8_lossy(&output.stderr).into_owned(),
        });
    }
    match serde_json::from_slice(&output.stdout) {
        Ok(value) => Ok(value),
        Err(error) => panic!(
            "nix-instantiate gave no JSON: {error}\n{}",
            program::said(&output)
        ),
    }
}
