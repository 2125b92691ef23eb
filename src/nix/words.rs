//! The words of the language: identifiers, paths, escaped strings, comments.

use std::fmt;

use thiserror::Error;

use crate::invisible::is_invisible;

/// Words that are no identifiers. `or` is one for the lexer only after a selection, but has
/// never been usable as a variable in all versions.
const KEYWORDS: [&str; 10] = [
    "assert", "else", "if", "in", "inherit", "let", "or", "rec", "then", "with",
];

/// A variable's name: a letter or `_`, then letters, digits, `_`, `'` and `-`, all of them
/// ASCII, and no keyword.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ident(String);

/// The text is not what its place in a Nix file needs.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WordError {
    /// See [`Ident`].
    #[error(
        "`{0}` is no Nix identifier, so it can't name a variable; quote it as an attribute name instead"
    )]
    Ident(String),
    /// See [`NixPath`].
    #[error(
        "`{0}` can't be written as a Nix path: it has to be relative, without empty, `.` or `..` parts, of letters, digits, `.`, `_`, `-` and `+`"
    )]
    Path(String),
}

impl Ident {
    /// # Errors
    /// When the text is no identifier or is a keyword.
    pub fn new(text: impl Into<String>) -> Result<Self, WordError> {
        let text = text.into();
        if is_identifier(&text) {
            Ok(Self(text))
        } else {
            Err(WordError::Ident(text))
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Ident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A path relative to the file it is written in, always below its folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NixPath(String);

impl NixPath {
    /// `text` without the leading `./`, for example `forwarder.nix` or `apps/blocky.nix`.
    ///
    /// # Errors
    /// When the path is absolute, leaves the folder, or has characters that Nix reads as the
    /// end of a path.
    pub fn new(text: impl Into<String>) -> Result<Self, WordError> {
        let text = text.into();
        let safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+');
        let part = |part: &str| !matches!(part, "" | "." | "..") && part.chars().all(safe);
        if text.split('/').all(part) {
            Ok(Self(text))
        } else {
            Err(WordError::Path(text))
        }
    }
}

impl fmt::Display for NixPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "./{}", self.0)
    }
}

pub(super) fn is_identifier(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '\'' | '-'))
        && !KEYWORDS.contains(&text)
}

/// The inside of a `"…"` string that evaluates to `text`.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.push_str("\\\\"),
            '"' => out.push_str("\\\""),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '$' if chars.peek() == Some(&'{') => out.push_str("\\$"),
            c => out.push(c),
        }
    }
    out
}

/// The lines of a `''` string that evaluates to `text`, or `None` where escapes, the removal
/// of indentation or the treatment of blank lines would make it less than certain.
pub(super) fn indented_lines(text: &str) -> Option<Vec<String>> {
    let plain = |c: char| c == '\n' || c == '\t' || !c.is_control();
    let fits = text.contains('\n')
        && text.chars().all(plain)
        && !text.contains("''")
        && !text.contains("'$")
        && !text.ends_with('\'')
        && !text.starts_with('\n');
    let lines: Vec<&str> = text.split('\n').collect();
    let blank = |line: &&str| !line.is_empty() && line.trim().is_empty();
    let flush = |line: &&str| line.starts_with(|c: char| !c.is_whitespace());
    (fits && !lines.iter().any(blank) && lines.iter().any(flush)).then(|| {
        lines
            .iter()
            .map(|line| line.replace("${", "''${"))
            .collect()
    })
}

/// The lines of a comment with that text. Characters that end a line somewhere, control
/// text direction or are not visible become U+FFFD, so a comment shows what it is.
pub(super) fn comment_lines(text: &str) -> Vec<String> {
    let visible = |c: char| match c {
        '\t' => ' ',
        c if is_invisible(c) => '\u{fffd}',
        c => c,
    };
    text.replace("\r\n", "\n")
        .split(['\n', '\r'])
        .map(|line| {
            format!("# {}", line.chars().map(visible).collect::<String>())
                .trim_end()
                .to_owned()
        })
        .collect()
}
