//! Passwords in texts, as far as their surroundings give them away.

use std::ops::Range;

/// Whether a password stands in a text: before a host (RFC 3986 section 3.2.1; the same in the
/// addresses of MySQL, `user:password@tcp(host)/`), or in a list of parameters
/// (postgresql.org/docs/current/libpq-connect.html).
#[must_use]
pub fn has_password(text: &str) -> bool {
    text.split(|c: char| c.is_whitespace() || c == ',')
        .any(|word| before_host(word).is_some() || parameter(word).is_some())
}

/// Where passwords stand in a source: in texts as above, and behind a name that ends with
/// `password`.
pub(super) fn passwords(source: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let is_end = |c: char| c.is_whitespace() || "\"'`,;".contains(c);
    let mut start = 0;
    for end in source
        .match_indices(is_end)
        .map(|(at, _)| at)
        .chain([source.len()])
    {
        let word = &source[start..end];
        for range in [before_host(word), parameter(word)].into_iter().flatten() {
            found.push(start + range.start..start + range.end);
        }
        start = end + source[end..].chars().next().map_or(0, char::len_utf8);
    }
    let folded = source.to_ascii_lowercase();
    for (at, word) in folded.match_indices("password") {
        found.extend(assigned(source, at + word.len()));
    }
    found
}

/// The password in `user:password@host`, with or without a scheme, before the path.
fn before_host(word: &str) -> Option<Range<usize>> {
    let start = word.find("://").map_or(0, |scheme| scheme + 3);
    let rest = &word[start..];
    // A MySQL password may hold a slash, one of a URL may not.
    let authority = match rest.find('/') {
        Some(slash) if start > 0 => &rest[..slash],
        _ => rest,
    };
    let at = authority.rfind('@')?;
    let colon = authority[..at].find(':')?;
    let host = &authority[at + 1..];
    // `ghcr.io/blocky:v1@sha256:…` is an image.
    let is_host = !host.is_empty() && !host.starts_with("sha256:");
    let has_user = start > 0 || (colon > 0 && !authority[..colon].contains('/'));
    (is_host && has_user && colon + 1 < at).then(|| start + colon + 1..start + at)
}

fn parameter(word: &str) -> Option<Range<usize>> {
    let folded = word.to_ascii_lowercase();
    let start = folded.find("password=")? + "password=".len();
    let end = word[start..]
        .find('&')
        .map_or(word.len(), |end| start + end);
    (start < end).then_some(start..end)
}

/// The text that is assigned behind a name that ends at `end`, in Nix or in JSON.
fn assigned(source: &str, end: usize) -> Option<Range<usize>> {
    let rest = &source[end..];
    let value = rest.trim_start_matches('"').trim_start();
    let value = value.strip_prefix(['=', ':'])?.trim_start();
    let (text, closing) = match value.strip_prefix('"') {
        Some(text) => (text, "\""),
        None => (value.strip_prefix("''")?, "''"),
    };
    let start = source.len() - text.len();
    let mut is_escaped = false;
    let length = text.char_indices().find_map(|(at, c)| {
        let is_end = !is_escaped && text[at..].starts_with(closing);
        is_escaped = closing == "\"" && c == '\\' && !is_escaped;
        is_end.then_some(at)
    });
    Some(start..start + length.unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::{has_password, passwords};

    #[test]
    fn passwords_are_known_by_what_is_around_them() {
        for text in [
            "postgres://user:word@db/log",
            "user:wo/rd@tcp(db:3306)/log?charset=utf8mb4",
            "host=db password=word user=blocky",
            "https://:word@lists.example/ads.txt",
            "postgres://db/log?user=a&password=word",
        ] {
            assert!(has_password(text), "{text}");
        }
        for text in [
            "https://lists.example/@ads:1.txt",
            "postgres://user@db/log",
            "ghcr.io/0xerr0r/blocky:v0.34.0@sha256:00",
            "redis:6379",
            "someone@example.org",
            "tcp-tls:1.1.1.1:853",
            "password=",
            "/^ads@a:b/",
        ] {
            assert!(!has_password(text), "{text}");
        }
    }

    #[test]
    fn snippets_do_not_show_them() {
        for text in [
            "redis.password = \"a\\\"word\";",
            "{ \"sentinelPassword\" : \"aword\" }",
            "password = ''\n  word\n'';",
            "target = \"postgres://user:word@db/log\";",
        ] {
            let shown = crate::redact::source(text);
            assert!(
                !shown.contains("word\"") || !shown.contains("aword"),
                "{shown}"
            );
            assert!(
                !passwords(text).is_empty() && shown.len() == text.len(),
                "{shown}"
            );
        }
        let shown = crate::redact::source("redis.password = \"correct\"; user = \"a\";");
        assert_eq!(shown, "redis.password = \"*******\"; user = \"a\";");
    }
}
