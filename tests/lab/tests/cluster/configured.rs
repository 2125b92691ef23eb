//! What is generated for the example's cluster.

use std::sync::LazyLock;

use common::{Firewall, Generated};

use crate::manifests::{blocky_config, zone_block};
use crate::rendered::Rendered;

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
            alpha: Rendered::new(tree.host("lab-alpha-cp").firewall(Firewall::Nftables)),
            beta: Rendered::new(tree.host("lab-beta-cp").firewall(Firewall::Nftables)),
        }
    }
}
