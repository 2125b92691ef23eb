//! Modules: from a committed tree without building anything, and out of a derivation.

use serde_json::json;

use crate::nix::Nix;
use crate::scratch::{Scratch, system};

/// Nothing may be built, and no evaluation may ask for it.
const NO_BUILDER: [&str; 9] = [
    "--option",
    "allow-import-from-derivation",
    "false",
    "--option",
    "max-jobs",
    "0",
    "--option",
    "builders",
    "",
];

/// A flake with a host that imports a module of the tailnet, made of these arguments.
fn with_host(arguments: &str, module: &str, host_name: &str) -> Scratch {
    let scratch = Scratch::new("");
    scratch.outputs(&format!(
        "let tailnet = tailwright.lib.tailnet {{ root = ./.; declaration = import ./tailnet.nix; {arguments} }}; \
         in {{ inherit tailnet; host = import \"${{standIn}}/host.nix\" {{ modules = [ {module} ]; spec = \
         builtins.toJSON {}; }}; }}",
        format_args!(
            "{{ modules = [ ]; hostName = \"{host_name}\"; firewall = true; nftables = true; backend = null; \
             sops = true; absent = [ ]; }}"
        )
    ));
    scratch
}

/// What matters of the host: that nothing fails on it, and that it is a forwarder.
const HOST: [&str; 2] = [
    "--apply",
    "host: { failed = host.failedAssertions; forwards = host.files.unbound != null; }",
];

#[test]
fn a_committed_tree_needs_no_builder() {
    for nix in Nix::all() {
        // No machine of this kind is anywhere near.
        for system in ["riscv64-linux", "aarch64-darwin", &system()] {
            for (module, host_name) in [
                ("tailnet.nixosModules.default", "alpha"),
                ("tailnet.nixosModules.beta", "another-name"),
                (
                    "tailnet.nixosModules.default tailnet.nixosModules.alpha",
                    "alpha",
                ),
                ("(import ../modules)", "alpha"),
            ] {
                let module = match module {
                    // The flake's own module, which gets the tailnet by specialArgs.
                    "(import ../modules)" => {
                        "(arguments: (import \"${tailwright}/modules/nixos\") (arguments // { inherit tailnet; }))"
                    }
                    module => module,
                };
                let arguments = format!("system = \"{system}\"; committed = ./generated;");
                let scratch = with_host(&arguments, module, host_name);
                scratch.generate("tailnet.nix");
                let host = nix
                    .eval(scratch.path(), "host", &[&HOST[..], &NO_BUILDER].concat())
                    .unwrap_or_else(|said| panic!("{module} on {system}\n{said}"));
                assert_eq!(host, json!({ "failed": [], "forwards": true }), "{module}");
            }
        }
    }
}

/// What the library sets of `tailwright` a host may set otherwise, without force.
#[test]
fn a_host_may_say_which_node_it_is_and_where_its_files_are() {
    let own = "tailwright = { node = \"alpha\"; root = ./elsewhere; };";
    for nix in Nix::all() {
        for (module, own, expected) in [
            ("alpha", "", ["alpha", ""]),
            ("beta", "", ["beta", ""]),
            ("default", "", ["a-name", ""]),
            ("beta", own, ["alpha", "elsewhere"]),
            ("default", own, ["alpha", "elsewhere"]),
        ] {
            let scratch = Scratch::new("");
            scratch.generate("tailnet.nix");
            scratch.outputs(&format!(
                "let tailnet = tailwright.lib.tailnet {{ system = \"{}\"; root = ./.; declaration = ./tailnet.nix; \
                 committed = ./generated; }}; host = nixpkgs.lib.nixosSystem {{ modules = [ \
                 tailnet.nixosModules.{module} {{ networking.hostName = \"a-name\"; {own} }} ]; }}; in {{ own = [ \
                 host.config.tailwright.node (builtins.replaceStrings [ (toString ./.) \"/\" ] [ \"\" \"\" ] \
                 (toString host.config.tailwright.root)) ]; }}",
                system()
            ));
            let found = nix
                .eval(scratch.path(), "own", &[])
                .unwrap_or_else(|said| panic!("{module} {own}\n{said}"));
            assert_eq!(found, json!(expected), "{module} {own}");
        }
    }
}

#[test]
fn names_come_from_the_declaration() {
    for nix in Nix::all() {
        for arguments in ["", "committed = ./generated;"] {
            // There is no generated tree.
            let arguments = format!("system = \"riscv64-linux\"; {arguments}");
            let scratch = with_host(&arguments, "", "alpha");
            // What is no NixOS machine has no module; a mistake is for the check to find.
            let more = "gamma = { os = \"talos\"; }; delta = 1; epsilon.os = [ ]; alpha = {";
            scratch.replace("tailnet.nix", "alpha = {", more);
            let names = "tailnet: { modules = builtins.attrNames tailnet.nixosModules; clusters = \
                         builtins.attrNames tailnet.kubenixModules; }";
            let found = nix
                .eval(
                    scratch.path(),
                    "tailnet",
                    &[&["--apply", names], &NO_BUILDER[..]].concat(),
                )
                .unwrap();
            assert_eq!(
                found,
                json!({ "modules": ["alpha", "beta", "default"], "clusters": ["home"] })
            );
        }
    }
}

#[test]
fn without_a_committed_tree_modules_come_out_of_a_derivation() {
    for nix in Nix::all() {
        let arguments = format!("system = \"{}\";", system());
        for module in ["default", "alpha"] {
            let scratch = with_host(
                &arguments,
                &format!("tailnet.nixosModules.{module}"),
                "alpha",
            );
            let host = nix.eval(scratch.path(), "host", &HOST).unwrap();
            assert_eq!(host, json!({ "failed": [], "forwards": true }), "{module}");
        }
        let scratch = with_host(&arguments, "tailnet.nixosModules.default", "beta");
        // Built already: still an import from a derivation.
        let no_import = ["--option", "allow-import-from-derivation", "false"];
        let refused = nix.eval(scratch.path(), "host", &[&HOST[..], &no_import].concat());
        let said = refused.unwrap_err();
        assert!(said.contains("allow-import-from-derivation"), "{said}");
    }
}

#[test]
fn a_committed_tree_that_git_does_not_know_is_named() {
    for nix in Nix::all() {
        let arguments =
            "system = \"riscv64-linux\"; committed = ./generated; updateCommand = \"make tree\";";
        let scratch = with_host(arguments, "tailnet.nixosModules.default", "alpha");
        let said = nix.eval(scratch.path(), "host", &HOST).unwrap_err();
        for part in ["there is no generated tree at", "make tree", "git add"] {
            assert!(said.contains(part), "{said}");
        }
    }
}
