//! Random declarations, sound ones and broken ones, of what a network can be built for.
//!
//! Site `n` has 10.10.n.0/24: nodes from .10 on, devices from .100, machines of resolvers from .60,
//! Services from .200. Cluster `n` has pods in 10.(64 + n).0.0/16 and Services in 10.(80 + n).0.0/16.

use serde_json::{Map, Value, json};

use crate::choices::{Bytes, Choices};
use crate::names::SUFFIX;
use crate::policy;

const PUBLIC: [&str; 3] = ["1.1.1.1", "8.8.8.8", "9.9.9.9"];

/// In place of the address of the other resolver.
const OTHER: &str = "other";

/// How many there are of each kind.
struct Counts {
    sites: usize,
    clusters: usize,
    nodes: usize,
    resolvers: usize,
}

/// The declaration that bytes choose.
pub(crate) fn declaration(bytes: &Bytes) -> Value {
    let mut c = Choices::block(bytes, 0, 16, 0);
    let counts = Counts {
        sites: 1 + usize::from(c.one_in(4)),
        clusters: [0, 1, 1, 2][c.below(4)],
        nodes: 1 + c.below(3),
        resolvers: c.below(3),
    };
    let nodes: Vec<Value> = (0..counts.nodes)
        .map(|n| node(&mut Choices::block(bytes, 96, 24, n), n, &counts))
        .collect();
    let mut resolvers: Vec<Value> = (0..counts.resolvers)
        .map(|n| resolver(&mut Choices::block(bytes, 176, 20, n), n, &counts, &nodes))
        .collect();
    // Two on one node would have one port: the second is somewhere else.
    for n in 1..counts.resolvers {
        if resolvers[..n]
            .iter()
            .any(|one| one["address"] == resolvers[n]["address"])
        {
            resolvers[n]["address"] = format!("10.10.{}.{}", n % counts.sites, 60 + n).into();
            resolvers[n]["nodes"] = json!([]);
        }
    }
    for n in 0..counts.resolvers {
        let other = resolvers[(n + 1) % counts.resolvers]["address"].clone();
        if resolvers[n]["conditional"][SUFFIX][0] == OTHER {
            resolvers[n]["conditional"][SUFFIX][0] = other;
        }
    }
    let mut all = json!({
        "tailnet": tailnet(&mut c, &counts),
        "sites": named("site", counts.sites, |n| {
            site(&mut Choices::block(bytes, 16, 16, n), n, &counts)
        }),
        "clusters": named("cluster", counts.clusters, |n| {
            cluster(&mut Choices::block(bytes, 48, 16, n), n, &counts)
        }),
        "nodes": named("node", counts.nodes, |n| nodes[n].clone()),
        "resolvers": named("resolver", counts.resolvers, |n| resolvers[n].clone()),
        "forwarders": forwarders(&mut Choices::block(bytes, 240, 16, 0), &nodes, &resolvers),
        "devices": devices(&mut Choices::block(bytes, 256, 16, 0), &counts),
    });
    if counts.clusters == 0 {
        all["clusters"] = json!({});
    }
    close_circle(&mut all, &mut c);
    if let Some(policy) = policy::random(&mut Choices::block(bytes, 272, 16, 0)) {
        all["tailnet"]["policy"] = policy::KEY.into();
        all[policy::KEY] = policy;
    }
    all
}

/// Now and then a circle: two resolvers that ask each other for the suffix, or a forwarder whose host asks
/// the tailnet's name server, which asks the forwarder.
fn close_circle(all: &mut Value, c: &mut Choices<'_>) {
    let address = |name: &str| {
        all["resolvers"][name]["address"]
            .as_str()
            .map(str::to_owned)
    };
    let addresses = [address("resolver-0"), address("resolver-1")];
    let forwarder = all["forwarders"]["first"].clone();
    match (c.below(8), addresses) {
        (6, [Some(zero), Some(one)]) => {
            for (name, other) in [("resolver-0", one), ("resolver-1", zero)] {
                all["resolvers"][name]["conditional"] = json!({ SUFFIX: [other] });
            }
        }
        (7, [Some(_), _]) if forwarder.is_object() => {
            all["tailnet"]["magicDns"] = false.into();
            all["tailnet"]["nameservers"] = json!(["resolver-0"]);
            for node in all["nodes"]
                .as_object_mut()
                .into_iter()
                .flat_map(|all| all.values_mut())
            {
                node["firewall"] = "off".into();
                if node["tailscale"].is_object() {
                    node["tailscale"]["acceptDns"] = true.into();
                }
            }
            let node = forwarder["nodes"][0].as_str().unwrap_or_default();
            let at = all["nodes"][node]["address"].as_str().unwrap_or_default();
            let at = format!("{at}:{}", forwarder["port"]);
            all["forwarders"]["first"]["allow"] = json!(["0.0.0.0/0"]);
            all["resolvers"]["resolver-0"]["conditional"] = json!({ SUFFIX: [at] });
        }
        _ => {}
    }
}

fn named(kind: &str, count: usize, mut make: impl FnMut(usize) -> Value) -> Value {
    let all = (0..count).map(|n| (format!("{kind}-{n}"), make(n)));
    Value::Object(all.collect())
}

