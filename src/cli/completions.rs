//! `tailwright completions`

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::terminal::{Terminal, To};
use super::{Cli, Exit};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(
        arguments.shell,
        &mut Cli::command(),
        "tailwright",
        &mut script,
    );
    terminal.print(To::Out, &String::from_utf8_lossy(&script));
    Exit::Fine
}
