//! The module for flake-parts, with the tests' own module system in its place.

use serde_json::json;

use crate::nix::Nix;
use crate::scratch::{Scratch, system};

/// A flake that has its outputs out of the module. `perSystem` is one function, which is called for
/// this system, as flake-parts does.
pub(crate) fn with_settings(settings: &str) -> Scratch {
    let scratch = Scratch::new("");
    scratch.write(
        "parts.nix",
        "{ lib, ... }:\n{\n  options.systems = lib.mkOption { type = lib.types.raw; };\n  options.flake = \
         lib.mkOption { type = lib.types.raw; default = { }; };\n  options.perSystem = lib.mkOption { type = \
         lib.types.raw; default = _: { }; };\n}\n",
    );
    scratch.outputs(&format!(
        "let lib = import \"${{standIn}}/lib.nix\"; inherit (import \"${{standIn}}/modules.nix\" {{ inherit lib; }}) \
         evalModules; evaluated = evalModules {{ modules = [ ./parts.nix tailwright.flakeModules.default {{ systems \
         = [ \"{0}\" ]; }} {{\n {settings}\n }} ]; }}; inherit (evaluated) config; in {{ inherit (config) flake; \
         inherit (config.tailwright) tailnet; own = config.perSystem {{ system = \"{0}\"; }}; }}",
        system()
    ));
    scratch
}

#[test]
fn it_makes_packages_checks_and_modules() {
    for nix in Nix::all() {
        let scratch = with_settings(
            "tailwright = { declaration = import ./tailnet.nix; root = ./.; committed = ./generated; };",
        );
        scratch.generate("tailnet.nix");
        for (what, apply, expected) in [
            (
                "own",
                "own: builtins.attrNames own.packages",
                json!(["tailnet", "update"]),
            ),
            (
                "own",
                "own: own.checks.tailnet.name",
                json!("tailwright-up-to-date"),
            ),
            (
                "flake",
                "flake: builtins.attrNames flake.nixosModules",
                json!(["tailwright"]),
            ),
            (
                "tailnet",
                "tailnet: builtins.attrNames tailnet.nixosModules",
                json!(["alpha", "beta", "default"]),
            ),
        ] {
            let found = nix
                .eval(scratch.path(), what, &["--apply", apply])
                .unwrap_or_else(|said| panic!("{apply}\n{said}"));
            assert_eq!(found, expected, "{apply}");
        }
        nix.build(scratch.path(), "own.checks.tailnet", &[])
            .unwrap_or_else(|said| panic!("{said}"));
    }
}

#[test]
fn positions_survive_it() {
    for nix in Nix::all() {
        let scratch = with_settings(
            "tailwright = { root = ./.;\n declaration = import ./tailnet.nix // {\n colour = 1; }; };",
        );
        let said = nix
            .build(scratch.path(), "own.checks.tailnet", &[])
            .unwrap_err();
        let flake = scratch.read("flake.nix");
        let line = flake
            .lines()
            .position(|line| line.contains("colour"))
            .unwrap()
            + 1;
        assert!(said.contains(&format!("--> flake.nix:{line}:")), "{said}");
    }
}

#[test]
fn without_a_declaration_it_adds_nothing() {
    for nix in Nix::all() {
        let scratch = with_settings("");
        let found = nix.eval(scratch.path(), "own", &[]).unwrap();
        assert_eq!(found, json!({}));
    }
}
