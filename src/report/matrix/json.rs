//! The matrix of all questions for programs.

use serde_json::{Value, json};

use crate::report::trace::json::outcomes;
use crate::topology::Topology;
use crate::trace::expectations::Unmet;
use crate::trace::matrix::{Cell, Matrix};

/// A matrix as one document; docs/FORMATS.md describes its members.
#[must_use]
pub fn document(matrix: &Matrix, unmet: &[Unmet<'_>], topology: &Topology) -> String {
    let names = matrix.names.iter().map(|name| {
        let members = name.members.iter().map(|member| member.as_str());
        json!({
            "what": name.what,
            "type": name.record_type.as_str(),
            "members": members.collect::<Vec<_>>(),
        })
    });
    let clients = matrix.clients.iter().map(|client| {
        let members = client.members.iter().map(ToString::to_string);
        json!({ "members": members.collect::<Vec<_>>() })
    });
    let cells = matrix
        .cells
        .iter()
        .map(|row| row.iter().map(cell).collect());
    let failures = matrix.failures.iter().map(|failure| {
        let nodes = failure
            .nodes
            .iter()
            .map(|node| topology.nodes.get(*node).name.as_str());
        let changes = failure.changes.iter().map(|change| {
            json!({
                "client": change.client,
                "name": change.name,
                "cell": cell(&change.cell),
            })
        });
        json!({
            "nodes": nodes.collect::<Vec<_>>(),
            "changes": changes.collect::<Vec<_>>(),
        })
    });
    let unmet = unmet.iter().map(|one| {
        json!({
            "path": one.expectation.place.path.as_str(),
            "protocol": one.question.protocol.as_str(),
            "outcomes": outcomes(&one.outcomes),
        })
    });
    let value = json!({
        "version": 1,
        "names": names.collect::<Vec<_>>(),
        "clients": clients.collect::<Vec<_>>(),
        "cells": cells.collect::<Vec<Vec<Value>>>(),
        "failures": failures.collect::<Vec<_>>(),
        "unmet": unmet.collect::<Vec<_>>(),
    });
    format!("{value:#}\n")
}

fn cell(cell: &Cell) -> Value {
    json!({ "udp": outcomes(&cell.udp), "tcp": outcomes(&cell.tcp) })
}