/// A list of name servers: public ones, a resolver, or both.
fn name_servers(c: &mut Choices<'_>, counts: &Counts) -> Vec<String> {
    let public = c.of(&PUBLIC).to_owned();
    let resolver = format!("resolver-{}", c.below(counts.resolvers));
    match c.below(4) {
        _ if counts.resolvers == 0 => vec![public],
        0 => vec![resolver],
        1 => vec![public],
        2 => vec![resolver, public],
        _ => vec![public, resolver],
    }
}

fn tailnet(c: &mut Choices<'_>, counts: &Counts) -> Value {
    let mut out = json!({ "suffix": SUFFIX, "tags": { "tag:router": ["autogroup:admin"] } });
    if !c.one_in(3) {
        out["nameservers"] = json!(name_servers(c, counts));
        out["overrideLocalDns"] = (!c.one_in(3)).into();
    }
    if c.one_in(4) {
        out["magicDns"] = false.into();
    }
    out
}

fn site(c: &mut Choices<'_>, n: usize, counts: &Counts) -> Value {
    let mut out = json!({ "lans": [format!("10.10.{n}.0/24")] });
    out["nameservers"] = match c.below(5) {
        // A forwarder that may listen on port 53, or nobody at all.
        4 => json!([address(c.below(counts.nodes), counts)]),
        _ => json!(name_servers(c, counts)),
    };
    let mut routes = Vec::new();
    let via = address(0, counts);
    let is_here = via.starts_with(&format!("10.10.{n}."));
    if counts.sites > 1 && is_here && c.one_in(2) {
        routes.push(json!({ "to": format!("10.10.{}.0/24", 1 - n), "via": via }));
    }
    if is_here && c.one_in(4) {
        routes.push(json!({ "to": "100.64.0.0/10", "via": via }));
    }
    if !routes.is_empty() {
        out["routes"] = json!(routes);
    }
    out
}

fn cluster(c: &mut Choices<'_>, n: usize, counts: &Counts) -> Value {
    let at = n % counts.sites;
    let kinds = ["cilium", "flannel", "calico", "kube-router", "canal"];
    let mut out = json!({
        "site": format!("site-{at}"),
        "distribution": "k3s",
        "cni": { "kind": c.of(&kinds), "podCidrs": [format!("10.{}.0.0/16", 64 + n)] },
        "serviceCidrs": [format!("10.{}.0.0/16", 80 + n)],
        "dnsService": format!("10.{}.0.10", 80 + n),
        "dnsVersion": c.of(&["1.13.1", "1.11.3"]),
        "loadBalancer": { "kind": c.of(&["cilium-l2", "metallb"]) },
    });
    if c.one_in(5) {
        out["masquerade"] = false.into();
    }
    if c.one_in(5) {
        out["nonMasqueradeCidrs"] = json!([format!("10.10.{at}.0/24")]);
    }
    out
}

/// The site of a node.
fn site_of(node: usize, counts: &Counts) -> usize {
    node % counts.sites
}

/// The address of a node.
fn address(node: usize, counts: &Counts) -> String {
    format!("10.10.{}.{}", site_of(node, counts), 10 + node)
}

fn node(c: &mut Choices<'_>, n: usize, counts: &Counts) -> Value {
    let at = site_of(n, counts);
    let mut out = json!({
        "os": "nixos",
        "site": format!("site-{at}"),
        "address": address(n, counts),
        "interface": "enp1s0",
        "firewall": c.of(&["nftables", "iptables", "off"]),
        "nameservers": name_servers(c, counts),
        "resolver": c.of(&["none", "resolved"]),
        "roles": [],
    });
    // A cluster's nodes are in its site.
    let clusters = (0..counts.clusters).filter(|cluster| cluster % counts.sites == at);
    let clusters: Vec<usize> = clusters.collect();
    if !clusters.is_empty() && !c.one_in(4) {
        out["cluster"] = format!("cluster-{}", c.of(&clusters)).into();
    }
    if !c.one_in(5) {
        let mut membership = json!({
            "acceptDns": c.one_in(3),
            "acceptRoutes": c.one_in(3),
            "tags": ["tag:router"],
            "address": format!("100.64.0.{}", 10 + n),
        });
        if c.one_in(2) {
            out["roles"] = json!(["subnet-router"]);
            if c.one_in(3) {
                membership["snatSubnetRoutes"] = false.into();
            }
        }
        out["tailscale"] = membership;
    }
    let mut open = Vec::new();
    for (port, often) in [(53, 3), (1053, 3)] {
        if c.one_in(often) {
            let mut entry = json!({ "port": port });
            match c.below(4) {
                0 | 1 => {}
                2 => entry["protocols"] = json!(["udp"]),
                _ => entry["protocols"] = json!(["tcp"]),
            }
            if c.one_in(4) {
                entry["from"] = json!([format!("10.10.{at}.0/24")]);
            }
            open.push(entry);
        }
    }
    out["openPorts"] = json!(open);
    if c.one_in(4) {
        out["manage"] = json!(["forwarder", "tailscale", "resolver", "secrets"]);
    }
    out
}

