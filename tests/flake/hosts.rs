//! A host of a user's flake, as `nixosConfigurations.alpha`.

use serde_json::json;

use crate::nix::Nix;
use crate::scratch::Scratch;

/// Writes what the user has written of the host himself, and a SOPS file.
pub(crate) fn write_alpha(scratch: &Scratch) {
    scratch.write("secrets/hosts.enc.yaml", "sops: {}\n");
    scratch.write(
        "hosts/alpha.nix",
        "{ networking.hostName = \"alpha\"; networking.nftables.enable = true; sops.age.sshKeyPaths = [ \
         \"/etc/ssh/ssh_host_ed25519_key\" ]; system.stateVersion = \"25.05\"; }\n",
    );
}

/// The host is what the starter says, and nothing was built for it.
pub(crate) fn assert_alpha_is_a_forwarder(nix: &Nix, scratch: &Scratch, inputs: &[&str]) {
    let host = "host: { failed = map (one: one.message) (builtins.filter (one: !one.assertion) \
                host.config.assertions); forwards = host.config.services.unbound.enable; secret = \
                builtins.baseNameOf (builtins.head (builtins.attrValues host.config.sops.secrets)).sopsFile; }";
    let no_import = [
        "--apply",
        host,
        "--option",
        "allow-import-from-derivation",
        "false",
    ];
    let found = nix
        .eval(
            scratch.path(),
            "nixosConfigurations.alpha",
            &[&no_import[..], inputs].concat(),
        )
        .unwrap_or_else(|said| panic!("{said}"));
    assert_eq!(
        found,
        json!({ "failed": [], "forwards": true, "secret": "hosts.enc.yaml" })
    );
}
