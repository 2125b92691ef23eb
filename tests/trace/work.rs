//! How much is done does not depend on how many nodes are alike.

use serde_json::json;
use tailwright::trace::{Tracer, Work};

use crate::lab::{lab, node, topology, with};

fn work(nodes: usize) -> Work {
    let mut declaration = with(
        lab(),
        &[("sites.home.lans", json!(["10.0.0.0/24", "10.8.0.0/16"]))],
    );
    for n in 0..nodes {
        let mut alike = node(0, json!({ "tags": ["tag:server"], "authKey": "key" }));
        alike["address"] = format!("10.8.{}.{}", n / 250, 1 + n % 250).into();
        declaration["nodes"][format!("alike-{n:05}")] = alike;
    }
    let topology = topology(&declaration, "{}");
    let tracer = Tracer::new(&topology);
    let matrix = tracer.matrix();
    assert_eq!(
        matrix.clients.iter().map(|one| one.nodes.len()).max(),
        Some(nodes)
    );
    tracer.work()
}

#[test]
fn the_matrix_is_as_much_work_for_many_nodes_as_for_few() {
    assert_eq!(work(10), work(500));
}
