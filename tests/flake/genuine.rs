//! The flake with genuine nixpkgs: what it asks for is there, and the overlay is the package.

use std::path::Path;

use common::program::said;
use serde_json::Value;

use crate::nix::Nix;
use crate::scratch::tailwright;

const TEST: &str = "genuine::nixpkgs_has_what_the_flake_asks_for";

#[test]
fn nixpkgs_has_what_the_flake_asks_for() {
    let Some(nixpkgs) = std::env::var_os("NIXPKGS") else {
        common::not_run(TEST, "NIXPKGS names no nixpkgs tree");
        return;
    };
    let nixpkgs = Path::new(&nixpkgs).display();
    // The tree is a folder and no flake input: a copy of it in the store would take minutes.
    let expression = format!(
        "let
          pkgsFor = system: import {nixpkgs} {{ inherit system; config = {{ }}; overlays = [ ]; }};
          systems = [ \"x86_64-linux\" \"aarch64-linux\" \"aarch64-darwin\" ];
          nixpkgs = rec {{
            lib = import ({nixpkgs} + \"/lib\");
            legacyPackages = lib.genAttrs systems pkgsFor;
          }};
          self = (import {flake}/flake.nix).outputs {{ inherit self nixpkgs; }};
          packages = builtins.mapAttrs (_: own: own.default.drvPath) self.packages;
          checks = builtins.mapAttrs (_: own: own.example-is-up-to-date.drvPath) self.checks;
          overlaid = system: (import {nixpkgs} {{ inherit system; config = {{ }}; overlays = [ \
         self.overlays.default ]; }}).tailwright.drvPath;
        in {{ inherit packages checks; overlaid = nixpkgs.lib.genAttrs systems overlaid; }}",
        flake = tailwright().display()
    );
    let mut outcomes = Vec::new();
    for nix in Nix::all() {
        let output = nix.run(
            tailwright(),
            &["eval", "--json", "--impure", "--expr", &expression],
        );
        if output.status.success() {
            let found: Value = serde_json::from_slice(&output.stdout).unwrap();
            assert_eq!(found["packages"], found["overlaid"]);
            assert_eq!(found["checks"].as_object().unwrap().len(), 3);
            outcomes.push(Ok(()));
        } else {
            outcomes.push(Err(said(&output)));
        }
    }
    // nixpkgs refuses a Nix that is too old for it; one at least has to be new enough.
    let is_too_old = |outcome: &Result<(), String>| {
        outcome
            .as_ref()
            .is_err_and(|said| said.contains("This version of Nixpkgs requires"))
    };
    if outcomes.iter().all(is_too_old) {
        common::not_run(
            TEST,
            "this nixpkgs wants a newer Nix than any that is at hand",
        );
    }
    for outcome in outcomes.iter().filter(|outcome| !is_too_old(outcome)) {
        assert!(outcome.is_ok(), "{outcome:?}");
    }
}
