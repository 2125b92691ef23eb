//! `tailwright explain`

use clap::Args;

use super::Exit;
use super::terminal::{Terminal, To};
use crate::rules::{self, RULES};
use crate::suggest::closest;

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
        None => {
            let known = RULES.iter().flat_map(|rule| [rule.code, rule.name]);
            let meant = closest(code, known).map_or_else(
                || "run `tailwright explain` for a list".to_owned(),
                |meant| format!("did you mean {meant}?"),
            );
            terminal.could_not_run(format!(
                "there is no rule {}: {meant}",
                crate::redact::shown(code)
            ))
        }
    }
}
