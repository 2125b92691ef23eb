//! What the parser says, in words.

use std::collections::BTreeSet;
use std::ops::Range;

use rnix::SyntaxKind::{self, *};
use rnix::{ParseError, TextRange};

use super::Fault;
use crate::declaration::load_error::Problem;

/// All errors, each once: the parser repeats itself at the end of a file.
pub(super) fn explain(errors: &[ParseError], text: &str) -> Vec<Fault> {
    let mut seen = BTreeSet::new();
    errors
        .iter()
        .map(|error| fault(error, text))
        .filter(|(_, span)| seen.insert(span.start))
        .collect()
}

fn fault(error: &ParseError, text: &str) -> Fault {
    let end = text.trim_end().len();
    let (reason, span) = match error {
        ParseError::UnexpectedWanted(_, range, wanted) => {
            let span = trimmed(*range, text);
            let mut reason = format!("expected {}, found {}", list(wanted), quoted(text, &span));
            if wanted.contains(&TOKEN_SEMICOLON) {
                reason += "; is a `;` missing at the end of the definition before?";
            }
            (reason, span)
        }
        ParseError::Unexpected(range) => {
            let span = trimmed(*range, text);
            (format!("{} has no place here", quoted(text, &span)), span)
        }
        ParseError::UnexpectedExtra(range) => {
            let span = trimmed(*range, text);
            (
                format!(
                    "{} comes after the end of the expression",
                    quoted(text, &span)
                ),
                span,
            )
        }
        ParseError::UnexpectedDoubleBind(range) => (
            "the arguments get a second name".to_owned(),
            trimmed(*range, text),
        ),
        ParseError::UnexpectedEOFWanted(wanted) => (
            format!("the file ends where {} is expected", list(wanted)),
            end..end,
        ),
        ParseError::UnexpectedEOF => ("the file ends too early".to_owned(), end..end),
        ParseError::DuplicatedArgs(range, name) => (
            format!("the argument `{name}` is named twice"),
            trimmed(*range, text),
        ),
        ParseError::RecursionLimitExceeded => return (Problem::TooDeep, 0..0),
        other => (other.to_string(), 0..0),
    };
    (Problem::Syntax { reason }, span)
}

/// The range without the blanks at its start, which the parser counts in.
fn trimmed(range: TextRange, text: &str) -> Range<usize> {
    let (start, end) = (usize::from(range.start()), usize::from(range.end()));
    let inner = text.get(start..end).unwrap_or_default();
    start + inner.len() - inner.trim_start().len()..end
}

fn quoted(text: &str, span: &Range<usize>) -> String {
    const LONGEST: usize = 30;
    let line = text
        .get(span.clone())
        .and_then(|text| text.lines().next())
        .unwrap_or_default();
    if line.chars().count() > LONGEST {
        format!("`{}…`", line.chars().take(LONGEST).collect::<String>())
    } else {
        format!("`{line}`")
    }
}

fn list(wanted: &[SyntaxKind]) -> String {
    if wanted.contains(&TOKEN_L_PAREN) && wanted.len() > 3 {
        return "a value".to_owned();
    }
    let names: BTreeSet<&str> = wanted.iter().map(|&kind| name(kind)).collect();
    names.into_iter().collect::<Vec<_>>().join(" or ")
}

fn name(kind: SyntaxKind) -> &'static str {
    match kind {
        TOKEN_SEMICOLON => "`;`",
        TOKEN_ASSIGN => "`=`",
        TOKEN_R_BRACE | TOKEN_INTERPOL_END => "`}`",
        TOKEN_L_BRACE => "`{`",
        TOKEN_R_PAREN => "`)`",
        TOKEN_R_BRACK => "`]`",
        TOKEN_COLON => "`:`",
        TOKEN_THEN => "`then`",
        TOKEN_ELSE => "`else`",
        TOKEN_IN => "`in`",
        TOKEN_AT => "`@`",
        TOKEN_ELLIPSIS => "`...`",
        TOKEN_IDENT | TOKEN_OR | TOKEN_CUR_POS => "a name",
        TOKEN_STRING_START | TOKEN_STRING_END | TOKEN_STRING_CONTENT | TOKEN_INTERPOL_START => {
            "the rest of a string"
        }
        _ => "something else",
    }
}
