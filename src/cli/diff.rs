//! `tailwright diff`

use std::path::PathBuf;

use clap::Args;

use super::terminal::{Terminal, To};
use super::{Exit, Format};
use crate::input::Request;
use crate::report::diff;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The declaration as it was: a .nix or .json file, or - for JSON on standard input
    old: PathBuf,
    /// The declaration as it is
    new: PathBuf,
    /// Where relative paths of both declarations start [default: each file's folder]
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
    /// How the differences are printed: human or json
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Exit {
    let format = arguments.format;
    if matches!(format, Format::Sarif | Format::Github) {
        return terminal
            .could_not_run("a difference is no finding: give `--format human` or `--format json`");
    }
    let is_stdin = |file: &PathBuf| file.as_os_str() == "-";
    if is_stdin(&arguments.old) && is_stdin(&arguments.new) {
        return terminal.could_not_run("standard input can be one of the two declarations alone");
    }
    let mut checked = Vec::new();
    for file in [&arguments.old, &arguments.new] {
        let request = Request {
            file: file.clone(),
            root: arguments.root.clone(),
            display_name: None,
            positions: None,
        };
        match terminal.checked(&request, format) {
            Ok(one) => checked.push(one),
            Err(exit) => return exit,
        }
    }
    let [old, new] = checked.as_slice() else {
        return Exit::CouldNotRun;
    };
    let found = crate::diff::diff(old, new);
    let text = match format {
        Format::Json => diff::document(&found),
        _ => diff::render(&found),
    };
    terminal.print(To::Out, &text);
    if found.is_empty() {
        Exit::Fine
    } else {
        Exit::Findings
    }
}
