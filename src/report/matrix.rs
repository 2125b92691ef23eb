//! The matrix of all questions for people: what each class of clients gets to see for each class of
//! names, what any single failure changes, and which expectations are not met.

pub mod json;

use std::collections::BTreeSet;

use super::trace::when_words;
use crate::scalar::Protocol;
use crate::topology::Topology;
use crate::trace::expectations::Unmet;
use crate::trace::matrix::{Cell, Matrix};
use crate::trace::outcome::Seen;

/// Renders a matrix. With `members` each class is followed by those that it holds.
#[must_use]
pub fn render(matrix: &Matrix, unmet: &[Unmet<'_>], topology: &Topology, members: bool) -> String {
    let mut text = String::new();
    for (column, name) in matrix.names.iter().enumerate() {
        let count = counted(name.members.len());
        text += &format!("{}{count}\n", name.what);
        text += &format!("  as {} {}\n", name.name(), name.record_type);
        if members && name.members.len() > 1 {
            text += &list(name.members.iter().map(ToString::to_string));
        }
        let rows: Vec<(String, String)> = matrix
            .clients
            .iter()
            .zip(&matrix.cells)
            .map(|(client, cells)| {
                let count = counted(client.members.len());
                (
                    format!("{}{count}", client.class()),
                    cell_words(&cells[column]),
                )
            })
            .collect();
        let width = rows.iter().map(|(client, _)| client.chars().count()).max();
        let width = width.unwrap_or_default();
        for (client, words) in rows {
            text += &format!("    {client:width$}  {words}\n");
        }
        text.push('\n');
    }
    if members {
        for client in matrix
            .clients
            .iter()
            .filter(|client| client.members.len() > 1)
        {
            text += &format!("{}{}\n", client.class(), counted(client.members.len()));
            text += &list(client.members.iter().map(ToString::to_string));
            text.push('\n');
        }
    }
    text += &failures(matrix, topology);
    text += &unmet_words(unmet);
    text
}

fn counted(members: usize) -> String {
    match members {
        0 | 1 => String::new(),
        more => format!(" and {} more", more - 1),
    }
}

fn list(members: impl Iterator<Item = String>) -> String {
    members.map(|member| format!("      {member}\n")).collect()
}

/// What is seen, over UDP and TCP where that differs, and what leaks.
#[must_use]
pub fn cell_words(cell: &Cell) -> String {
    let words = |protocol| {
        let seen = cell.seen(protocol);
        let words: Vec<&str> = seen.into_iter().map(Seen::as_str).collect();
        words.join(" or ")
    };
    let (udp, tcp) = (words(Protocol::Udp), words(Protocol::Tcp));
    let mut text = if udp == tcp {
        udp
    } else {
        format!("UDP {udp}, TCP {tcp}")
    };
    let servers: BTreeSet<&str> = cell
        .leaks()
        .iter()
        .map(|leak| leak.server.as_str())
        .collect();
    if !servers.is_empty() {
        let servers: Vec<&str> = servers.into_iter().collect();
        text += &format!(", leaks to {}", servers.join(", "));
    }
    text
}

fn failures(matrix: &Matrix, topology: &Topology) -> String {
    let mut text = String::new();
    for failure in &matrix.failures {
        let nodes = failure.nodes.iter();
        let nodes: Vec<&str> = nodes
            .map(|node| topology.nodes.get(*node).name.as_str())
            .collect();
        let others = counted(nodes.len());
        let first = nodes.first().copied().unwrap_or_default();
        if failure.changes.is_empty() {
            text += &format!("without {}: nothing changes\n", nodes.join(", or "));
            continue;
        }
        text += &format!("without {first}{others}:\n");
        for change in &failure.changes {
            let client = &matrix.clients[change.client];
            let before = &matrix.cells[change.client][change.name];
            text += &format!(
                "    {}, {}: {} instead of {}\n",
                client.class(),
                matrix.names[change.name].what,
                cell_words(&change.cell),
                cell_words(before)
            );
        }
    }
    text
}

fn unmet_words(unmet: &[Unmet<'_>]) -> String {
    let mut text = String::new();
    for one in unmet {
        let expectation = one.expectation;
        text += &format!(
            "\nnot as expected at {}: {} sees for {} over {}\n",
            expectation.place.location,
            one.question.from,
            one.question.name,
            one.question.protocol.as_str().to_uppercase()
        );
        for outcome in &one.outcomes {
            text += &format!("    {}: {}\n", outcome.seen, outcome.cause.text);
            let mut when = outcome.when.iter().filter_map(when_words);
            if let Some(when) = when.next() {
                text += &format!("      when {when}\n");
            }
        }
    }
    text
}
