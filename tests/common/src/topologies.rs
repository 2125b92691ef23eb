//! Random declarations of sound topologies.
//!
//! Soundness is by construction: every range comes from a block of its own (LANs from
//! 172.20.0.0/16, pods from 10.64.0.0/12, Services from 10.80.0.0/12, container networks from
//! 10.97.0.0/16), every address from its LAN by the number of what has it,
//! references are only made to what exists, forwarders stand on members of their tailnet that
//! have an address, at most one on a node, nodes of a cluster have an address, and a forwarder's port is declared open where its
//! node's firewall is not managed. Routes, name servers and mappings are taken by chance: what that does
//! to queries is not sound, and accepted by `suppress`. Blocky in a cluster has an address of its Services, or of a LAN
//! where something gives that out, and only what its release can do.

mod blocky;

use serde_json::{Map, Value, json};

use crate::choices::Choices;

struct Site {
    has_v4: bool,
    has_v6: bool,
}

impl Site {
    fn address(&self, site: usize, host: usize) -> Vec<String> {
        let mut addresses = Vec::new();
        if self.has_v4 {
            addresses.push(format!("172.20.{site}.{host}"));
        }
        if self.has_v6 {
            addresses.push(format!("fd00:20:{site}::{host:x}"));
        }
        addresses
    }
}

/// The declaration that bytes choose.
#[must_use]
pub fn sound(bytes: &[u8]) -> Value {
    let mut choices = Choices::new(bytes);
    let c = &mut choices;
    let sites: Vec<Site> = (0..=c.below(3))
        .map(|_| match c.below(3) {
            0 => (true, false),
            1 => (true, true),
            _ => (false, true),
        })
        .map(|(has_v4, has_v6)| Site { has_v4, has_v6 })
        .collect();
    let clusters = c.below(4);
    let resolvers = c.below(5);
    let mut out = Map::new();
    out.insert("tailnet".into(), tailnet(c, "tail96fefe.ts.net", resolvers));
    let has_other = c.one_in(3);
    if has_other {
        let other = tailnet(c, "other.example.net", resolvers);
        out.insert("tailnets".into(), json!({ "other": other }));
    }
    out.insert(
        "sites".into(),
        named("site", sites.len(), |n| site(c, n, &sites[n], resolvers)),
    );
    let all: Vec<Value> = (0..clusters).map(|n| cluster(c, n, &sites)).collect();
    out.insert(
        "clusters".into(),
        named("cluster", clusters, |n| all[n].clone()),
    );
    let count = 1 + c.below(6);
    let mut nodes: Vec<Value> = (0..count)
        .map(|n| node(c, n, &sites, clusters, resolvers, has_other))
        .collect();
    let forwarders = forwarders(c, &mut nodes, has_other);
    out.insert("nodes".into(), named("node", count, |n| nodes[n].clone()));
    out.insert("forwarders".into(), forwarders);
    out.insert(
        "resolvers".into(),
        named("resolver", resolvers, |n| {
            resolver(c, n, &sites, &all, count)
        }),
    );
    out.insert(
        "devices".into(),
        named("device", c.below(3), |n| device(c, n, &sites)),
    );
    out.insert("secrets".into(), named("secret", 3, |n| secret(c, n)));
    let accepted = BY_CHANCE.map(|code| json!({ "code": code, "reason": "taken by chance" }));
    out.insert("suppress".into(), json!(accepted));
    Value::Object(out)
}

/// The rules at error level about what is taken by chance.
const BY_CHANCE: [&str; 26] = [
    "TW201", "TW202", "TW203", "TW204", "TW206", "TW207", "TW208", "TW209", "TW301", "TW302",
    "TW303", "TW305", "TW401", "TW403", "TW404", "TW406", "TW408", "TW409", "TW410", "TW412",
    "TW507", "TW510", "TW511", "TW512", "TW601", "TW602",
];

fn named(kind: &str, count: usize, mut make: impl FnMut(usize) -> Value) -> Value {
    let all = (0..count).map(|n| (format!("{kind}-{n}"), make(n)));
    Value::Object(all.collect())
}

fn tailnet(c: &mut Choices<'_>, suffix: &str, resolvers: usize) -> Value {
    let mut tailnet = json!({
        "suffix": suffix,
        "tags": { "tag:router": ["autogroup:admin"], "tag:server": ["group:ops"] },
    });
    if c.one_in(4) {
        tailnet["control"] = json!({ "kind": "headscale", "url": "https://hs.example.org:8443" });
    }
    if c.one_in(4) {
        // Members' addresses are in the first of them.
        let ranges: &[&str] = c.of(&[
            &["100.64.0.0/10"][..],
            &["100.64.0.0/10", "fd7a:115c:a1e0::/48"][..],
        ]);
        tailnet["ranges"] = json!(ranges);
    }
    if resolvers > 0 && c.one_in(2) {
        tailnet["nameservers"] = json!(["resolver-0", "192.0.2.53"]);
        tailnet["overrideLocalDns"] = true.into();
    }
    tailnet
}

