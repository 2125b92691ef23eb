//! `nix flake init -t`, and what people do then.

use common::program::said;

use crate::hosts;
use crate::nix::Nix;
use crate::scratch::{Scratch, inputs, repository, starter, system, tailwright};

/// The template in a new folder, its inputs those of these tests.
fn initialized(nix: &Nix) -> Scratch {
    let scratch = Scratch::empty();
    let template = format!("path:{}", tailwright().display());
    let output = nix.run(scratch.path(), &["flake", "init", "--template", &template]);
    assert!(output.status.success(), "{}", said(&output));
    scratch
}

#[test]
fn the_template_holds_what_init_writes() {
    let path = repository().join("nix/template/tailnet.nix");
    let template = std::fs::read_to_string(path).unwrap();
    assert!(
        template == starter(),
        "copy src/cli/init/tailnet.nix to nix/template/tailnet.nix"
    );
}

#[test]
fn from_the_template_to_a_committed_tree() {
    for nix in Nix::all() {
        let scratch = initialized(nix);
        let inputs = inputs();
        let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
        let check = format!("checks.{}.tailnet", system());

        let refused = nix.build(scratch.path(), &check, &inputs).unwrap_err();
        assert!(refused.contains("run `nix run .#update`"), "{refused}");

        let update = |folder: &std::path::Path| {
            let flake = format!("path:{}#update", scratch.path().display());
            nix.run(folder, &[&["run", flake.as_str()], &inputs[..]].concat())
        };
        let elsewhere = Scratch::empty();
        let output = update(elsewhere.path());
        assert!(!output.status.success());
        assert!(
            said(&output).contains("tailnet.nix is not here"),
            "{}",
            said(&output)
        );

        let output = update(scratch.path());
        assert!(output.status.success(), "{}", said(&output));
        nix.build(scratch.path(), &check, &inputs)
            .unwrap_or_else(|said| panic!("{said}"));
        nix.build(scratch.path(), "default", &inputs)
            .unwrap_or_else(|said| panic!("{said}"));
    }
}

#[test]
fn nix_flake_check_passes_on_it() {
    for nix in Nix::all() {
        let scratch = initialized(nix);
        scratch.generate("tailnet.nix");
        let flake = format!("path:{}", scratch.path().display());
        let inputs = inputs();
        let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
        let output = nix.run(
            scratch.path(),
            &[&["flake", "check", flake.as_str()], &inputs[..]].concat(),
        );
        assert!(output.status.success(), "{}", said(&output));
    }
}

/// The host that the template holds as a comment.
#[test]
fn the_host_in_the_comment_is_one() {
    for nix in Nix::all() {
        let scratch = initialized(nix);
        let text = scratch.read("flake.nix");
        let (before, rest) = text.split_once("      # CHANGE: a host").unwrap();
        let (words, host) = rest.split_once("\n      #\n").unwrap();
        let lines: Vec<String> = host
            .lines()
            .map(|line| line.replacen("      # ", "      ", 1))
            .collect();
        let uncommented = format!("{before}# CHANGE: a host{words}\n{}\n", lines.join("\n"));
        assert!(uncommented.contains("\n      nixosConfigurations.alpha = "));
        scratch.write("flake.nix", &uncommented);
        scratch.generate("tailnet.nix");
        hosts::write_alpha(&scratch);
        let inputs = inputs();
        let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
        hosts::assert_alpha_is_a_forwarder(nix, &scratch, &inputs);
    }
}

/// A flake sees only what git knows: the tree has to be added.
#[test]
fn a_tree_that_git_does_not_know_is_not_there() {
    for nix in Nix::all() {
        let scratch = initialized(nix);
        let git = |arguments: &[&str]| {
            let mut command = std::process::Command::new("git");
            let output = common::program::run(command.args(arguments).current_dir(scratch.path()));
            assert!(output.status.success(), "{}", said(&output));
        };
        git(&["init", "--quiet"]);
        git(&["add", "."]);
        scratch.generate("tailnet.nix");
        let flake = format!("git+file://{}", scratch.path().display());
        let inputs = inputs();
        let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
        let modules = format!("{flake}#nixosModules.default.imports");
        let first = [
            "eval",
            "--json",
            &modules,
            "--apply",
            "imports: builtins.head imports",
        ];
        let arguments = [&first[..], &inputs].concat();
        let output = nix.run(scratch.path(), &arguments);
        assert!(
            said(&output).contains("`git add` the folder"),
            "{}",
            said(&output)
        );
        git(&["add", "generated"]);
        let output = nix.run(scratch.path(), &arguments);
        assert!(output.status.success(), "{}", said(&output));
    }
}
