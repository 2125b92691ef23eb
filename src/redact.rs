//! Keys must not be repeated: not in a message, not in a snippet, not in an artifact.

mod passwords;

pub use passwords::has_password;

use crate::invisible::{is_invisible, spelled_out};

/// What the keys of Tailscale, headscale, age, SSH, OpenPGP and the common forges begin with.
const MARKERS: &[&str] = &[
    "tskey-",
    "hskey-",
    "age-secret-key-",
    "private key-----",
    "private key block-----",
    "ghp_",
    "github_pat_",
    "glpat-",
];

/// Whether a text has something in it that looks like a key which gives access to something.
#[must_use]
pub fn looks_like_a_key(text: &str) -> bool {
    let folded = text.to_ascii_lowercase();
    MARKERS.iter().any(|marker| folded.contains(marker))
}

/// What a key is replaced by.
const HIDDEN: &str = "(a key, not repeated here)";

/// The end of the key that begins at `start`: of the word, or of the whole block where the key
/// is one. `folded` is in lower case.
fn end_of_key(folded: &str, start: usize, marker: &str) -> usize {
    let rest = &folded[start..];
    if marker.ends_with("-----") {
        return rest
            .find("-----end")
            .map_or(folded.len(), |end| start + end);
    }
    let is_delimiter = |c: char| c.is_whitespace() || "\"'`;,()[]{}<>".contains(c);
    rest.find(is_delimiter)
        .map_or(folded.len(), |end| start + end)
}

/// Where keys stand in a text: ranges of bytes, in order.
fn keys(text: &str) -> Vec<std::ops::Range<usize>> {
    let folded = text.to_ascii_lowercase();
    let mut found = Vec::new();
    let mut from = 0;
    while let Some((start, marker)) = MARKERS
        .iter()
        .filter_map(|marker| Some((from + folded[from..].find(marker)?, *marker)))
        .min()
    {
        from = end_of_key(&folded, start, marker);
        found.push(start..from);
    }
    found
}

/// A message without the keys that names and paths in it may have.
#[must_use]
pub fn without_keys(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for key in keys(text) {
        out.push_str(&text[from..key.start]);
        out.push_str(HIDDEN);
        from = key.end;
    }
    out.push_str(&text[from..]);
    out
}

/// A source as snippets show it: keys, and characters that a terminal would act on, are
/// replaced by others of the same length, so that every offset stays valid.
#[must_use]
pub fn source(text: &str) -> String {
    let mut keys = keys(text);
    keys.extend(passwords::passwords(text));
    keys.sort_by_key(|key| key.start);
    let mut keys = keys.iter().peekable();
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        while keys.next_if(|key| key.end <= at).is_some() {}
        let is_key = keys.peek().is_some_and(|key| key.contains(&at));
        match c {
            '\n' => out.push(c),
            _ if is_key => out.extend(std::iter::repeat_n('*', c.len_utf8())),
            // The renderer replaces those of ASCII; the others have two or three bytes.
            _ if is_invisible(c) && !c.is_ascii() => out.push(match c.len_utf8() {
                2 => '\u{b7}',
                _ => '\u{fffd}',
            }),
            _ => out.push(c),
        }
    }
    out
}

/// The longest value that a message repeats, in characters.
const SHOWN: usize = 80;

/// What [`shown`] says of a text that looks like a key.
pub const A_KEY: &str = "a text that looks like a key (not repeated here)";

/// A value as a message shows it: in backquotes, without control characters, cut where it is
/// long, and not at all where it looks like a key.
#[must_use]
pub fn shown(text: &str) -> String {
    if looks_like_a_key(text) {
        return A_KEY.to_owned();
    }
    let visible: String = text.chars().take(SHOWN).collect();
    let visible = spelled_out(&visible);
    let more = if text.chars().count() > SHOWN {
        "…"
    } else {
        ""
    };
    format!("`{visible}{more}`")
}

#[cfg(test)]
mod tests {
    use super::{looks_like_a_key, shown, source, without_keys};

    #[test]
    fn keys_are_not_repeated() {
        let key = format!("tskey-{}-abc", "auth");
        assert!(looks_like_a_key(&key));
        assert!(!shown(&key).contains("abc"));
        assert!(!looks_like_a_key("tailscale_auth_key"));
    }

    #[test]
    fn what_is_shown_is_short_and_visible() {
        assert_eq!(shown("a\nb"), "`a\\nb`");
        assert!(shown(&"x".repeat(500)).chars().count() < 100);
        assert_eq!(shown("\u{202E}"), "`\\u{202e}`");
    }

    #[test]
    fn keys_are_taken_out_of_messages_and_snippets() {
        let key = format!("tskey-{}-abc", "auth");
        let message = without_keys(&format!("there is no node `{key}`, nor {key}"));
        assert_eq!(
            message,
            "there is no node `(a key, not repeated here)`, nor (a key, not repeated here)"
        );
        let text = format!("a = \"{key}\";\nb = \"ü\u{61c}\u{85}\u{200b}\";");
        let masked = source(&text);
        assert_eq!(masked.len(), text.len());
        assert!(!masked.contains("abc") && masked.contains("b = \"ü\u{b7}\u{b7}\u{fffd}\";"));
        let block = format!("-----BEGIN {} KEY-----\nabc\n-----END", "PRIVATE");
        assert!(!source(&block).contains("abc") && !without_keys(&block).contains("abc"));
    }
}