fn site(c: &mut Choices<'_>, n: usize, site: &Site, resolvers: usize) -> Value {
    let mut lans = Vec::new();
    if site.has_v4 {
        lans.push(format!("172.20.{n}.0/24"));
    }
    if site.has_v6 {
        lans.push(format!("fd00:20:{n}::/64"));
    }
    let mut out = json!({ "lans": lans });
    if resolvers > 0 && c.one_in(2) {
        out["nameservers"] = json!(["resolver-0"]);
    }
    if c.one_in(3) {
        let addresses = site.address(n, 250);
        out["virtualAddresses"] = json!([{ "address": addresses[0], "nodes": ["node-0"] }]);
    }
    if c.one_in(3) {
        out["routes"] = json!([{ "to": "198.51.100.0/24", "via": site.address(n, 1)[0] }]);
    }
    out
}

fn cluster(c: &mut Choices<'_>, n: usize, sites: &[Site]) -> Value {
    let at = c.below(sites.len());
    let is_dual = sites[at].has_v6;
    let ranges = |v4: String, v6: String| if is_dual { vec![v4, v6] } else { vec![v4] };
    let all = ["k3s", "rke2", "kubeadm", "talos", "k0s", "microk8s", "kind"];
    let mut cni = json!({
        "kind": c.of(&["flannel", "cilium", "calico", "canal", "kube-router"]),
        "podCidrs": ranges(format!("10.{}.0.0/16", 64 + n), format!("fd00:64:{n}::/56")),
    });
    if cni["kind"] == "cilium" && c.one_in(2) {
        cni["ipam"] = "kubernetes".into();
    }
    let mut out = json!({
        "distribution": c.of(&all),
        "cni": cni,
        "serviceCidrs": ranges(format!("10.{}.0.0/16", 80 + n), format!("fd00:80:{n}::/112")),
        "dnsService": format!("10.{}.0.10", 80 + n),
    });
    if c.one_in(2) {
        out["site"] = format!("site-{at}").into();
    }
    if c.one_in(4) {
        out["masquerade"] = false.into();
    }
    if c.one_in(4) {
        out["nonMasqueradeCidrs"] = json!([format!("172.20.{at}.0/24")]);
    }
    if c.one_in(4) {
        out["nodeCidrs"] = json!([format!("172.20.{at}.128/27")]);
    }
    if c.one_in(2) {
        out["manifests"] = c.of(&["kubenix", "kubenix-release", "yaml"]).into();
    }
    if c.one_in(2) {
        let kinds = ["cilium-l2", "metallb", "kube-vip", "servicelb"];
        out["loadBalancer"] = json!({ "kind": c.of(&kinds) });
    }
    if c.one_in(2) {
        out["dnsVersion"] = c.of(&["1.11.3", "1.12", "v1.13.0", "1.15.0"]).into();
    }
    if c.one_in(4) {
        out["manage"] = c.some(&["dns"]).into();
    }
    out
}

fn node(
    c: &mut Choices<'_>,
    n: usize,
    sites: &[Site],
    clusters: usize,
    resolvers: usize,
    has_other: bool,
) -> Value {
    let mut out = json!({ "os": c.of(&["nixos", "nixos", "nixos", "nixos", "talos", "other"]) });
    if c.one_in(5) {
        // Outside any LAN.
        if c.one_in(2) {
            out["address"] = format!("203.0.113.{}", 10 + n).into();
        }
    } else {
        let at = c.below(sites.len());
        out["site"] = format!("site-{at}").into();
        out["address"] = sites[at].address(at, 10 + n).into();
    }
    // Behind the address of a cluster's node pods may hide.
    if clusters > 0 && !out["address"].is_null() && !c.one_in(3) {
        out["cluster"] = format!("cluster-{}", c.below(clusters)).into();
    }
    if !c.one_in(4) {
        out["interface"] = c.of(&["enp1s0", "end0", "eth0.100"]).into();
    }
    out["roles"] = c
        .some(&["control-plane", "subnet-router", "exit-node"])
        .into();
    out["firewall"] = c.of(&["nftables", "iptables", "firewalld", "off"]).into();
    if c.one_in(5) {
        out["trustedInterfaces"] = json!(["cni0", "lxc+"]);
    }
    if c.one_in(3) {
        let all = ["forwarder", "firewall", "tailscale", "resolver", "secrets"];
        out["manage"] = c.some(&all).into();
    }
    out["resolver"] = c.of(&["none", "resolved"]).into();
    match c.below(3) {
        0 => {}
        1 => out["nameservers"] = json!(["1.1.1.1", "2606:4700:4700::1111"]),
        _ if resolvers > 0 => out["nameservers"] = json!(["resolver-0"]),
        _ => {}
    }
    if c.one_in(4) {
        out["containerNetworks"] = json!([{ "cidr": "10.97.0.0/16", "interface": "docker0" }]);
    }
    if !c.one_in(5) {
        out["tailscale"] = membership(c, n, has_other);
    }
    if c.one_in(3) {
        out["recipient"] = "age1qyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqs3290gq".into();
    }
    out
}

