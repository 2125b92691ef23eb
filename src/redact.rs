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
    use super::{looks_like_a_key, shown};

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
}
