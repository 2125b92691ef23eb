//! `secrets.nix`: what sops-nix has to put on the node.

use super::{Definitions, assertion};
use crate::nix::{Expr, Op, call, set, str, var};
use crate::topology::{Node, Secret, Topology};

/// The name under which sops-nix knows a secret, apart from the user's own.
pub(super) fn sops_name(secret: &Secret) -> String {
    format!("tailwright-{}", secret.name)
}

/// The secret with which a node joins its tailnet.
pub(super) fn auth_key<'a>(topology: &'a Topology, node: &Node) -> Option<&'a Secret> {
    let membership = node.tailscale.as_ref()?;
    Some(topology.secrets.get(membership.auth_key?))
}

/// Whether sops-nix is imported.
pub(super) fn has_sops() -> Expr {
    var("options").has("sops")
}

pub(super) fn definitions(topology: &Topology, node: &Node) -> Option<Definitions> {
    let secret = auth_key(topology, node)?;
    let sops = &secret.declared.sops;
    let key = sops.key.as_ref().map_or("", |key| key.value.as_str());
    let entry = set()
        .bind(
            "sopsFile",
            var("config.tailwright.root").op(Op::Add, str(format!("/{}", sops.file.value))),
        )
        .bind("format", str(sops.format().as_str()))
        .bind("key", str(key))
        .bind(
            "restartUnits",
            super::strings(["tailscaled-autoconnect.service"]),
        );
    let declared = set().bind(["sops", "secrets", &sops_name(secret)], entry);
    let message = format!(
        "tailwright: the key with which {} joins its tailnet is in a SOPS file, but this host does \
         not import sops-nix. Add inputs.sops-nix.nixosModules.sops to its modules, or take \
         \"secrets\" out of the node's `manage`.",
        node.name
    );
    Some(Definitions {
        file: "secrets.nix",
        always: set().bind("assertions", vec![assertion(has_sops(), message)]),
        conditional: vec![call("lib.optionalAttrs", [has_sops(), declared.into()])],
    })
}
