//! `tailwright graph`

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::terminal::{Terminal, To};
use super::{Exit, Format};
use crate::input::Request;
use crate::report::graph as report;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The declaration: a .nix or .json file, or - for JSON on standard input
    file: PathBuf,
    /// Where relative paths of the declaration start [default: the file's folder]
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
    /// The language of the picture
    #[arg(long, value_enum, default_value_t)]
    format: Picture,
}

/// The language of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Picture {
    /// A picture of its own
    #[default]
    Svg,
    /// A flowchart of Mermaid
    Mermaid,
    /// A graph for graphviz
    Dot,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Exit {
    let request = Request {
        file: arguments.file.clone(),
        root: arguments.root.clone(),
        display_name: None,
        positions: None,
    };
    let checked = match terminal.checked(&request, Format::Human) {
        Ok(checked) => checked,
        Err(exit) => return exit,
    };
    let graph = crate::graph::graph(&checked.topology);
    let text = match arguments.format {
        Picture::Svg => report::svg::render(&graph),
        Picture::Mermaid => report::mermaid::render(&graph),
        Picture::Dot => report::dot::render(&graph),
    };
    terminal.print(To::Out, &text);
    Exit::Fine
}
