//! `tailwright man`

use clap::{Args, CommandFactory};

use super::terminal::{Terminal, To};
use super::{Cli, Exit};
use crate::suggest::closest;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The command whose page to print; tailwright's own where absent
    command: Option<String>,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Exit {
    let mut root = Cli::command();
    root.build();
    let command = match &arguments.command {
        None => root,
        Some(name) => match root.find_subcommand(name) {
            Some(command) => command.clone(),
            None => {
                let meant = closest(name, root.get_subcommands().map(clap::Command::get_name))
                    .map_or_else(
                        || "see `tailwright --help`".to_owned(),
                        |meant| format!("did you mean {meant}?"),
                    );
                let name = crate::redact::shown(name);
                return terminal.could_not_run(format!("there is no command {name}: {meant}"));
            }
        },
    };
    let mut page = Vec::new();
    match clap_mangen::Man::new(command).render(&mut page) {
        Ok(()) => {
            terminal.print(To::Out, &String::from_utf8_lossy(&page));
            Exit::Fine
        }
        Err(error) => terminal.could_not_run(error),
    }
}
