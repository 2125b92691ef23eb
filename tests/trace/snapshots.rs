//! Traces and matrices as people and programs read them.

use std::path::Path;

use tailwright::input::{Request, read};
use tailwright::report::{matrix, trace};
use tailwright::scalar::Protocol;
use tailwright::topology::Topology;
use tailwright::trace::Tracer;

use crate::lab::{ids, question};

fn homelab() -> Topology {
    let request = Request {
        file: Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/homelab/tailnet.nix"),
        root: None,
        display_name: Some("tailnet.nix".to_owned()),
        positions: None,
    };
    let input = read(&request).unwrap_or_else(|error| panic!("{error:?}"));
    tailwright::check(&input.value, &input.files).topology
}

#[test]
fn single_questions() {
    let topology = homelab();
    let tracer = Tracer::new(&topology);
    let questions = [
        (
            "pods",
            "pods:homelab",
            "nope.tail96fefe.ts.net",
            Protocol::Udp,
            &[][..],
        ),
        ("phone", "device:phone", "example.com", Protocol::Udp, &[]),
        ("member", "tailnet", "example.com", Protocol::Tcp, &[]),
        (
            "outside",
            "outside",
            "lab-alpha-cp.tail96fefe.ts.net",
            Protocol::Udp,
            &[],
        ),
        (
            "down",
            "lan:home",
            "lab-alpha-cp.tail96fefe.ts.net",
            Protocol::Udp,
            &["lab-alpha-cp"],
        ),
    ];
    for (what, from, name, protocol, down) in questions {
        let question = question(from, name, "A", protocol);
        let found = tracer.trace(&question, &ids(&topology, down));
        insta::assert_snapshot!(format!("trace-{what}"), trace::render(&found));
        if what == "member" {
            insta::assert_snapshot!("trace-json", trace::json::document(&found));
        }
    }
}

#[test]
fn everything() {
    let topology = homelab();
    let tracer = Tracer::new(&topology);
    let (all, unmet) = (tracer.matrix(), tracer.unmet());
    insta::assert_snapshot!("matrix", matrix::render(&all, &unmet, &topology, true));
    let document = matrix::json::document(&all, &unmet, &topology);
    let value: serde_json::Value = serde_json::from_str(&document).unwrap();
    assert_eq!(value["cells"].as_array().unwrap().len(), all.clients.len());
    // One cell stands for all: they have the same members.
    insta::assert_snapshot!(
        "matrix-json",
        format!(
            "{:#}",
            serde_json::json!({
                "version": value["version"],
                "names": value["names"],
                "clients": value["clients"],
                "cell": value["cells"][0][1],
                "failures": value["failures"],
                "unmet": value["unmet"],
            })
        )
    );
}