fn membership(c: &mut Choices<'_>, n: usize, has_other: bool) -> Value {
    let mut out = json!({
        "tags": c.some(&["tag:router", "tag:server"]),
        "acceptDns": c.one_in(2),
        "acceptRoutes": c.one_in(2),
        "ssh": c.one_in(3),
    });
    if has_other && c.one_in(2) {
        out["tailnet"] = "other".into();
    }
    if c.one_in(3) {
        out["address"] = format!("100.64.0.{}", 10 + n).into();
    }
    if !c.one_in(3) {
        out["authKey"] = c.of(&["secret-0", "secret-1"]).into();
        // Whoever joins with an OAuth client's secret has a tag.
        if out["tags"].as_array().is_some_and(Vec::is_empty) {
            out["tags"] = json!(["tag:server"]);
        }
    }
    if c.one_in(4) {
        out["snatSubnetRoutes"] = false.into();
    }
    if c.one_in(5) {
        out["exitNode"] = "node-0".into();
        out["exitNodeAllowLanAccess"] = c.one_in(2).into();
    }
    out
}

fn forwarders(c: &mut Choices<'_>, nodes: &mut [Value], has_other: bool) -> Value {
    let mut out = Map::new();
    for tailnet in ["", "other"].iter().take(1 + usize::from(has_other)) {
        let port = c.of(&[1053, 5353, 53]);
        let mut on = Vec::new();
        for (n, node) in nodes.iter_mut().enumerate() {
            let membership = &node["tailscale"];
            let belongs =
                membership.is_object() && membership["tailnet"].as_str().unwrap_or("") == *tailnet;
            let has_address = node["address"]
                .as_array()
                .is_some_and(|all| !all.is_empty())
                || node["address"].is_string();
            if !belongs || !has_address || c.one_in(4) {
                continue;
            }
            let manages = |part: &str| {
                let parts = node["manage"].as_array();
                node["os"] == "nixos"
                    && parts.is_none_or(|parts| parts.iter().any(|one| one == part))
            };
            if !manages("firewall") {
                node["openPorts"] = json!([{ "port": port }]);
            }
            on.push(format!("node-{n}"));
        }
        if on.is_empty() {
            continue;
        }
        let mut forwarder = json!({ "engine": "unbound", "nodes": on, "port": port });
        if !tailnet.is_empty() {
            forwarder["tailnet"] = (*tailnet).into();
        }
        if c.one_in(2) {
            forwarder["clients"] = c.some(&["lan:site-0", "tailnet", "tailnet:routes"]).into();
        }
        out.insert(format!("forwarder{tailnet}"), forwarder);
    }
    Value::Object(out)
}

fn resolver(
    c: &mut Choices<'_>,
    n: usize,
    sites: &[Site],
    clusters: &[Value],
    nodes: usize,
) -> Value {
    // The first one is a name server of others, which need an address of it.
    if !clusters.is_empty() && n > 0 && !c.one_in(4) {
        return blocky::app(c, n, sites, clusters);
    }
    let mut out = json!({
        "kind": c.of(&["blocky", "adguard-home", "coredns", "unbound", "dnsmasq", "pi-hole"]),
        "upstreams": c.some(&["1.1.1.1", "tcp-tls:dns.example:853", "https://dns.example/dns-query"]),
    });
    if c.one_in(2) {
        out["nodes"] = json!([format!("node-{}", c.below(nodes))]);
        // A node may have no address, and then there is none to ask the resolver at.
        out["address"] = sites[0].address(0, 60 + n).into();
    } else {
        out["address"] = sites[0].address(0, 60 + n).into();
    }
    if c.one_in(3) {
        out["manage"] = c.of(&["none", "conditional"]).into();
    }
    out
}

fn device(c: &mut Choices<'_>, n: usize, sites: &[Site]) -> Value {
    if c.one_in(2) {
        return json!({ "tailscale": { "acceptRoutes": c.one_in(2) } });
    }
    let at = c.below(sites.len());
    json!({ "site": format!("site-{at}"), "address": sites[at].address(at, 100 + n) })
}

fn secret(c: &mut Choices<'_>, n: usize) -> Value {
    // Nodes join with the first two.
    let kind = c.of(&["auth-key", "oauth-client"]);
    let mut out = json!({
        "kind": if n < 2 { kind } else { "opaque" },
        "reusable": c.one_in(2),
        "sops": { "file": "secrets/hosts.enc.yaml", "key": format!("key_{n}") },
    });
    if c.one_in(3) {
        out["sops"] = json!({ "file": format!("secrets/{n}.bin") });
    }
    if c.one_in(2) {
        out["tags"] = json!(["tag:router"]);
    }
    out
}
