//! The README's steps for an existing repository, done in one.

use common::program::said;

use crate::hosts;
use crate::nix::Nix;
use crate::scratch::{Scratch, nixpkgs, repository, starter, system, tailwright};

/// The blocks of Nix in the README.
fn blocks() -> Vec<String> {
    let readme = std::fs::read_to_string(repository().join("README.md")).unwrap();
    let parts = readme.split("```nix\n").skip(1);
    parts
        .map(|part| part.split("```").next().unwrap().to_owned())
        .collect()
}

/// The one that begins like this.
fn block(start: &str) -> String {
    let found: Vec<String> = blocks()
        .into_iter()
        .filter(|block| block.starts_with(start))
        .collect();
    assert_eq!(
        found.len(),
        1,
        "blocks that begin with {start:?}: {found:#?}"
    );
    found.into_iter().next().unwrap()
}

#[test]
fn every_block_is_as_nixfmt_writes_it() {
    for block in blocks() {
        assert_eq!(nixfmt_rs::format(&block).unwrap(), block);
    }
}

#[test]
fn the_steps_for_an_existing_repository_lead_there() {
    let flake = block("{\n  inputs = {").replace("x86_64-linux", &system());
    for nix in Nix::all() {
        let scratch = Scratch::empty();
        scratch.write("flake.nix", &flake);
        scratch.write("tailnet.nix", &starter());
        hosts::write_alpha(&scratch);
        let stub = format!("path:{}", nixpkgs().display());
        let ours = format!("path:{}", tailwright().display());
        let inputs = [
            ["--override-input", "nixpkgs", &stub],
            ["--override-input", "sops-nix", &stub],
            ["--override-input", "tailwright", &ours],
        ]
        .concat();

        let run = format!("path:{}#update", scratch.path().display());
        let options = [&["run", "--no-write-lock-file", &run], &inputs[..]].concat();
        let output = nix.run(scratch.path(), &options);
        assert!(output.status.success(), "{}", said(&output));
        nix.build(
            scratch.path(),
            &format!("checks.{}.tailnet", system()),
            &inputs,
        )
        .unwrap_or_else(|said| panic!("{said}"));

        hosts::assert_alpha_is_a_forwarder(nix, &scratch, &inputs);
    }
}

/// What the README says to write with flake-parts is what the module takes.
#[test]
fn the_settings_for_flake_parts_are_options() {
    let settings = block("{\n  tailwright = {");
    for nix in Nix::all() {
        let scratch = crate::flake_parts::with_settings(&format!("imports = [ ({settings}) ];"));
        scratch.generate("tailnet.nix");
        nix.build(scratch.path(), "own.checks.tailnet", &[])
            .unwrap_or_else(|said| panic!("{said}"));
    }
}
