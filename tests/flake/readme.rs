//! The README's steps for an existing repository, done in one.

use common::program::said;
use serde_json::json;

use crate::hosts;
use crate::nix::Nix;
use crate::scratch::{Scratch, inputs, repository, starter, system};

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
        let inputs = inputs();
        let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();

        let run = format!("path:{}#update", scratch.path().display());
        let options = [&["run", &run], &inputs[..]].concat();
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

/// A piece of code in the README's text that begins like this, for the cluster `home`.
fn inline(start: &str) -> String {
    let readme = std::fs::read_to_string(repository().join("README.md")).unwrap();
    let (_, rest) = readme.split_once(&format!("`{start}")).unwrap();
    let rest = rest.split('`').next().unwrap();
    format!("{start}{rest}").replace("<cluster>", "home")
}

/// What the README says to write for clusters: for a whole application, for a configuration of the
/// user's own, and for a repository that evaluates each file by itself.
#[test]
fn the_expressions_for_a_cluster_are_what_they_are_said_to_be() {
    let flake = block("{\n  inputs = {").replace("x86_64-linux", &system());
    let (first, last) = flake.rsplit_once("    in\n    {\n").unwrap();
    let yours =
        "{ upstreams.timeout = \"1s\"; conditional.mapping.\"fritz.box\" = \"192.168.1.1\"; }";
    let flake = format!(
        "{first} inherit (nixpkgs) lib; yours = {yours}; in {{ default = {}; merged = {}; alone = import \
         ./modules/kubenix/blocky.nix;\n{last}",
        inline("tailnet.kubenixModules."),
        inline("lib.recursiveUpdate "),
    );
    let inputs = inputs();
    let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
    for nix in Nix::all() {
        let scratch = Scratch::empty();
        scratch.write("flake.nix", &flake);
        scratch.write("tailnet.nix", &starter());
        scratch.write("modules/kubenix/blocky.nix", &inline("import ../../"));
        scratch.generate("tailnet.nix");
        let eval = |what: &str, apply: &str| {
            nix.eval(
                scratch.path(),
                what,
                &[&["--apply", apply], &inputs[..]].concat(),
            )
            .unwrap_or_else(|said| panic!("{what}\n{said}"))
        };
        let parts =
            "module: map builtins.baseNameOf (import (builtins.head module.imports)).imports";
        assert_eq!(
            eval("default", parts),
            json!([
                "blocky.nix",
                "blocky-config.nix",
                "coredns-example-name.ts.net.nix"
            ])
        );
        let objects = "module: builtins.attrNames module.kubernetes.resources.deployments";
        assert_eq!(eval("alone", objects), json!(["blocky"]));

        // Taken over from here on: what was there stays, beside the mapping.
        let resolver = "resolvers.blocky = {";
        let by_hand = format!("{resolver} manage = \"conditional\";");
        scratch.replace("tailnet.nix", resolver, &by_hand);
        scratch.generate("tailnet.nix");
        let merged = eval("merged", "merged: merged");
        assert_eq!(merged["upstreams"], json!({ "timeout": "1s" }));
        let mapping = &merged["conditional"]["mapping"];
        assert_eq!(mapping["fritz.box"], "192.168.1.1");
        assert_eq!(
            mapping["example-name.ts.net"],
            "tcp+udp:192.168.1.11:1053,tcp+udp:192.168.1.12:1053"
        );
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
