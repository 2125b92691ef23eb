//! What is generated for the example's cluster.

use std::sync::LazyLock;

use common::{Firewall, Generated};
use serde_json::Value;

use crate::SUFFIX;
use crate::rendered::Rendered;

/// What k3s ships, without the plugin that needs the API server, and with a public server in
/// place of the node's resolv.conf.
pub(crate) const COREFILE: &str = ".:53 {
    errors
    health
    ready
    prometheus :9153
    cache 30
    loop
    reload
    loadbalance
    import custom/*.override
    forward . 1.1.1.1
}
import custom/*.server
";

/// The files of the cluster and of the two nodes that forward.
pub(crate) struct Configured {
    /// Blocky's `config.yml`.
    pub(crate) blocky: String,
    /// What is added to CoreDNS' configuration.
    pub(crate) zone_block: String,
    pub(crate) alpha: Rendered,
    pub(crate) beta: Rendered,
}

impl Configured {
    pub(crate) fn example() -> &'static Self {
        static EXAMPLE: LazyLock<Configured> = LazyLock::new(Configured::new);
        &EXAMPLE
    }

    fn new() -> Self {
        let tree = Generated::homelab();
        Self {
            blocky: blocky_config(&tree),
            zone_block: zone_block(&tree),
            alpha: Rendered::new(&tree, "lab-alpha-cp", Firewall::Nftables),
            beta: Rendered::new(&tree, "lab-beta-cp", Firewall::Nftables),
        }
    }
}

/// Blocky's `config.yml` of a tree made from the example or a variant of it.
pub(crate) fn blocky_config(tree: &Generated) -> String {
    let config = tree.value("kubenix/homelab/apps/blocky-config.nix");
    let pointer = "/kubernetes/resources/configMaps/blocky/data/config.yml";
    match config.pointer(pointer).and_then(Value::as_str) {
        Some(text) => text.to_owned(),
        None => panic!("no {pointer} in {config:#}"),
    }
}

/// What such a tree adds to CoreDNS' configuration.
pub(crate) fn zone_block(tree: &Generated) -> String {
    tree.text(&format!("kubenix/homelab/system/coredns-{SUFFIX}.server"))
}
