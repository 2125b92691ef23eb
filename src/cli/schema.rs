//! `tailwright schema`

use super::Exit;
use super::terminal::{Terminal, To};

pub(super) fn run(terminal: &mut Terminal) -> Exit {
    let schema = crate::declaration::Declaration::json_schema();
    terminal.print(To::Out, &format!("{schema:#}\n"));
    Exit::Fine
}
