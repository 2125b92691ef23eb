//! What is generated for the example's cluster.

use std::sync::LazyLock;

use common::{Firewall, Generated};

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
            blocky: blocky_config(),
            zone_block: zone_block(),
            alpha: Rendered::new(&tree, "lab-alpha-cp", Firewall::Nftables),
            beta: Rendered::new(&tree, "lab-beta-cp", Firewall::Nftables),
        }
    }
}

const RESOLVERS: &str = "tcp+udp:10.10.10.200:1053,tcp+udp:10.10.10.201:1053";

fn zones() -> impl Iterator<Item = String> {
    std::iter::once(crate::SUFFIX.to_owned())
        .chain((64..128).map(|n| format!("{n}.100.in-addr.arpa")))
        .chain(std::iter::once(
            "0.e.1.a.c.5.1.1.a.7.d.f.ip6.arpa".to_owned(),
        ))
}

fn blocky_config() -> String {
    let mapping: String = zones()
        .map(|zone| format!("    \"{zone}\": \"{RESOLVERS}\"\n"))
        .collect();
    format!(
        "upstreams:
  init:
    strategy: fast
  groups:
    default: [1.1.1.1, 8.8.8.8]
conditional:
  mapping:
{mapping}ports:
  dns: 53
  http: 4000
"
    )
}

fn zone_block() -> String {
    let zones: Vec<_> = zones().map(|zone| zone + ":53").collect();
    format!(
        "{} {{
    errors
    forward . 10.10.10.200:1053 10.10.10.201:1053 {{
        policy sequential
        failover SERVFAIL
    }}
}}
",
        zones.join(" ")
    )
}
