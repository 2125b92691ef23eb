//! The picture: what is in it, and that every program can read it.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

#[allow(dead_code, reason = "each test uses its part")]
#[path = "common/declaration.rs"]
mod declaration;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use common::topologies;
use declaration::Run;
use proptest::prelude::*;
use tailwright::declaration::source::Format;
use tailwright::graph::{Graph, graph};
use tailwright::report::graph::{dot, mermaid, svg};

fn of(file: &str) -> Graph {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let text = std::fs::read_to_string(file).unwrap();
    graph(&Run::text(text, Format::Nix).checked.topology)
}

fn check(name: &str, text: &str) {
    insta::with_settings!({ snapshot_path => "graph", prepend_module_to_snapshot => false,
        omit_expression => true }, {
        insta::assert_snapshot!(name, text);
    });
}

/// Whether graphviz reads it.
fn is_dot(text: &str) -> bool {
    let mut dot = Command::new("dot")
        .arg("-Tcanon")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    dot.stdin
        .take()
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    dot.wait().unwrap().success()
}

#[test]
fn the_home_lab() {
    let graph = of("examples/homelab/tailnet.nix");
    assert!(graph.edges.iter().all(|edge| !edge.is_loop));
    let picture = svg::render(&graph);
    check("homelab.svg", &picture);
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/homelab/graph.svg");
    assert_eq!(
        std::fs::read_to_string(file).unwrap(),
        picture,
        "write the picture again"
    );
    check("homelab.mmd", &mermaid::render(&graph));
    check("homelab.dot", &dot::render(&graph));
    assert!(is_dot(&dot::render(&graph)));
}

#[test]
fn a_circle_is_red() {
    let graph = of("tests/cases/tw301-split-dns-comes-back/declaration.nix");
    let loops: Vec<(&str, &str)> = graph
        .edges
        .iter()
        .filter(|edge| edge.is_loop)
        .map(|edge| {
            let label = |place: usize| graph.nodes[place].label.as_str();
            (label(edge.from), label(edge.to))
        })
        .collect();
    assert_eq!(
        loops,
        [
            ("quad100 on alpha", "resolver blocky"),
            ("resolver blocky", "quad100 on alpha"),
        ]
    );
    assert_eq!(
        svg::render(&graph).matches("<path class=\"loop\"").count(),
        2
    );
    assert!(mermaid::render(&graph).contains("stroke:red"));
    assert_eq!(dot::render(&graph).matches("color=red,").count(), 2);
    check("circle.svg", &svg::render(&graph));
}

/// The numbers of an attribute of the picture's root.
fn size(picture: &str, attribute: &str) -> u32 {
    let (_, rest) = picture.split_once(&format!(" {attribute}=\"")).unwrap();
    rest.split('"').next().unwrap().parse().unwrap()
}

#[test]
fn ten_nodes_are_read_without_scrolling() {
    let text = std::fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/homelab/tailnet.nix"),
    )
    .unwrap();
    // Four more, each of them unlike the others.
    let more: String = (0..4)
        .map(|n| {
            format!(
                "    more-{n} = clusterNode // {{\n      address = \"10.10.10.22{n}\";\n      interface = \
                 \"eth{n}\";\n      openPorts = [ {{ port = 90{n}; }} ];\n      tailscale = server;\n    }};\n"
            )
        })
        .collect();
    let text = text.replacen("  nodes = {\n", &format!("  nodes = {{\n{more}"), 1);
    let run = Run::text(text, Format::Nix);
    assert_eq!(run.checked.topology.nodes.values().count(), 10);
    let picture = svg::render(&graph(&run.checked.topology));
    assert!(
        size(&picture, "width") <= 1600,
        "{}",
        size(&picture, "width")
    );
    assert!(
        size(&picture, "height") <= 900,
        "{}",
        size(&picture, "height")
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_declared_is_drawn(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let run = Run::json(&topologies::sound(&bytes));
        let graph = graph(&run.checked.topology);
        let picture = svg::render(&graph);
        for node in &graph.nodes {
            let escaped = node.label.replace('&', "&amp;");
            prop_assert!(picture.contains(&escaped), "{}", node.label);
        }
        // Nothing that is drawn lies over something else of its layer.
        for (place, node) in graph.nodes.iter().enumerate() {
            let same = graph.nodes[place + 1..].iter().filter(|other| other.label == node.label);
            prop_assert_eq!(same.count(), 0);
        }
        for edge in &graph.edges {
            prop_assert!(edge.from < graph.nodes.len() && edge.to < graph.nodes.len());
            prop_assert!(!edge.what.is_empty());
        }
        prop_assert!(is_dot(&dot::render(&graph)));
        let clients = graph.nodes.iter().filter(|node| node.layer == 0).count();
        prop_assert!(clients > 0 || run.checked.topology.nodes.values().count() == 0);
    }
}
