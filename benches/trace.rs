//! How the matrix of all questions, with every single failure, grows with the number of nodes, at a
//! fixed number of kinds of them: `cargo bench --bench trace`. Prints counts, seconds, and the exponent
//! between each size and the one before.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark ends by panicking, and prints what it measures"
)]

use std::time::Instant;

use tailwright::declaration::load::load;
use tailwright::declaration::source::{Format, Source};
use tailwright::trace::Tracer;

/// A LAN with two forwarders, Blocky, and nodes of two kinds.
fn declaration(nodes: usize) -> String {
    let mut all = String::new();
    for n in 0..nodes {
        let address = format!("10.{}.{}.{}", 128 + n / 62_500, n / 250 % 250, 1 + n % 250);
        let tags = ["tag:server", "tag:router"][n % 2];
        let tailscale = format!(r#"{{ "tags": ["{tags}"], "authKey": "key" }}"#);
        all += &format!(
            r#", "node-{n:06}": {{ "os": "nixos", "site": "home", "interface": "eth0", "firewall": "nftables",
            "address": "{address}", "nameservers": ["blocky"], "tailscale": {tailscale} }}"#
        );
    }
    let forwarder = |host: u8| {
        format!(
            r#""fwd-{host}": {{ "os": "nixos", "site": "home", "interface": "eth0", "firewall": "nftables",
            "address": "10.0.0.{host}", "nameservers": ["1.1.1.1"], "tailscale": {{ "authKey": "key" }} }}"#
        )
    };
    format!(
        r#"{{
        "tailnet": {{ "suffix": "tail96fefe.ts.net",
            "tags": {{ "tag:server": ["autogroup:admin"], "tag:router": ["autogroup:admin"] }} }},
        "sites": {{ "home": {{ "lans": ["10.0.0.0/8"], "nameservers": ["blocky"] }} }},
        "nodes": {{ {}, {} {all} }},
        "forwarders": {{ "magicdns": {{ "engine": "unbound", "nodes": ["fwd-2", "fwd-3"] }} }},
        "resolvers": {{ "blocky": {{ "kind": "blocky", "version": "0.34.0", "nodes": ["fwd-2"],
            "address": "10.0.0.2", "upstreams": ["1.1.1.1"] }} }},
        "secrets": {{ "key": {{ "kind": "auth-key", "reusable": true,
            "sops": {{ "file": "hosts.enc.yaml", "key": "key" }} }} }},
        "expectations": [
            {{ "from": "lan:home", "name": "fwd-2.tail96fefe.ts.net", "seen": "answer" }},
            {{ "from": "node:fwd-3", "name": "example.com", "seen": "answer" }}
        ] }}"#,
        forwarder(2),
        forwarder(3)
    )
}

fn seconds<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed().as_secs_f64())
}

fn main() {
    println!("nodes  kinds  servers  paths  check [s]  matrix [s]  expectations [s]  exponents");
    let mut before: Option<(f64, [f64; 3])> = None;
    for nodes in [100, 1_000, 10_000] {
        let source = Source {
            display_name: "tailnet.json".into(),
            text: declaration(nodes),
        };
        let value = load(&source, Format::Json).expect("the declaration is JSON");
        let (checked, check) = seconds(|| tailwright::check(&value, &Default::default()));
        let ((tracer, matrix), all) = seconds(|| {
            let tracer = Tracer::new(&checked.topology);
            let matrix = tracer.matrix();
            (tracer, matrix)
        });
        let work = tracer.work();
        let (_, unmet) = seconds(|| tracer.unmet());
        let now = [check, all, unmet];
        let exponents = before.map_or_else(String::new, |(count, times)| {
            let step = (nodes as f64 / count).ln();
            let of = |(now, before): (f64, f64)| format!("{:.2}", (now / before).ln() / step);
            let exponents: Vec<String> = now.into_iter().zip(times).map(of).collect();
            exponents.join(" ")
        });
        println!(
            "{nodes:6} {:5} {:8} {:6} {check:10.3} {all:11.3} {unmet:17.3}  {exponents}",
            matrix.clients.len(),
            work.servers,
            work.paths
        );
        before = Some((nodes as f64, now));
    }
}
