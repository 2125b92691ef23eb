//! The Nix language: typed expressions and one writer that prints them in nixfmt's style.
//!
//! Whatever text is put into an expression stays text: strings, attribute names, comments and
//! paths can't become code. What [`file()`] prints is a fixpoint of nixfmt.

mod build;
mod doc;
mod expr;
mod layout;
mod lower;
mod measure;
mod render;
mod set;
mod syntax;
mod words;

pub use build::{
    call, function, ident, if_else, lambda, let_in, list, module, set, str, text, var,
};
pub use expr::{Expr, Op, Part, Pattern};
pub use lower::WriteError;
pub use set::{IntoPath, Set};
pub(crate) use words::escape;
pub use words::{Ident, NixPath, WordError};

/// The content of a file: comment lines and the expression. Any text is safe as a comment.
///
/// # Errors
/// When a string or an attribute name holds a NUL, which Nix can't.
pub fn file(head: &[&str], expr: &Expr) -> Result<String, WriteError> {
    let mut lower = lower::Lower::default();
    let mut node = lower.expr(expr)?;
    if !head.is_empty() {
        node = node.commented();
    }
    let mut out: String = head
        .iter()
        .flat_map(|text| words::comment_lines(text))
        .map(|line| line + "\n")
        .collect();
    out.push_str(&layout::layout(&node, lower.brackets));
    Ok(out)
}
