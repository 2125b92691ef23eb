//! The picture as SVG: layers from left to right, from those who ask to those who answer.

use super::label;
use crate::graph::{Edge, Graph, Kind, Node};

/// The width of a character, in pixels, at the size of the labels: as wide as the widest that names
/// have often.
const CHARACTER: usize = 7;
const HEIGHT: usize = 24;
const BETWEEN_ROWS: usize = 10;
const BETWEEN_LAYERS: usize = 90;
const MARGIN: usize = 16;
/// The lines below the picture that say what its colours mean.
const LEGEND: usize = 24;

const STYLE: &str = "\
text{font:12px sans-serif;fill:#1f2328}\
rect{fill:#f6f8fa;stroke:#6e7781}\
.client rect{fill:#ddf4ff;stroke:#0969da}\
.public rect{stroke-dasharray:4 3}\
.router rect{fill:#fff8c5;stroke:#9a6700}\
path{fill:none;stroke:#8c959f;stroke-width:1.2}\
path.loop{stroke:#cf222e;stroke-width:2.4}\
text.loop{fill:#cf222e}\
@media(prefers-color-scheme:dark){\
text{fill:#e6edf3}\
rect{fill:#161b22;stroke:#8b949e}\
.client rect{fill:#0c2d6b;stroke:#58a6ff}\
.router rect{fill:#3b2300;stroke:#d29922}\
path{stroke:#6e7681}\
path.loop{stroke:#ff7b72}\
text.loop{fill:#ff7b72}}";

/// Where a node is drawn.
struct Box {
    x: usize,
    y: usize,
    width: usize,
}

/// Renders a picture as SVG.
#[must_use]
pub fn render(graph: &Graph) -> String {
    let (boxes, width, height) = layout(graph);
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" role=\"img\">\n<title>Who asks whom</title>\n<style>{STYLE}</style>\n"
    );
    // Loops are drawn last, over everything else.
    for is_loop in [false, true] {
        for edge in graph.edges.iter().filter(|edge| edge.is_loop == is_loop) {
            text += &path(graph, &boxes, edge);
        }
    }
    for (node, place) in graph.nodes.iter().zip(&boxes) {
        text += &node_text(node, place);
    }
    let baseline = height - MARGIN / 2;
    let has_loop = graph.edges.iter().any(|edge| edge.is_loop);
    let (class, words) = if has_loop {
        (" class=\"loop\"", "red: queries go round")
    } else {
        ("", "no query goes round")
    };
    text += &format!("<text{class} x=\"{MARGIN}\" y=\"{baseline}\">{words}</text>\n</svg>\n");
    text
}

/// A place for each node, and the size of the picture.
fn layout(graph: &Graph) -> (Vec<Box>, usize, usize) {
    let layers = graph
        .nodes
        .iter()
        .map(|node| node.layer + 1)
        .max()
        .unwrap_or(0);
    let mut columns: Vec<Vec<usize>> = vec![Vec::new(); layers];
    for (number, node) in graph.nodes.iter().enumerate() {
        columns[node.layer].push(number);
    }
    let mut rows: Vec<f64> = vec![0.0; graph.nodes.len()];
    for column in &mut columns {
        // Near those who ask it; what nobody asks keeps its place by name.
        let mut wanted: Vec<(f64, usize)> = column
            .iter()
            .enumerate()
            .map(|(row, number)| {
                (
                    middle(graph, &rows, *number).unwrap_or(fraction(row)),
                    *number,
                )
            })
            .collect();
        wanted.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        for (row, (_, number)) in wanted.iter().enumerate() {
            rows[*number] = fraction(row);
        }
        *column = wanted.into_iter().map(|(_, number)| number).collect();
    }
    let tallest = columns.iter().map(Vec::len).max().unwrap_or(0);
    let full = tallest * (HEIGHT + BETWEEN_ROWS);
    let mut boxes: Vec<(usize, Box)> = Vec::new();
    let mut x = MARGIN;
    for column in &columns {
        let width = column
            .iter()
            .map(|number| width(&graph.nodes[*number]))
            .max();
        let width = width.unwrap_or(0);
        let used = column.len() * (HEIGHT + BETWEEN_ROWS);
        let mut y = MARGIN + (full - used) / 2;
        for number in column {
            boxes.push((*number, Box { x, y, width }));
            y += HEIGHT + BETWEEN_ROWS;
        }
        x += width + BETWEEN_LAYERS;
    }
    boxes.sort_by_key(|(number, _)| *number);
    let boxes = boxes.into_iter().map(|(_, place)| place).collect();
    let width = (x + MARGIN).saturating_sub(BETWEEN_LAYERS).max(240);
    (boxes, width, full + 2 * MARGIN + LEGEND)
}

#[expect(clippy::cast_precision_loss, reason = "a row is a small number")]
fn fraction(row: usize) -> f64 {
    row as f64
}

/// The middle of the rows of those who ask a node.
fn middle(graph: &Graph, rows: &[f64], node: usize) -> Option<f64> {
    let asking: Vec<f64> = graph
        .edges
        .iter()
        .filter(|edge| edge.to == node && !edge.is_loop)
        .map(|edge| rows[edge.from])
        .collect();
    (!asking.is_empty()).then(|| asking.iter().sum::<f64>() / fraction(asking.len()))
}

fn width(node: &Node) -> usize {
    node.label.chars().count() * CHARACTER + 20
}

fn node_text(node: &Node, place: &Box) -> String {
    let class = match node.kind {
        Kind::Client => "client",
        Kind::Server => "server",
        Kind::Public => "public",
        Kind::Router => "router",
        Kind::Range => "range",
    };
    let Box { x, y, width } = place;
    let (text_x, text_y) = (x + 10, y + HEIGHT / 2 + 4);
    format!(
        "<g class=\"{class}\"><rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{HEIGHT}\" rx=\"5\"/>\
         <text x=\"{text_x}\" y=\"{text_y}\">{}</text></g>\n",
        escaped(&node.label)
    )
}

/// A curve from the right of who asks to the left of who is asked; backwards around from below.
fn path(graph: &Graph, boxes: &[Box], edge: &Edge) -> String {
    let (from, to) = (&boxes[edge.from], &boxes[edge.to]);
    let is_forward = graph.nodes[edge.from].layer < graph.nodes[edge.to].layer;
    let (start_x, start_y) = (from.x + from.width, from.y + HEIGHT / 2);
    let curve = if is_forward {
        let (end_x, end_y) = (to.x, to.y + HEIGHT / 2);
        let bend = (end_x.saturating_sub(start_x)) / 2;
        format!(
            "M{start_x} {start_y}C{} {start_y} {} {end_y} {end_x} {end_y}",
            start_x + bend,
            end_x.saturating_sub(bend)
        )
    } else {
        let (end_x, end_y) = (to.x + to.width, to.y + HEIGHT / 2);
        let bend = start_x.max(end_x) + BETWEEN_LAYERS / 2;
        format!("M{start_x} {start_y}C{bend} {start_y} {bend} {end_y} {end_x} {end_y}")
    };
    let class = if edge.is_loop { " class=\"loop\"" } else { "" };
    format!(
        "<path{class} d=\"{curve}\"><title>{} → {}: {}</title></path>\n",
        escaped(&graph.nodes[edge.from].label),
        escaped(&graph.nodes[edge.to].label),
        escaped(&label(edge))
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
