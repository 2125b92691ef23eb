//! `tailwright check`

use clap::Args;

use super::terminal::{Terminal, To};
use super::{Declaration, Exit};
use crate::finding::any_error;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    declaration: Declaration,
    /// Also list every default that was filled in, with its reason and source
    #[arg(long)]
    explain_defaults: bool,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Exit {
    let format = arguments.declaration.format;
    let input = match terminal.read(&arguments.declaration.request(), format, To::Out) {
        Ok(input) => input,
        Err(exit) => return exit,
    };
    let checked = crate::check(&input.value);
    let defaults = arguments
        .explain_defaults
        .then_some(checked.topology.defaults.as_slice());
    terminal.findings(To::Out, format, &checked.findings, &input.source, defaults);
    if any_error(&checked.findings) {
        Exit::Findings
    } else {
        Exit::Fine
    }
}
