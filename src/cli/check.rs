//! `tailwright check`

use std::path::PathBuf;

use clap::Args;

use super::terminal::{Terminal, To};
use super::{Declaration, Exit, Format, Selected};
use crate::Checked;
use crate::finding::any_error;
use crate::report::{Diagnostic, json};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    declaration: Declaration,
    #[command(flatten)]
    selected: Selected,
    /// Also list every default that was filled in, with its reason and source
    #[arg(long)]
    explain_defaults: bool,
    /// Also write findings and defaults into this file, as JSON
    #[arg(long, value_name = "PATH")]
    report: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Exit {
    let format = arguments.declaration.format;
    if arguments.explain_defaults && matches!(format, Format::Sarif | Format::Github) {
        return terminal.could_not_run(
            "this format has no place for defaults: give --explain-defaults with `--format human` or \
             `--format json`, or --report",
        );
    }
    let input = match terminal.read(&arguments.declaration.request(), format, To::Out) {
        Ok(input) => input,
        Err(exit) => return exit,
    };
    let checked =
        crate::check_selected(&input.value, &input.files, &arguments.selected.selection());
    if let Some(path) = &arguments.report
        && let Err(error) = std::fs::write(path, report(&checked))
    {
        return terminal.could_not_run(format!("can't write {}: {error}", path.display()));
    }
    let defaults = arguments
        .explain_defaults
        .then_some(checked.topology.defaults.as_slice());
    terminal.findings(To::Out, format, &checked.findings, &input.source, defaults);
    if any_error(&checked.findings) {
        // Whoever wants a report sees the end of a build's log, not a terminal that he can scroll.
        if format == Format::Human && arguments.report.is_some() {
            terminal.first_error(&checked.findings, &input.source);
        }
        Exit::Findings
    } else {
        Exit::Fine
    }
}

fn report(checked: &Checked) -> String {
    let diagnostics: Vec<Diagnostic> = checked.findings.iter().map(Diagnostic::from).collect();
    json::document(&diagnostics, Some(&checked.topology.defaults))
}
