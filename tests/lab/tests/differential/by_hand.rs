//! Blocky as its owner sets it up, where it is not generated.

use serde_json::{Value, json};
use tailwright::scalar::{Port, Strategy};
use tailwright::topology::{Resolver, Topology};

use crate::network::Who;

/// Its configuration on a machine, as JSON, which is YAML, too.
pub(crate) fn blocky(topology: &Topology, resolver: &Resolver, who: Who) -> Value {
    let declared = &resolver.declared;
    let port = declared.port.map_or(53, Port::number);
    let mut listen: Vec<String> = match &declared.listen {
        Some(listen) => listen
            .iter()
            .map(|one| format!("{}:{port}", one.value))
            .collect(),
        None => topology
            .resolver_addresses(resolver)
            .iter()
            .map(|one| format!("{one}:{port}"))
            .collect(),
    };
    let own = match who {
        Who::Node(id) => topology.held_addresses(id),
        _ => topology.resolver_addresses(resolver),
    };
    listen.retain(|at| {
        own.iter().any(|own| *at == format!("{own}:{port}")) || at.starts_with("127.")
    });
    let loopback = format!("127.0.0.1:{port}");
    if !listen.contains(&loopback) {
        listen.push(loopback);
    }
    let mapping = topology
        .conditional_mapping(resolver)
        .into_iter()
        .map(|(zone, servers)| {
            let servers: Vec<String> = servers.iter().map(ToString::to_string).collect();
            (zone.to_string(), Value::from(servers.join(",")))
        });
    let upstreams = declared.upstreams.iter().map(|one| one.value.to_string());
    let mut config = json!({
        "upstreams": {
            "groups": { "default": upstreams.collect::<Vec<_>>() },
            "strategy": match declared.strategy.unwrap_or(Strategy::Race) {
                Strategy::Race => "parallel_best",
                Strategy::Failover => "strict",
                Strategy::Random => "random",
            },
            "init": { "strategy": "fast" },
            "timeout": "1s",
        },
        "bootstrapDns": "tcp+udp:9.9.9.9",
        "ports": { "dns": listen },
        "conditional": { "mapping": mapping.collect::<serde_json::Map<_, _>>() },
    });
    if !declared.custom_dns.0.is_empty() {
        let own = declared.custom_dns.0.iter().map(|(name, (_, addresses))| {
            let addresses: Vec<String> = addresses.0.iter().map(ToString::to_string).collect();
            (name.to_string(), Value::from(addresses.join(",")))
        });
        config["customDNS"] = json!({
            "mapping": own.collect::<serde_json::Map<_, _>>(),
            "filterUnmappedTypes": declared.filter_unmapped_types.unwrap_or(true),
        });
    }
    config
}
