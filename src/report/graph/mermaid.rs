//! The picture for Mermaid (mermaid.js.org/syntax/flowchart.html), which many sites draw.

use super::label;
use crate::graph::{Graph, Kind};

/// Renders a picture as a flowchart.
#[must_use]
pub fn render(graph: &Graph) -> String {
    let mut text = String::from("flowchart LR\n");
    for (number, node) in graph.nodes.iter().enumerate() {
        let label = quoted(&node.label);
        text += &match node.kind {
            Kind::Client => format!("  n{number}([{label}])\n"),
            Kind::Server => format!("  n{number}[{label}]\n"),
            Kind::Public => format!("  n{number}>{label}]\n"),
            Kind::Router => format!("  n{number}{{{{{label}}}}}\n"),
            Kind::Range => format!("  n{number}[/{label}/]\n"),
        };
    }
    for edge in &graph.edges {
        text += &format!(
            "  n{} -->|{}| n{}\n",
            edge.from,
            quoted(&label(edge)),
            edge.to
        );
    }
    let loops: Vec<String> = graph
        .edges
        .iter()
        .enumerate()
        .filter(|(_, edge)| edge.is_loop)
        .map(|(number, _)| number.to_string())
        .collect();
    if !loops.is_empty() {
        text += &format!("  linkStyle {} stroke:red,color:red\n", loops.join(","));
    }
    text
}

/// A text of Mermaid: characters that mean something are written as entities.
fn quoted(text: &str) -> String {
    let escaped: String = text
        .chars()
        .map(|c| match c {
            '"' => "#quot;".to_owned(),
            '<' => "#lt;".to_owned(),
            '>' => "#gt;".to_owned(),
            '#' => "#35;".to_owned(),
            '&' => "#amp;".to_owned(),
            c => c.to_string(),
        })
        .collect();
    format!("\"{escaped}\"")
}
