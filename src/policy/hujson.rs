//! HuJSON: JSON with comments and trailing commas (nigeltao.github.io/blog/2021/json-with-commas-comments.html).
//!
//! Both are blanked out, byte by byte, so that every position stays the one in the user's text;
//! what is left is JSON for the loader that reads JSON anyway.

use crate::declaration::load::load_json;
use crate::declaration::load_error::LoadError;
use crate::declaration::source::Source;
use crate::declaration::value::Value;

/// Reads HuJSON whose root is an object.
///
/// # Errors
/// What is no HuJSON, with its place.
pub(super) fn load(source: &Source) -> Result<Value, Vec<LoadError>> {
    load_json(&Source {
        display_name: source.display_name.clone(),
        text: blanked(&source.text),
    })
}

/// The text with a blank in place of each byte of a comment and of each trailing comma.
fn blanked(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut blank = vec![false; bytes.len()];
    let mut comma = None;
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => {
                comma = None;
                at = behind_string(bytes, at);
                continue;
            }
            b'/' if matches!(bytes.get(at + 1), Some(b'/' | b'*')) => {
                let end = behind_comment(text, at);
                blank[at..end].fill(true);
                at = end;
                continue;
            }
            b',' => comma = Some(at),
            b']' | b'}' => {
                if let Some(comma) = comma.take() {
                    blank[comma] = true;
                }
            }
            byte if byte.is_ascii_whitespace() => {}
            _ => comma = None,
        }
        at += 1;
    }
    let kept = text.char_indices().map(|(at, c)| match c {
        '\n' => "\n".to_owned(),
        _ if blank[at] => " ".repeat(c.len_utf8()),
        _ => c.to_string(),
    });
    kept.collect()
}

fn behind_string(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'"' => return at + 1,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

/// The end of the comment; where it has none it is left as it is, for the loader to refuse.
fn behind_comment(text: &str, start: usize) -> usize {
    let rest = &text[start..];
    if rest.starts_with("//") {
        return start + rest.find('\n').unwrap_or(rest.len());
    }
    rest[2..]
        .find("*/")
        .map_or(start, |end| start + 2 + end + 2)
        .max(start + 1)
}

#[cfg(test)]
mod tests {
    use super::blanked;

    #[test]
    fn comments_and_trailing_commas_become_blanks_and_nothing_moves() {
        let text = "{ // ä \"x\n \"a//b\": [1, /* , */ 2,\n], }";
        let plain = "{         \n \"a//b\": [1,         2 \n]  }";
        assert_eq!(blanked(text), plain);
        assert_eq!(blanked(text).len(), text.len());
    }

    #[test]
    fn what_is_no_trailing_comma_stays() {
        assert_eq!(blanked("[1,,2]"), "[1,,2]");
        assert_eq!(blanked(r#"["\",]"]"#), r#"["\",]"]"#);
    }
}
