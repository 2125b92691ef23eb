//! The stand-in for kubenix, and whether it and genuine kubenix agree.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod genuine;
mod stand_in;

use common::kubenix::{Manifests, Objects, evaluate};

const SAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/manifests");
const MAPPING: &str = "kubenix/apps/blocky-conditional.nix";

fn app() -> Manifests {
    Manifests::new().module(format!("{SAMPLES}/kubenix"))
}

fn release() -> Manifests {
    Manifests::new()
        .with_release()
        .module(format!("{SAMPLES}/release/apps/blocky.nix"))
}

fn objects(manifests: &Manifests) -> Objects {
    evaluate(manifests).unwrap_or_else(|refusal| panic!("{}", refusal.reason()))
}

const OWN: &str = "{
  upstreams.groups.default = [ \"1.1.1.1\" ];
  conditional = { fallbackUpstream = false; mapping.\"fritz.box\" = \"192.0.2.1\"; };
}";
