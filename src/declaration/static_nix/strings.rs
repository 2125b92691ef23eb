//! What a string literal means, after Nix' lexer and its `stripIndentation` (libexpr's
//! `lexer.l` and `parser.y` of 2.8). rnix has its own reading, which differs in the corners.

/// A piece of a literal as it stands in the source.
pub(super) enum Raw<T, I> {
    Text(T),
    Interpolation(I),
}

/// A piece of the string that the literal means.
pub(super) enum Cooked<I> {
    Text(String),
    Interpolation(I),
}

/// The text of `"…"` between interpolations.
pub(super) fn unescape(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut characters = raw.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some('n') => text.push('\n'),
                Some('r') => text.push('\r'),
                Some('t') => text.push('\t'),
                Some(other) => text.push(other),
                None => {}
            },
            '\r' => {
                characters.next_if_eq(&'\n');
                text.push('\n');
            }
            other => text.push(other),
        }
    }
    text
}

/// The pieces between which indentation is looked at.
enum Piece<'t, I> {
    /// Text whose blanks at the start of lines may be indentation.
    Plain(&'t str),
    /// What an escape stands for: ends a line's indentation.
    Escape(String),
    Interpolation(I),
}

/// The meaning of `''…''`: escapes replaced, the indentation that all lines share removed.
pub(super) fn strip<'t, I>(raw: impl Iterator<Item = Raw<&'t str, I>>) -> Vec<Cooked<I>> {
    let mut pieces = Vec::new();
    for (number, part) in raw.enumerate() {
        match part {
            Raw::Text(text) => split(
                if number == 0 { first_line(text) } else { text },
                &mut pieces,
            ),
            Raw::Interpolation(inner) => pieces.push(Piece::Interpolation(inner)),
        }
    }
    let indent = indentation(&pieces);
    let count = pieces.len();
    let mut at_start = true;
    let mut dropped = 0;
    let mut cooked = Vec::with_capacity(count);
    for (number, piece) in pieces.into_iter().enumerate() {
        let text = match &piece {
            Piece::Plain(text) => *text,
            Piece::Escape(text) => text.as_str(),
            Piece::Interpolation(_) => "",
        };
        let mut kept = String::with_capacity(text.len());
        for character in text.chars() {
            match character {
                ' ' if at_start => {
                    if dropped >= indent {
                        kept.push(' ');
                    }
                    dropped += 1;
                    continue;
                }
                '\n' => {
                    at_start = true;
                    dropped = 0;
                }
                _ => {
                    at_start = false;
                    dropped = 0;
                }
            }
            kept.push(character);
        }
        if let Piece::Interpolation(inner) = piece {
            at_start = false;
            dropped = 0;
            cooked.push(Cooked::Interpolation(inner));
            continue;
        }
        if number + 1 == count
            && let Some(end) = kept.rfind('\n')
            && kept[end + 1..].bytes().all(|byte| byte == b' ')
        {
            kept.truncate(end + 1);
        }
        cooked.push(Cooked::Text(kept));
    }
    cooked
}

/// The opening quotes take the rest of their line with them if it is blank.
fn first_line(text: &str) -> &str {
    text.trim_start_matches(' ')
        .strip_prefix('\n')
        .unwrap_or(text)
}

fn split<'t, I>(mut text: &'t str, pieces: &mut Vec<Piece<'t, I>>) {
    while !text.is_empty() {
        let plain = plain_length(text);
        if plain > 0 {
            pieces.push(Piece::Plain(&text[..plain]));
            text = &text[plain..];
            continue;
        }
        let (escape, length) = if text.starts_with("''$") {
            ("$".to_owned(), 3)
        } else if text.starts_with("'''") {
            ("''".to_owned(), 3)
        } else if let Some(rest) = text.strip_prefix("''\\") {
            let length = rest.chars().next().map_or(0, char::len_utf8);
            (unescape(&text[2..3 + length]), 3 + length)
        } else {
            // A quote or a dollar sign that begins nothing.
            (text[..1].to_owned(), 1)
        };
        pieces.push(Piece::Escape(escape));
        text = &text[length..];
    }
}

/// How much of the text is one token without escapes: `([^\$\']|\$[^\{\']|\'[^\'\$])+`.
fn plain_length(text: &str) -> usize {
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let next = characters.peek().map(|&(_, next)| next);
        let pair = match character {
            '$' => next.is_some_and(|next| next != '{' && next != '\''),
            '\'' => next.is_some_and(|next| next != '\'' && next != '$'),
            _ => continue,
        };
        if !pair {
            return at;
        }
        characters.next();
    }
    text.len()
}

fn indentation<I>(pieces: &[Piece<'_, I>]) -> usize {
    let mut least = usize::MAX;
    let mut at_start = true;
    let mut current = 0;
    for piece in pieces {
        let Piece::Plain(text) = piece else {
            if at_start {
                at_start = false;
                least = least.min(current);
            }
            continue;
        };
        for character in text.chars() {
            if character == '\n' {
                at_start = true;
                current = 0;
            } else if at_start && character == ' ' {
                current += 1;
            } else if at_start {
                at_start = false;
                least = least.min(current);
            }
        }
    }
    least
}
