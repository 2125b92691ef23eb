//! A look at the tokens before anything recursive happens to them.

use std::ops::Range;

use rnix::SyntaxKind::{self, *};

use super::Fault;
use crate::declaration::load::MAX_NESTING;
use crate::declaration::load_error::Problem;

/// The longest run of characters that could be a path. The tokenizer looks that far ahead at
/// each token, so longer runs would take quadratic time.
const MAX_WORD: usize = 4096;

/// Refuses what the parser could not take: hostile nesting, broken tokens, and the few things
/// that the tokenizer takes and Nix does not.
pub(super) fn check(text: &str) -> Result<(), Vec<Fault>> {
    let mut levels = Levels::default();
    let mut word_end = 0;
    let mut at = 0;
    let (mut previous, mut before) = (TOKEN_WHITESPACE, 0);
    for (kind, token) in rnix::tokenize(text) {
        let span = at..at + token.len();
        if kind != TOKEN_STRING_CONTENT {
            if word_end <= at {
                word_end = at + word(&text[at..]);
            }
            if word_end - at > MAX_WORD {
                return Err(vec![(Problem::LongWord, span)]);
            }
        }
        if let Some(reason) = refusal(kind, token, previous) {
            // An open string is where it begins, not where it does not end.
            let open = kind == TOKEN_ERROR && previous == TOKEN_STRING_START;
            let start = if open { before } else { at };
            return Err(vec![(Problem::Syntax { reason }, start..span.end)]);
        }
        levels.take(kind, &span)?;
        (previous, before, at) = (kind, at, span.end);
    }
    Ok(())
}

fn word(text: &str) -> usize {
    text.bytes()
        .take_while(|b| {
            b.is_ascii_alphanumeric() || matches!(b, b'/' | b'_' | b'.' | b'+' | b'-' | b'<')
        })
        .count()
}

fn refusal(kind: SyntaxKind, token: &str, previous: SyntaxKind) -> Option<String> {
    let fixed = match kind {
        TOKEN_ERROR if matches!(previous, TOKEN_STRING_START | TOKEN_INTERPOL_END) => {
            "this string is not closed"
        }
        TOKEN_ERROR if token.starts_with("/*") => "this comment is not closed",
        TOKEN_ERROR if token.len() > 1 && token.contains("//") => {
            "this path has two slashes in a row"
        }
        TOKEN_ERROR if token.len() > 1 && token.ends_with('/') => "this path ends in a slash",
        TOKEN_ERROR => return Some(format!("`{token}` has no meaning here")),
        _ if token.contains('\0') => "a NUL character",
        TOKEN_WHITESPACE if !token.bytes().all(|byte| b" \t\r\n".contains(&byte)) => {
            "a blank that is no space, tab or end of line"
        }
        TOKEN_COMMENT if token.starts_with('#') && token.trim_end_matches('\r').contains('\r') => {
            "a carriage return ends this comment, what follows would be code"
        }
        _ => return None,
    };
    Some(fixed.to_owned())
}

/// How deep the syntax is at a token.
#[derive(Default)]
struct Levels {
    open: Vec<Level>,
    /// What the open levels count together.
    depth: usize,
}

#[derive(Default)]
struct Level {
    /// Elements of lists and parts of strings stand beside each other, not in each other.
    flat: bool,
    /// Between `inherit` and its semicolon, where names stand beside each other.
    inherit: bool,
    /// How many `with` and `assert` still wait for the semicolon before their body.
    bodies: usize,
    count: usize,
}

impl Levels {
    fn take(&mut self, kind: SyntaxKind, span: &Range<usize>) -> Result<(), Vec<Fault>> {
        match kind {
            TOKEN_WHITESPACE | TOKEN_COMMENT | TOKEN_STRING_CONTENT | TOKEN_DOT | TOKEN_ASSIGN => {}
            TOKEN_R_BRACE | TOKEN_R_BRACK | TOKEN_R_PAREN | TOKEN_INTERPOL_END
            | TOKEN_STRING_END => {
                self.close();
            }
            TOKEN_IN => {
                self.close();
                self.count(1);
            }
            TOKEN_SEMICOLON | TOKEN_COMMA => self.separate(),
            TOKEN_L_BRACE | TOKEN_L_PAREN | TOKEN_INTERPOL_START | TOKEN_LET => self.enter(false),
            TOKEN_L_BRACK | TOKEN_STRING_START => self.enter(true),
            TOKEN_INHERIT => self.top().inherit = true,
            TOKEN_WITH | TOKEN_ASSERT => {
                self.top().bodies += 1;
                self.count(1);
            }
            other => {
                let level = self.top();
                // In a list, only a chain of `or` nests.
                if !level.inherit && (!level.flat || other == TOKEN_OR) {
                    self.count(1);
                }
            }
        }
        if self.depth > MAX_NESTING {
            return Err(vec![(Problem::TooDeep, span.clone())]);
        }
        Ok(())
    }

    fn top(&mut self) -> &mut Level {
        if self.open.is_empty() {
            self.open.push(Level::default());
        }
        let last = self.open.len() - 1;
        &mut self.open[last]
    }

    fn count(&mut self, more: usize) {
        self.top().count += more;
        self.depth += more;
    }

    /// An opening bracket: a level, and an operand of the level around it.
    fn enter(&mut self, flat: bool) {
        let around = self.top();
        if !around.flat && !around.inherit {
            self.count(1);
        }
        self.open.push(Level {
            flat,
            count: 1,
            ..Level::default()
        });
        self.depth += 1;
    }

    fn close(&mut self) {
        if let Some(level) = self.open.pop() {
            self.depth -= level.count;
        }
    }

    fn separate(&mut self) {
        let level = self.top();
        level.inherit = false;
        if level.bodies > 0 {
            level.bodies -= 1;
        } else {
            let count = std::mem::take(&mut level.count);
            // The level's own bracket stays.
            let bracket = usize::from(self.open.len() > 1);
            self.top().count = bracket;
            self.depth = self.depth + bracket - count;
        }
    }
}
