//! For GitHub Actions: workflow commands that annotate the lines of a change
//! (docs.github.com, actions/reference/workflow-commands-for-github-actions).

use super::Diagnostic;
use super::extent::Extents;
use crate::declaration::source::Source;
use crate::finding::Level;

/// One command for each diagnostic, each in a line of its own.
#[must_use]
pub fn render(diagnostics: &[Diagnostic], source: &Source) -> String {
    let extents = Extents::new(source);
    diagnostics
        .iter()
        .map(|diagnostic| command(diagnostic, &extents))
        .collect()
}

fn command(diagnostic: &Diagnostic, extents: &Extents<'_>) -> String {
    let command = match diagnostic.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    };
    let title = diagnostic.rule.map_or_else(
        || "tailwright".to_owned(),
        |rule| format!("{} {}", rule.code, rule.name),
    );
    let mut properties = place(diagnostic, extents);
    properties.push(("title", title));
    let properties: Vec<String> = properties
        .into_iter()
        .map(|(name, value)| format!("{name}={}", property(&value)))
        .collect();
    let related = diagnostic
        .related
        .iter()
        .map(|(location, label)| format!("\n{location}: {label}"));
    let text: String = std::iter::once(diagnostic.in_full())
        .chain(related)
        .collect();
    format!("::{command} {}::{}\n", properties.join(","), data(&text))
}

/// Where the annotation goes. Its columns can be said only where it is within one line: the
/// runner refuses them otherwise.
fn place(diagnostic: &Diagnostic, extents: &Extents<'_>) -> Vec<(&'static str, String)> {
    let Some(location) = &diagnostic.location else {
        return Vec::new();
    };
    let file = location.file.strip_prefix("./").unwrap_or(&location.file);
    let mut place = vec![
        ("file", file.to_owned()),
        ("line", location.line.to_string()),
    ];
    let column = ("col", location.column.to_string());
    match extents.of(location) {
        Some(extent) if extent.end_line == location.line => place.extend([
            column,
            ("endLine", extent.end_line.to_string()),
            ("endColumn", extent.end_column.to_string()),
        ]),
        Some(extent) => place.push(("endLine", extent.end_line.to_string())),
        None => place.push(column),
    }
    place
}

/// A text as the part behind `::` has it: the runner ends a command at the end of the line.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A text as a property has it, where commas and colons separate.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn what_would_end_a_command_is_escaped() {
        assert_eq!(
            data("100 %:\r\n::error::x, y"),
            "100 %25:%0D%0A::error::x, y"
        );
        assert_eq!(property("C:\\a,b%\n"), "C%3A\\a%2Cb%25%0A");
    }
}
