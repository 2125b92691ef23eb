//! Characters that nobody sees in a review: refused in values, replaced in what is shown.

/// Whether a character is a control character, has no width, or changes the direction in which
/// a line is read (Unicode: the categories Cc, Zl and Zp; of Cf the marks of general punctuation,
/// U+061C and U+FEFF).
pub(crate) fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

/// A text whose invisible characters are spelled out, as in `\u{202e}`.
pub(crate) fn spelled_out(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_invisible(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::spelled_out;

    #[test]
    fn what_nobody_sees_is_spelled_out() {
        assert_eq!(spelled_out("ü a\n\u{61c}\u{85}"), r"ü a\n\u{61c}\u{85}");
    }
}
