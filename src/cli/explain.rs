//! `tailwright explain`

use clap::Args;

use super::Exit;
use super::terminal::{Terminal, To};
use crate::rules::{self, RULES};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The rule's code or name, e.g. TW501; without one, all rules are listed
    code: Option<String>,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Exit {
    let Some(code) = &arguments.code else {
        let list: String = RULES
            .iter()
            .map(|rule| format!("{} {}\n", rule.code, rule.name))
            .collect();
        terminal.print(To::Out, &list);
        return Exit::Fine;
    };
    match rules::by_code_or_name(code) {
        Some(rule) => {
            terminal.print(To::Out, &rule.page());
            Exit::Fine
        }
        None => terminal.could_not_run(rules::unknown(code, [])),
    }
}
