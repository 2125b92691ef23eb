//! Completions and man pages, read by the programs that they are for.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{run, text};

const COMMANDS: [&str; 7] = [
    "check",
    "generate",
    "explain",
    "schema",
    "init",
    "completions",
    "man",
];

fn completions(shell: &str) -> String {
    let script = text(&run(Path::new("."), &["completions", shell], 0).stdout);
    for command in COMMANDS {
        assert!(script.contains(command), "{shell} lacks {command}");
    }
    script
}

#[test]
fn every_shell_has_completions() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        completions(shell);
    }
}

#[test]
fn bash_completes_commands_and_options() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("script"), completions("bash")).unwrap();
    for (words, expected) in [
        ("tailwright ch", "check"),
        ("tailwright check --expl", "--explain-defaults"),
        ("tailwright generate --o", "--out"),
        ("tailwright completions z", "zsh"),
    ] {
        let count = words.split(' ').count() - 1;
        let ask = format!(
            ". ./script; COMP_WORDS=({words}); COMP_CWORD={count}; \
             _tailwright tailwright \"${{COMP_WORDS[COMP_CWORD]}}\" \
             \"${{COMP_WORDS[COMP_CWORD-1]}}\"; printf '%s\\n' \"${{COMPREPLY[@]}}\""
        );
        let output = Command::new("bash")
            .args(["--norc", "--noprofile", "-c", &ask])
            .current_dir(folder.path())
            .output()
            .expect("bash is installed");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{errors}");
        assert_eq!(text(&output.stdout).trim(), expected, "{words}: {errors}");
    }
}

/// Lets a shell that is not everywhere read its script without running it.
fn parsed_by(program: &str, option: &str, shell: &str) {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("script");
    fs::write(&script, completions(shell)).unwrap();
    match Command::new(program).arg(option).arg(&script).output() {
        Ok(output) => {
            let errors = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success() && errors.is_empty(), "{errors}");
        }
        Err(error) => common::not_run(
            &format!("scripts::{shell}_parses_its_completions"),
            &format!("{program}: {error}"),
        ),
    }
}

#[test]
fn zsh_parses_its_completions() {
    parsed_by("zsh", "-n", "zsh");
}

#[test]
fn fish_parses_its_completions() {
    parsed_by("fish", "--no-execute", "fish");
}

#[test]
fn groff_sets_every_man_page_without_a_warning() {
    for page in [None].into_iter().chain(COMMANDS.map(Some)) {
        let folder = tempfile::tempdir().unwrap();
        let arguments: Vec<&str> = ["man"].into_iter().chain(page).collect();
        let roff = run(Path::new("."), &arguments, 0).stdout;
        let file = folder.path().join("page.1");
        fs::write(&file, &roff).unwrap();
        let mut groff = Command::new("groff");
        // No overstriking: the text is searched.
        groff
            .args(["-man", "-Tutf8", "-ww", "-P-c", "-P-b", "-P-u"])
            .arg(&file);
        let output = groff.output().expect("groff (groff-base) is installed");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && errors.is_empty(), "{errors}");
        let set = text(&output.stdout);
        assert!(set.contains("tailwright") && set.contains("NAME"), "{set}");
    }
}