fn forwarders(c: &mut Choices<'_>, nodes: &[Value], resolvers: &[Value]) -> Value {
    let members = nodes.iter().enumerate();
    let members = members.filter(|(_, node)| node["tailscale"].is_object());
    let mut all = Map::new();
    let mut first = Vec::new();
    let mut second = Vec::new();
    for (n, _) in members {
        match c.below(5) {
            0..=2 => first.push(format!("node-{n}")),
            3 => second.push(format!("node-{n}")),
            _ => {}
        }
    }
    for (name, on) in [("first", first), ("second", second)] {
        let port = c.of(&[1053, 1053, 53]);
        // Nobody else has its port.
        let has_resolver = |node: &String| {
            resolvers.iter().any(|one| {
                one["nodes"]
                    .as_array()
                    .is_some_and(|all| all.contains(&json!(node)))
            })
        };
        let port = if on.iter().any(has_resolver) {
            1053
        } else {
            port
        };
        let clients = c.below(4);
        let allow = c.below(5);
        if on.is_empty() {
            continue;
        }
        let mut out = json!({ "engine": "unbound", "nodes": on, "port": port });
        match clients {
            1 => out["clients"] = json!(["lan:site-0"]),
            2 => out["clients"] = json!(["tailnet:routes"]),
            _ => {}
        }
        match allow {
            // k3s' default range of pods, which is not what the plug-in gives out.
            2 => out["allow"] = json!(["10.42.0.0/16", "10.10.0.0/24"]),
            3 => out["allow"] = json!(["10.10.0.0/24", "100.64.0.0/10"]),
            4 => out["allow"] = json!(["10.64.0.0/16"]),
            _ => {}
        }
        all.insert(name.to_owned(), out);
    }
    Value::Object(all)
}

fn resolver(c: &mut Choices<'_>, n: usize, counts: &Counts, nodes: &[Value]) -> Value {
    let with_nodes: Vec<usize> = (0..counts.clusters)
        .filter(|cluster| {
            let name = format!("cluster-{cluster}");
            nodes.iter().any(|node| node["cluster"] == name.as_str())
        })
        .collect();
    let mut out = json!({ "kind": "blocky", "version": "0.34.0" });
    match c.below(4) {
        0 | 1 if !with_nodes.is_empty() => {
            let cluster = c.of(&with_nodes);
            out["cluster"] = format!("cluster-{cluster}").into();
            out["address"] = format!("10.10.{}.{}", cluster % counts.sites, 200 + n).into();
            match c.below(4) {
                2 => out["admits"] = json!(["pods"]),
                3 => out["admits"] = json!(["nodes", "world"]),
                _ => {}
            }
        }
        2 => {
            let node = c.below(counts.nodes);
            out["nodes"] = json!([format!("node-{node}")]);
            out["address"] = address(node, counts).into();
        }
        _ => out["address"] = format!("10.10.{}.{}", n % counts.sites, 60 + n).into(),
    }
    let mut upstreams = vec![c.of(&PUBLIC).to_owned()];
    match c.below(5) {
        2 => upstreams.push(PUBLIC[c.below(2)].to_owned()),
        3 => upstreams.extend(PUBLIC.map(str::to_owned)),
        _ => {}
    }
    upstreams.sort();
    upstreams.dedup();
    out["upstreams"] = json!(upstreams);
    out["bootstrap"] = json!(["9.9.9.9"]);
    match c.below(4) {
        2 => out["strategy"] = "failover".into(),
        3 => out["strategy"] = "random".into(),
        _ => {}
    }
    match c.below(8) {
        3 => out["manage"] = "none".into(),
        4 => {
            out["conditional"] =
                json!({ SUFFIX: [format!("{}:1053", address(c.below(counts.nodes), counts))] })
        }
        5 => out["conditional"] = json!({ SUFFIX: ["8.8.8.8"] }),
        6 if counts.resolvers > 1 => {
            // The other one, and it may ask this one in turn.
            out["conditional"] = json!({ SUFFIX: [OTHER] });
        }
        _ => {}
    }
    if c.one_in(3) {
        out["customDns"] = json!({ "nas.home.arpa": "10.10.0.7" });
    }
    // A whole application can't be left alone where it is generated.
    if out["manage"] == "none" && !out["cluster"].is_null() {
        out["conditional"] = json!({ SUFFIX: ["1.1.1.1"] });
        out["manage"] = "app".into();
    }
    out
}

fn devices(c: &mut Choices<'_>, counts: &Counts) -> Value {
    let mut all = Map::new();
    for (n, name) in ["phone", "television"].into_iter().enumerate() {
        let mut out = match c.below(4) {
            0 | 1 => continue,
            2 => json!({ "site": "site-0", "address": format!("10.10.0.{}", 100 + n) }),
            _ => json!({ "site": "site-0", "tailscale": {
                "address": format!("100.64.0.{}", 100 + n),
                "acceptDns": !c.one_in(3),
            } }),
        };
        if c.one_in(3) {
            out["nameservers"] = json!(name_servers(c, counts));
        }
        all.insert(name.to_owned(), out);
    }
    Value::Object(all)
}
