//! Random declarations of networks in which everything works: nothing at all may be found in them.
//!
//! As in `examples/`: each site has two routers, which forward the suffix, ask public servers for
//! everything else, and accept no routes; a resolver on the routers or in a cluster answers the site's
//! devices and, at the first site, the tailnet's members; sites know the way to each other. By chance are the
//! programs, firewalls, network plug-ins, numbers, families of addresses, ports, who accepts what, and what
//! there is beside that.

use serde_json::{Map, Value, json};

use crate::choices::Choices;

const SUFFIX: &str = "tail96fefe.ts.net";
const PUBLIC: [&str; 2] = ["9.9.9.9", "149.112.112.112"];

/// The declaration that bytes choose.
#[must_use]
pub fn working(bytes: &[u8]) -> Value {
    let mut choices = Choices::new(bytes);
    let c = &mut choices;
    let count = 1 + c.below(2);
    let port = c.of(&[1053, 5353]);
    let mut parts = Parts::default();
    let sites: Vec<Site> = (0..count).map(|n| Site::new(c, n)).collect();
    for site in &sites {
        site.declare(c, port, count, &mut parts);
    }
    let by_address = c.one_in(2);
    let first = match (by_address, &sites[0].cluster) {
        (true, None) => json!(sites[0].routers()),
        _ => json!([sites[0].resolver()]),
    };
    let mut tailnet = json!({
        "suffix": SUFFIX,
        "nameservers": first,
        "overrideLocalDns": true,
        "tags": { "tag:router": ["autogroup:admin"], "tag:server": ["autogroup:admin"] },
    });
    if c.one_in(3) {
        tailnet["splitDns"] = json!({ "lab.internal": [sites[0].resolver()] });
        parts.resolvers[&sites[0].resolver()]["zones"] = json!(["lab.internal"]);
    }
    for n in 0..c.below(4) {
        let device = match c.below(3) {
            0 => json!({ "tailscale": { "acceptDns": true, "acceptRoutes": true } }),
            1 => json!({ "site": "site-0", "address": sites[0].v4(150 + n) }),
            _ => json!({ "tailscale": {} }),
        };
        parts.devices.insert(format!("device-{n}"), device);
    }
    if c.one_in(3) {
        parts.nodes.insert("rented".into(), rented());
    }
    json!({
        "tailnet": tailnet,
        "sites": parts.sites,
        "clusters": parts.clusters,
        "nodes": parts.nodes,
        "devices": parts.devices,
        "forwarders": parts.forwarders,
        "resolvers": parts.resolvers,
        "secrets": { "routers": key("tag:router"), "servers": key("tag:server") },
    })
}

/// The tables of the declaration, as far as they have been made.
#[derive(Default)]
struct Parts {
    sites: Map<String, Value>,
    clusters: Map<String, Value>,
    nodes: Map<String, Value>,
    devices: Map<String, Value>,
    forwarders: Map<String, Value>,
    resolvers: Map<String, Value>,
}

struct Site {
    n: usize,
    has_v6: bool,
    cluster: Option<String>,
}

impl Site {
    fn new(c: &mut Choices<'_>, n: usize) -> Self {
        let has_v6 = c.one_in(3);
        let has_cluster = c.one_in(2);
        Self {
            n,
            has_v6,
            cluster: has_cluster.then(|| format!("cluster-{n}")),
        }
    }

    fn resolver(&self) -> String {
        format!("dns-{}", self.n)
    }

    fn lans(&self) -> Vec<String> {
        let mut lans = vec![format!("10.10.{}.0/24", self.n)];
        lans.extend(self.has_v6.then(|| format!("fd00:10:{}::/64", self.n)));
        lans
    }

    fn v4(&self, host: usize) -> String {
        format!("10.10.{}.{host}", self.n)
    }

    fn addresses(&self, host: usize) -> Vec<String> {
        let mut all = vec![self.v4(host)];
        all.extend(self.has_v6.then(|| format!("fd00:10:{}::{host:x}", self.n)));
        all
    }

    /// The addresses under which the routers are asked.
    fn routers(&self) -> Vec<String> {
        vec![self.v4(2), self.v4(3)]
    }

