//! Texts of a declaration inside Markdown.

/// A text as inline code: between as many backquotes as it takes (CommonMark 6.1), so that
/// nothing in it is markup.
pub(super) fn code(text: &str) -> String {
    let longest = text
        .split(|c| c != '`')
        .map(str::len)
        .max()
        .unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    // One space is taken off at each end, unless there is nothing but spaces.
    let is_blank = text.chars().all(|c| c == ' ');
    let pad = if is_blank {
        ""
    } else if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{text}{pad}{fence}")
}

#[cfg(test)]
mod tests {
    use super::code;

    #[test]
    fn code_ends_where_the_text_ends() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a``b"), "```a``b```");
        assert_eq!(code("`a"), "`` `a ``");
        assert_eq!(code(" a"), "`  a `");
        assert_eq!(code(" "), "` `");
    }
}
