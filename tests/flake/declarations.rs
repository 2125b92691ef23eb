//! Paths, in a declaration that is evaluated and in the library's arguments.

use crate::nix::Nix;
use crate::scratch::{Scratch, files};

#[test]
fn a_path_becomes_its_text_below_the_root() {
    for nix in Nix::all() {
        for file in [
            "./secrets/hosts.enc.yaml",
            "(./. + \"/secrets/hosts.enc.yaml\")",
            "\"secrets/hosts.enc.yaml\"",
            "\"${self}/secrets/hosts.enc.yaml\"",
            "(self + \"/secrets/hosts.enc.yaml\")",
            "(toString ./secrets/hosts.enc.yaml)",
        ] {
            for root in ["", "root = self;"] {
                let scratch = Scratch::new("");
                scratch.generate("tailnet.nix");
                let root = if root.is_empty() { "./." } else { "self" };
                scratch.outputs(&format!(
                    "{{ tailnet = tailwright.lib.tailnet {{ system = \"{}\"; root = {root}; declaration = let \
                     starter = import ./tailnet.nix; in starter // {{ secrets.nodes = starter.secrets.nodes // {{ \
                     sops = {{ file = {file}; key = \"tailscale_auth_key\"; }}; }}; }}; }}; }}",
                    crate::scratch::system()
                ));
                let tree = nix
                    .build(scratch.path(), "tailnet.tree", &[])
                    .unwrap_or_else(|said| panic!("{file} below {root}\n{said}"));
                assert_eq!(
                    files(&tree),
                    files(&scratch.path().join("generated")),
                    "{file}"
                );
            }
        }
    }
}

#[test]
fn the_arguments_may_be_the_flake_itself() {
    for nix in Nix::all() {
        let scratch = Scratch::new("");
        scratch.generate("tailnet.nix");
        scratch.outputs(&format!(
            "{{ tailnet = tailwright.lib.tailnet {{ system = \"{}\"; root = self; declaration = self + \
             \"/tailnet.nix\"; committed = self + \"/generated\"; }}; }}",
            crate::scratch::system()
        ));
        nix.build(scratch.path(), "tailnet.upToDate", &[])
            .unwrap_or_else(|said| panic!("{said}"));
        let file = "tailnet: builtins.pathExists (builtins.head \
                    tailnet.nixosModules.alpha.imports)";
        let found = nix.eval(scratch.path(), "tailnet", &["--apply", file]);
        assert_eq!(found.unwrap(), true);
    }
}

/// What `update` writes is what the check wants, whatever form the declaration has.
#[test]
fn update_writes_what_the_check_wants() {
    for nix in Nix::all() {
        for (form, committed) in [
            ("./tailnet.nix", "./generated"),
            (
                "import ./tailnet.nix // { devices.phone = { }; }",
                "./infra/out",
            ),
            (
                "builtins.fromJSON ''{ \"tailnet\": { \"suffix\": \"a.ts.net\" } }''",
                "./generated",
            ),
        ] {
            let scratch = Scratch::new(&format!("declaration = {form}; committed = {committed};"));
            let flake = format!("path:{}#tailnet.update", scratch.path().display());
            let output = nix.run(scratch.path(), &["run", "--no-write-lock-file", &flake]);
            assert!(
                output.status.success(),
                "{}",
                common::program::said(&output)
            );
            assert!(
                scratch
                    .path()
                    .join(committed)
                    .join("manifest.json")
                    .is_file()
            );
            nix.build(scratch.path(), "tailnet.upToDate", &[])
                .unwrap_or_else(|said| panic!("{form}\n{said}"));
        }
    }
}
