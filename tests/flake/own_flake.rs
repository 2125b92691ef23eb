//! The repository's own flake, with a stub for nixpkgs.

use common::program::said;
use serde_json::{Value, json};

use crate::nix::Nix;
use crate::scratch::{Scratch, nixpkgs, repository, tailwright};

fn stubbed() -> [String; 4] {
    [
        "--override-input".to_owned(),
        "nixpkgs".to_owned(),
        format!("path:{}", nixpkgs().display()),
        "--no-write-lock-file".to_owned(),
    ]
}

fn eval(nix: &Nix, what: &str, more: &[&str]) -> Value {
    let stubbed = stubbed();
    let stubbed: Vec<&str> = stubbed.iter().map(String::as_str).collect();
    nix.eval(tailwright(), what, &[more, &stubbed].concat())
        .unwrap_or_else(|said| panic!("{what}\n{said}"))
}

#[test]
fn nix_flake_check_passes() {
    for nix in Nix::all() {
        let flake = format!("path:{}", tailwright().display());
        let stubbed = stubbed();
        let stubbed: Vec<&str> = stubbed.iter().map(String::as_str).collect();
        let output = nix.run(
            tailwright(),
            &[&["flake", "check", flake.as_str()], &stubbed[..]].concat(),
        );
        assert!(output.status.success(), "{}", said(&output));
        let output = nix.run(
            tailwright(),
            &[&["flake", "show", flake.as_str()], &stubbed[..]].concat(),
        );
        assert!(output.status.success(), "{}", said(&output));
    }
}

#[test]
fn it_has_what_people_look_for_on_every_system() {
    let systems = json!(["aarch64-darwin", "aarch64-linux", "x86_64-linux"]);
    for nix in Nix::all() {
        for output in ["packages", "apps", "checks", "formatter", "devShells"] {
            assert_eq!(
                eval(nix, output, &["--apply", "builtins.attrNames"]),
                systems,
                "{output}"
            );
        }
        for system in systems.as_array().unwrap() {
            let system = system.as_str().unwrap();
            let name = eval(nix, &format!("packages.{system}.default.name"), &[]);
            assert_eq!(name, concat!("tailwright-", env!("CARGO_PKG_VERSION")));
            let program = eval(nix, &format!("apps.{system}.default.program"), &[]);
            assert!(
                program.as_str().unwrap().ends_with("/bin/tailwright"),
                "{program}"
            );
        }
        let overlaid = "overlay: overlay { callPackage = _: _: \"the package\"; } { lib = null; }";
        assert_eq!(
            eval(nix, "overlays.default", &["--apply", overlaid]),
            json!({ "tailwright": "the package" })
        );
    }
}

/// The lock is written by hand: what Nix makes of it is what it says.
#[test]
fn the_lock_is_one_that_nix_reads() {
    for nix in Nix::all() {
        let scratch = Scratch::empty();
        for file in ["flake.nix", "flake.lock"] {
            crate::scratch::copy(&repository().join(file), &scratch.path().join(file));
        }
        let flake = format!("path:{}", scratch.path().display());
        let output = nix.run(scratch.path(), &["flake", "metadata", "--json", &flake]);
        assert!(output.status.success(), "{}", said(&output));
        let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
        let lock: Value = serde_json::from_str(&scratch.read("flake.lock")).unwrap();
        assert_eq!(metadata["locks"], lock);
        assert_eq!(
            lock["nodes"]["root"]["inputs"],
            json!({ "nixpkgs": "nixpkgs" })
        );
    }
}

/// Man pages are installed for each command.
#[test]
fn the_package_has_a_page_for_each_command() {
    let install = eval(
        &Nix::all()[0],
        "packages.x86_64-linux.default.postInstall",
        &[],
    );
    let install = install.as_str().unwrap();
    let mut help = std::process::Command::new(env!("CARGO_BIN_EXE_tailwright"));
    let help = said(&common::program::run(help.arg("--help")));
    let commands = help
        .split("Commands:")
        .nth(1)
        .unwrap()
        .split("\n\n")
        .next()
        .unwrap();
    let commands: Vec<&str> = commands
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .filter(|command| *command != "help")
        .collect();
    assert!(commands.len() > 5, "{help}");
    assert!(
        install.contains(&format!("for command in {}; do", commands.join(" "))),
        "{install}"
    );
}
