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
         lib.mkOption { type = lib.types.submodule { freeformType = lib.types.attrsOf lib.types.raw; }; default = { \
         }; };\n  options.perSystem = lib.mkOption { type = \
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
                "flake",
                "flake: builtins.mapAttrs (_: builtins.attrNames) flake.kubenixModules",
                json!({ "home": ["blocky", "coredns-example-name.ts.net", "default"] }),
            ),
            (
                "flake",
                "flake: builtins.attrNames flake.kubenixApps.home.blocky.conditional",
                json!(["mapping"]),
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

/// Every argument of the library is an option, and gets there.
#[test]
fn its_options_are_the_arguments_of_the_library() {
    let settings = "tailwright = { declaration = import ./tailnet.nix; root = ./.; committed = ./generated; \
                    system = \"riscv64-linux\"; updateCommand = \"make tree\"; package = system: { outPath = \"/own/${system}\"; }; \
                    writeShellScriptBin = system: name: _: { here = \"${name} for ${system}\"; }; };";
    let names = "tailnet: builtins.attrNames (builtins.functionArgs tailnet)";
    for nix in Nix::all() {
        let scratch = with_settings(settings);
        let own = "own: { inherit (own.packages.update) here; inherit (own.packages.tailnet) builder; inherit \
                   (own.checks.tailnet) args; }";
        let found = nix
            .eval(scratch.path(), "own", &["--apply", own])
            .unwrap_or_else(|said| panic!("{said}"));
        let system = system();
        assert_eq!(found["here"], format!("update for {system}"));
        assert_eq!(found["builder"], format!("/own/{system}/bin/tailwright"));
        let args = found["args"].as_array().unwrap();
        assert_eq!(args.last(), Some(&json!("make tree")));

        // Where modules are built is a word of its own.
        let found = nix.eval(scratch.path(), "tailnet.tree.system", &[]);
        assert_eq!(found.unwrap(), "riscv64-linux");

        scratch.outputs("{ inherit (tailwright.lib) tailnet; }");
        let names = nix.eval(scratch.path(), "tailnet", &["--apply", names]);
        for name in names.unwrap().as_array().unwrap() {
            let name = name.as_str().unwrap();
            assert!(
                settings.contains(&format!(" {name} = ")),
                "{name} is not tried above"
            );
        }
    }
}

#[test]
fn outputs_of_the_same_name_are_left_to_the_user() {
    for nix in Nix::all() {
        let scratch = with_settings(
            "tailwright = { declaration = import ./tailnet.nix; root = ./.; }; flake.kubenixApps = \"mine\";",
        );
        let found = nix.eval(scratch.path(), "flake.kubenixApps", &[]);
        assert_eq!(found.unwrap_or_else(|said| panic!("{said}")), "mine");
    }
}
