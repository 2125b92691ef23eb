//! Blocky in clusters.

use serde_json::{Value, json};

use super::Site;
use crate::choices::Choices;

/// Blocky as an application of a cluster.
pub(super) fn app(c: &mut Choices<'_>, n: usize, sites: &[Site], clusters: &[Value]) -> Value {
    let at = c.below(clusters.len());
    let versions = [
        "0.34.0",
        "0.26.0",
        "0.28.2",
        "v0.31.0",
        "0.33.0",
        "0.34.0-rc.1",
    ];
    let version = c.of(&versions);
    let all = [
        "9.9.9.9",
        "tcp-tls:dns.example:853",
        "https://dns.example/dns-query",
        "2620:fe::fe",
    ];
    let mut upstreams = c.some(&all);
    upstreams.push("1.1.1.1");
    let mut out = json!({
        "kind": "blocky",
        "cluster": format!("cluster-{at}"),
        "version": version,
        "replicas": 1 + c.below(3),
        "upstreams": upstreams,
    });
    let site = clusters[at]["site"].as_str();
    let site = site.and_then(|site| site.strip_prefix("site-")?.parse().ok());
    let site = site.unwrap_or(0);
    let mut outside = sites[site].address(site, 60 + n);
    // Without an implementation that gives out several, a Service asks for one.
    if clusters[at]["loadBalancer"].is_null() {
        outside.truncate(1);
    }
    let is_given_out = clusters[at]["loadBalancer"]["kind"] != "servicelb";
    match c.below(3) {
        0 => {}
        1 if is_given_out => out["address"] = outside.into(),
        _ => out["address"] = format!("10.{}.0.{}", 80 + at, 60 + n).into(),
    }
    for (name, port) in [("dotPort", 853), ("dohPort", 443), ("httpPort", 8080)] {
        if c.one_in(3) {
            out[name] = port.into();
        }
    }
    if c.one_in(3) {
        out["strategy"] = c.of(&["race", "failover", "random"]).into();
    }
    if c.one_in(3) {
        out["customDns"] = json!({ "home.example": ["192.0.2.80", "2001:db8::80"] });
        out["filterUnmappedTypes"] = c.one_in(2).into();
    }
    if c.one_in(3) {
        out["records"] = json!([
            { "name": "a.home.example", "type": "CNAME", "value": c.of(&["home.example", "home.example."]) },
            { "name": "b.home.example", "type": "TXT", "value": c.of(&["two words", "\"two\" \"texts\"", "a;b\\"]) },
            { "name": "_sip._udp.home.example", "type": "SRV", "value": "0 5 5060 sip.home.example" },
        ]);
    }
    if c.one_in(3) {
        out["conditional"] = json!({ "corp.example": "192.0.2.54" });
    }
    if c.one_in(2) {
        out["settings"] = json!({
            "log": { "level": c.of(&["warn", "yes", "1:30"]) },
            "blocking": { "denylists": { "ads": ["# one\nads.example\n", "https://lists.example/a"] } },
            "caching": { "prefetching": c.one_in(2), "exclude": ["/example$/"] },
        });
        let reads_secrets = !["0.26.0", "0.28.2"].contains(&version);
        if reads_secrets && c.one_in(2) {
            out["settings"]["redis"] = json!({ "password": { "secret": "secret-2" } });
        }
    }
    if c.one_in(4) {
        out["manage"] = c.of(&["none", "conditional", "app"]).into();
    }
    out
}
