//! Paths in a declaration that is evaluated.

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
