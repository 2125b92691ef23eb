//! Keys must not be repeated: not in a message, not in a snippet, not in an artifact.

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

/// A text without the words in it that look like a key, for whatever is printed: a message can
/// hold part of a value that it quotes, a path the name of an attribute.
#[must_use]
pub fn without_keys(text: &str) -> String {
    if !looks_like_a_key(text) {
        return text.to_owned();
    }
    let is_of_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let words = text.split_inclusive(|c| !is_of_word(c)).map(|word| {
        let rest = word.trim_start_matches(is_of_word);
        if looks_like_a_key(word) {
            format!("(not repeated){rest}")
        } else {
            word.to_owned()
        }
    });
    let without: String = words.collect();
    // What looks like a key only as a whole, such as the first line of a private one.
    if looks_like_a_key(&without) {
        return "(a text that looks like a key, not repeated)".to_owned();
    }
    without
}

/// The longest value that a message repeats, in characters.
const SHOWN: usize = 80;

/// A value as a message shows it: in backquotes, without control characters, cut where it is
/// long, and not at all where it looks like a key.
#[must_use]
pub fn shown(text: &str) -> String {
    if looks_like_a_key(text) {
        return "a text that looks like a key (not repeated here)".to_owned();
    }
    let visible: String = text.chars().take(SHOWN).flat_map(visible).collect();
    let more = if text.chars().count() > SHOWN {
        "…"
    } else {
        ""
    };
    format!("`{visible}{more}`")
}

fn visible(c: char) -> Vec<char> {
    let is_format = matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{2069}' | '\u{FEFF}');
    if c.is_control() || is_format {
        c.escape_default().collect()
    } else {
        vec![c]
    }
}

#[cfg(test)]
mod tests {
    use super::{looks_like_a_key, shown, without_keys};

    #[test]
    fn keys_are_not_repeated() {
        let key = format!("tskey-{}-abc", "auth");
        assert!(looks_like_a_key(&key));
        assert!(!shown(&key).contains("abc"));
        assert!(!looks_like_a_key("tailscale_auth_key"));
    }

    #[test]
    fn words_that_look_like_keys_are_left_out() {
        let key = format!("tskey-{}-abc", "auth");
        assert_eq!(
            without_keys(&format!("write tag:{key}, `{key}.ts.net`")),
            "write tag:(not repeated), `(not repeated).ts.net`"
        );
        assert_eq!(without_keys("write tag:router"), "write tag:router");
        let whole = ["-----BEGIN PRIVATE", "KEY----- abc"].join(" ");
        assert!(!without_keys(&whole).contains("abc"));
    }

    #[test]
    fn what_is_shown_is_short_and_visible() {
        assert_eq!(shown("a\nb"), "`a\\nb`");
        assert!(shown(&"x".repeat(500)).chars().count() < 100);
        assert_eq!(shown("\u{202E}"), "`\\u{202e}`");
    }
}
