//! The picture for graphviz (graphviz.org/doc/info/lang.html).

use super::label;
use crate::graph::{Graph, Kind};

/// Renders a picture as DOT.
#[must_use]
pub fn render(graph: &Graph) -> String {
    let mut text = String::from(
        "digraph tailwright {\n  rankdir=LR;\n  node [fontname=\"sans-serif\", fontsize=11];\n  edge [fontname=\"sans-serif\", fontsize=9];\n",
    );
    for (number, node) in graph.nodes.iter().enumerate() {
        let shape = match node.kind {
            Kind::Client => "oval",
            Kind::Server => "box",
            Kind::Public => "box, style=dashed",
            Kind::Router => "hexagon",
            Kind::Range => "plaintext",
        };
        text += &format!(
            "  n{number} [label={}, shape={shape}];\n",
            quoted(&node.label)
        );
    }
    for edge in &graph.edges {
        let color = if edge.is_loop {
            ", color=red, fontcolor=red"
        } else {
            ""
        };
        text += &format!(
            "  n{} -> n{} [label={}{color}];\n",
            edge.from,
            edge.to,
            quoted(&label(edge))
        );
    }
    text + "}\n"
}

/// A string of DOT: a quote is escaped, and so is what would be an escape.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
