//! `tailwright trace`

use std::collections::BTreeSet;

use clap::Args;

use super::terminal::{Terminal, To};
use super::{Declaration, Exit, Format};
use crate::report::{matrix, trace as report};
use crate::scalar::{ClientClass, DnsName, Name, Protocol, RecordType};
use crate::suggest::closest;
use crate::topology::{Id, Node, Table, Topology};
use crate::trace::{Question, Tracer};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    declaration: Declaration,
    /// Who asks: pods:<cluster>, node:<node>, lan:<site>, device:<device>, tailnet, tailnet:routes, outside
    #[arg(long, value_name = "CLASS", required_unless_present = "all")]
    from: Option<ClientClass>,
    /// The name that is asked for
    #[arg(long, value_name = "NAME", required_unless_present = "all")]
    name: Option<DnsName>,
    /// The type that is asked for
    #[arg(long = "type", value_name = "TYPE", default_value = "A")]
    record_type: RecordType,
    /// The transport: udp or tcp
    #[arg(long, value_name = "PROTOCOL", default_value = "udp")]
    protocol: Protocol,
    /// Follow it while this node is down; may be given several times
    #[arg(long, value_name = "NODE")]
    without: Vec<Name>,
    /// The matrix: every client class with every kind of name, and each single failure
    #[arg(long, conflicts_with_all = ["from", "name", "without"])]
    all: bool,
    /// With --all, also list who and what is in each class
    #[arg(long, requires = "all")]
    members: bool,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Exit {
    let format = arguments.declaration.format;
    if matches!(format, Format::Sarif | Format::Github) {
        return terminal
            .could_not_run("a trace is no finding: give `--format human` or `--format json`");
    }
    let checked = match terminal.checked(&arguments.declaration.request(), format) {
        Ok(checked) => checked,
        Err(exit) => return exit,
    };
    let topology = &checked.topology;
    let without = match down(&arguments.without, topology) {
        Ok(without) => without,
        Err(error) => return terminal.could_not_run(error),
    };
    let tracer = Tracer::new(topology);
    let (Some(from), Some(name)) = (&arguments.from, &arguments.name) else {
        return everything(&tracer, topology, arguments, terminal);
    };
    if let Err(error) = known(from, topology) {
        return terminal.could_not_run(error);
    }
    let question = Question {
        from: from.clone(),
        name: name.clone(),
        record_type: arguments.record_type,
        protocol: arguments.protocol,
    };
    let trace = tracer.trace(&question, &without);
    let text = match format {
        Format::Json => report::json::document(&trace),
        _ => report::render(&trace),
    };
    terminal.print(To::Out, &text);
    // What is expected is expected of the whole network.
    let is_unmet = without.is_empty()
        && tracer.unmet().iter().any(|unmet| {
            let expectation = unmet.expectation;
            expectation.from.value == question.from && expectation.name.value == question.name
        });
    if is_unmet { Exit::Findings } else { Exit::Fine }
}

fn everything(
    tracer: &Tracer<'_>,
    topology: &Topology,
    arguments: &Arguments,
    terminal: &mut Terminal,
) -> Exit {
    let matrix = tracer.matrix();
    let unmet = tracer.unmet();
    let text = match arguments.declaration.format {
        Format::Json => matrix::json::document(&matrix, &unmet, topology),
        _ => matrix::render(&matrix, &unmet, topology, arguments.members),
    };
    terminal.print(To::Out, &text);
    if unmet.is_empty() {
        Exit::Fine
    } else {
        Exit::Findings
    }
}

/// The nodes that are down.
fn down(names: &[Name], topology: &Topology) -> Result<BTreeSet<Id<Node>>, String> {
    names
        .iter()
        .map(|name| match topology.nodes.find(name.as_str()) {
            Some((id, _)) => Ok(id),
            None => Err(nobody("node", name.as_str(), topology.nodes.names())),
        })
        .collect()
}

/// Refuses a class of something that is not declared.
fn known(class: &ClientClass, topology: &Topology) -> Result<(), String> {
    fn check<T>(table: &Table<T>, kind: &str, name: &Name) -> Result<(), String> {
        match table.find(name.as_str()) {
            Some(_) => Ok(()),
            None => Err(nobody(kind, name.as_str(), table.names())),
        }
    }
    match class {
        ClientClass::Pods(name) => check(&topology.clusters, "cluster", name),
        ClientClass::Node(name) => check(&topology.nodes, "node", name),
        ClientClass::Lan(name) => check(&topology.sites, "site", name),
        ClientClass::Device(name) => check(&topology.devices, "device", name),
        ClientClass::Tailnet | ClientClass::TailnetRoutes | ClientClass::Outside => Ok(()),
    }
}

fn nobody<'a>(kind: &str, name: &str, names: impl Iterator<Item = &'a str>) -> String {
    match closest(name, names) {
        Some(meant) => format!("no {kind} {name} is declared: did you mean {meant}?"),
        None => format!("no {kind} {name} is declared"),
    }
}
