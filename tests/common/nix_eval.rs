//! Asking the real Nix what an expression evaluates to.

use std::process::Command;

/// The value of the expression in a file, with the files beside it at hand.
///
/// # Panics
/// When Nix is not installed or refuses the file: a test that needs it must not pass without.
pub(crate) fn evaluate(source: &str) -> serde_json::Value {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("written.nix");
    std::fs::write(&file, source).expect("writing the file to evaluate");
    let output = Command::new("nix-instantiate")
        .args(["--eval", "--strict", "--json", "--readonly-mode"])
        .arg(&file)
        .env("NIX_STATE_DIR", folder.path().join("state"))
        .env("NIX_STORE_DIR", folder.path().join("store"))
        .env("NIX_PATH", "")
        .output()
        .expect("`nix-instantiate` has to be installed and in PATH: these tests compare with the real Nix");
    assert!(
        output.status.success(),
        "nix-instantiate refused what was written: {}\n{}",
        String::from_utf8_lossy(&output.stderr),
        source.chars().take(4000).collect::<String>(),
    );
    serde_json::from_slice(&output.stdout).expect("nix-instantiate --json yields JSON")
}
