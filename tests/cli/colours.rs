//! Colours for terminals alone.

use std::fs;
use std::process::Command;

use super::{run, tailwright, text};

const MISTAKE: &str = "{\n  sitse = { };\n}\n";
const CHECK: &[&str] = &["check", "tailnet.nix"];

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("tailnet.nix"), MISTAKE).unwrap();
    folder
}

/// What a check prints on a terminal that `script` makes.
fn on_a_terminal(no_color: Option<&str>) -> String {
    let folder = folder();
    let command = format!("'{}' check tailnet.nix", env!("CARGO_BIN_EXE_tailwright"));
    let mut script = Command::new("script");
    script
        .args(["--quiet", "--return", "--command", &command, "/dev/null"])
        .current_dir(folder.path())
        .stdin(std::process::Stdio::null())
        .env("TERM", "xterm-256color");
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        script.env_remove(name);
    }
    if let Some(value) = no_color {
        script.env("NO_COLOR", value);
    }
    let output = script.output().expect("script (util-linux) is installed");
    assert_eq!(output.status.code(), Some(1));
    text(&output.stdout).replace("\r\n", "\n")
}

/// A text without its escape sequences of the form `ESC [ … letter`.
fn plain(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |plain, part| {
        let end = part.find(|c: char| c.is_ascii_alphabetic()).unwrap();
        plain + &part[end + 1..]
    })
}

#[test]
fn a_pipe_gets_no_colours() {
    let folder = folder();
    let printed = text(&run(folder.path(), CHECK, 1).stdout);
    assert!(!printed.contains('\u{1b}'), "{printed:?}");
}

#[test]
fn a_terminal_gets_the_same_text_in_colours() {
    let folder = folder();
    let printed = text(&run(folder.path(), CHECK, 1).stdout);
    let shown = on_a_terminal(None);
    assert!(shown.contains('\u{1b}'), "{shown:?}");
    assert_eq!(plain(&shown), printed);
}

#[test]
fn no_color_is_honoured() {
    let shown = on_a_terminal(Some("1"));
    assert!(!shown.contains('\u{1b}'), "{shown:?}");
}

#[test]
fn colours_can_be_forced() {
    let folder = folder();
    let mut command = tailwright(folder.path(), CHECK);
    let output = command.env("CLICOLOR_FORCE", "1").output().unwrap();
    let printed = text(&run(folder.path(), CHECK, 1).stdout);
    assert!(text(&output.stdout).contains('\u{1b}'));
    assert_eq!(plain(&text(&output.stdout)), printed);
}