    fn declare(&self, c: &mut Choices<'_>, port: u16, sites: usize, parts: &mut Parts) {
        let name = format!("site-{}", self.n);
        let others = (0..sites).filter(|other| *other != self.n);
        let routes: Vec<Value> = others
            .map(|other| json!({ "to": format!("10.10.{other}.0/24"), "via": self.v4(1) }))
            .collect();
        let site = json!({
            "lans": self.lans(),
            "nameservers": [self.resolver()],
            "routes": routes,
        });
        parts.sites.insert(name.clone(), site);
        let names: Vec<String> = ["a", "b"].map(|which| format!("{name}-{which}")).into();
        let firewall = c.of(&["nftables", "iptables"]);
        for (n, node) in names.iter().enumerate() {
            let mut router = self.node(2 + n, firewall, "routers", "tag:router");
            router["roles"] = json!(["subnet-router"]);
            if self.cluster.is_none() {
                router["openPorts"] = json!([{ "port": 53 }]);
            }
            parts.nodes.insert(node.clone(), router);
        }
        let forwarder = json!({ "engine": "unbound", "nodes": names, "port": port });
        parts
            .forwarders
            .insert(format!("magicdns-{}", self.n), forwarder);
        let resolver = match &self.cluster {
            None => self.on_routers(c, &names),
            Some(cluster) => {
                for n in 0..c.below(3) {
                    let worker = self.node(10 + n, firewall, "servers", "tag:server");
                    parts.nodes.insert(format!("{name}-worker-{n}"), worker);
                }
                let replicas = 2 + c.below(2);
                parts.clusters.insert(cluster.clone(), self.cluster_of(c));
                self.in_cluster(cluster, replicas)
            }
        };
        parts.resolvers.insert(self.resolver(), resolver);
    }

    fn node(&self, host: usize, firewall: &str, key: &str, tag: &str) -> Value {
        let mut node = json!({
            "os": "nixos",
            "site": format!("site-{}", self.n),
            "address": self.addresses(host),
            "interface": "enp1s0",
            "firewall": firewall,
            "nameservers": PUBLIC,
            "resolver": "resolved",
            "tailscale": { "tags": [tag], "authKey": key },
        });
        if let Some(cluster) = &self.cluster {
            node["cluster"] = cluster.as_str().into();
        }
        node
    }

    fn on_routers(&self, c: &mut Choices<'_>, names: &[String]) -> Value {
        let kinds = [
            "blocky",
            "adguard-home",
            "coredns",
            "unbound",
            "dnsmasq",
            "pi-hole",
        ];
        let mut resolver = json!({
            "kind": c.of(&kinds),
            "nodes": names,
            "address": self.routers(),
            "upstreams": PUBLIC,
        });
        if c.one_in(3) {
            resolver["listen"] = json!(["0.0.0.0"]);
        }
        if c.one_in(3) {
            resolver["customDns"] = json!({ "nas.home.arpa": self.v4(60) });
        }
        resolver
    }

    fn in_cluster(&self, cluster: &str, replicas: usize) -> Value {
        json!({
            "kind": "blocky",
            "version": "0.34.0",
            "cluster": cluster,
            "namespace": "dns",
            "replicas": replicas,
            "address": self.v4(100),
            "upstreams": PUBLIC,
            "bootstrap": PUBLIC,
        })
    }

    fn cluster_of(&self, c: &mut Choices<'_>) -> Value {
        let n = self.n;
        json!({
            "site": format!("site-{n}"),
            "distribution": c.of(&["k3s", "kubeadm", "rke2"]),
            "cni": {
                "kind": c.of(&["cilium", "flannel", "calico", "canal", "kube-router"]),
                "podCidrs": [format!("10.{}.0.0/16", 64 + n)],
            },
            "serviceCidrs": [format!("10.{}.0.0/16", 96 + n)],
            "dnsService": format!("10.{}.0.10", 96 + n),
            "dnsVersion": c.of(&["1.13.1", "1.15.0"]),
            "loadBalancer": {
                "kind": c.of(&["cilium-l2", "metallb"]),
                "interfaces": [c.of(&["^enp1s0$", "enp1s0"])],
            },
        })
    }
}

/// A machine outside of any LAN.
fn rented() -> Value {
    json!({
        "os": "nixos",
        "interface": "ens3",
        "firewall": "nftables",
        "tailscale": {
            "tags": ["tag:server"],
            "authKey": "servers",
            "acceptDns": true,
            "acceptRoutes": true,
        },
    })
}

fn key(tag: &str) -> Value {
    json!({
        "kind": "auth-key",
        "reusable": true,
        "tags": [tag],
        "sops": { "file": "secrets/hosts.enc.yaml", "key": tag.replace(':', "_") },
    })
}
