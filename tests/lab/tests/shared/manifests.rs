//! What tailwright generates for the example's cluster.

use common::Generated;
use serde_json::Value;

/// What k3s ships, with a stand-in for the plugin that needs the API server, and with the public
/// servers in place of the node's resolv.conf.
pub(crate) const COREFILE: &str = r#".:53 {
    errors
    health
    ready
    prometheus :9153
    template IN A cluster.local {
        answer "{{ .Name }} 5 IN A 10.43.0.1"
    }
    cache 30
    loop
    reload
    loadbalance
    import custom/*.override
    forward . 1.1.1.1 8.8.8.8
}
import custom/*.server
"#;

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
    tree.text("kubenix/homelab/system/coredns-tail96fefe.ts.net.server")
}
