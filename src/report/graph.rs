//! The picture as text: SVG, Mermaid, DOT.

pub mod dot;
pub mod mermaid;
pub mod svg;

use crate::graph::Edge;

/// What stands at an edge: for which names, the first of them where there are many.
fn label(edge: &Edge) -> String {
    let mut what = edge.what.iter();
    let first: Vec<&str> = what.by_ref().take(2).map(String::as_str).collect();
    match what.count() {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}
