//! For people: message, snippet, why it matters, what to do.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Element, Level as Shown, Origin, Renderer, Snippet};

use super::Diagnostic;
use crate::declaration::source::Source;
use crate::declaration::value::Location;
use crate::finding::Level;
use crate::redact::{self, looks_like_a_key, without_keys};
use crate::topology::DefaultUsed;

/// Renders diagnostics, each followed by an empty line. `styled` adds colours.
#[must_use]
pub fn render(diagnostics: &[Diagnostic], source: &Source, styled: bool) -> String {
    let renderer = if styled {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let renderer = renderer.decor_style(DecorStyle::Ascii);
    let visible = redact::source(&source.text);
    diagnostics
        .iter()
        .map(|diagnostic| {
            let level = match diagnostic.level {
                Level::Error => Shown::ERROR,
                Level::Warning => Shown::WARNING,
                Level::Note => Shown::NOTE,
            };
            let mut title = level.primary_title(&diagnostic.message);
            if let Some(rule) = diagnostic.rule {
                title = title.id(rule.code);
            }
            let notes = diagnostic
                .notes
                .iter()
                .map(|note| Shown::NOTE.message(note).into());
            let help = diagnostic
                .help
                .iter()
                .map(|help| Shown::HELP.message(help).into());
            let also = also(diagnostic);
            let also = also.iter().map(|text| Shown::NOTE.message(text).into());
            let elements = places(diagnostic, source, &visible)
                .into_iter()
                .chain(also)
                .chain(notes)
                .chain(help);
            renderer.render(&[title.elements(elements)]) + "\n\n"
        })
        .collect()
}

/// How much of the end of a log people see: `nix build` shows the last ten lines of what failed.
const SEEN: usize = 10;

/// The first error in short, to stand behind rendered diagnostics of which only the end may be seen;
/// `after` is how many lines follow them. None where there is no error, or where all is seen anyway.
#[must_use]
pub fn first_error(diagnostics: &[Diagnostic], source: &Source, after: usize) -> Option<String> {
    let errors = |one: &&Diagnostic| one.level == Level::Error;
    let first = diagnostics.iter().find(errors)?;
    if render(diagnostics, source, false).lines().count() + after <= SEEN {
        return None;
    }
    let title = match diagnostics.iter().filter(errors).count() {
        1 => "the error in short:",
        _ => "the first error:",
    };
    let code = first.rule.map(|rule| format!("[{}]", rule.code));
    let code = code.unwrap_or_default();
    let message = &first.message;
    let mut text = format!("\n{title}\nerror{code}: {message}\n");
    if let Some(location) = &first.location {
        text += &format!(" --> {location}\n");
    }
    if let Some(help) = &first.help {
        text += &format!("  = help: {help}\n");
    }
    Some(text)
}

/// Where else the same thing is wrong, since it is written once and used several times.
fn also(diagnostic: &Diagnostic) -> Option<String> {
    let path = diagnostic.path.as_ref()?;
    let mut paths = diagnostic.also.iter().peekable();
    paths.peek()?;
    let all: Vec<&str> = std::iter::once(path)
        .chain(paths)
        .map(String::as_str)
        .collect();
    Some(format!("this is the value of {}", all.join(", ")))
}

/// The places of a diagnostic: one snippet for those in the text at hand, lines and columns
/// for the others. `visible` is the text as it may be shown.
fn places<'a>(
    diagnostic: &'a Diagnostic,
    source: &'a Source,
    visible: &'a str,
) -> Vec<Element<'a>> {
    let label = diagnostic.label.as_str();
    let primary = diagnostic.location.iter();
    let primary = primary.map(|location| (location, label, AnnotationKind::Primary));
    let related = diagnostic
        .related
        .iter()
        .map(|(location, label)| (location, label.as_str(), AnnotationKind::Context));
    let all: Vec<_> = primary.chain(related).collect();
    let mut elements: Vec<Element<'a>> = Vec::new();
    let mut snippet = Snippet::source(visible)
        .path(&*source.display_name)
        .fold(true);
    let mut is_shown = false;
    for (location, label, kind) in &all {
        if let Some(span) = shown_span(location, source) {
            let annotation = kind.span(span);
            let annotation = if label.is_empty() {
                annotation
            } else {
                annotation.label(*label)
            };
            snippet = snippet.annotation(annotation);
            is_shown = true;
        }
    }
    if is_shown {
        elements.push(snippet.into());
    }
    for (location, label, _) in all {
        if shown_span(location, source).is_none() {
            let origin = Origin::path(&*location.file)
                .line(location.line as usize)
                .char_column(location.column as usize);
            elements.push(origin.into());
            if !label.is_empty() {
                elements.push(Shown::NOTE.no_name().message(label).into());
            }
        }
    }
    elements
}

/// The part of the text to underline, or `None` where the text is not at hand, or where the
/// line would show something that looks like a key.
fn shown_span(location: &Location, source: &Source) -> Option<std::ops::Range<usize>> {
    let span = location.span.clone()?;
    if location.file != source.display_name || span.end > source.text.len() {
        return None;
    }
    let start = source.text[..span.start]
        .rfind('\n')
        .map_or(0, |end| end + 1);
    let end = source.text[span.end..]
        .find('\n')
        .map_or(source.text.len(), |end| span.end + end);
    if looks_like_a_key(&source.text[start..end]) {
        return None;
    }
    // What spans lines is shown by its first one: the place counts, not the extent.
    let first_line = source.text[span.clone()]
        .find('\n')
        .map_or(span.end, |end| span.start + end);
    Some(span.start..first_line)
}

/// The defaults that were filled in, each with its reason and the source of that.
#[must_use]
pub fn defaults(defaults: &[DefaultUsed]) -> String {
    let mut text = String::new();
    for default in defaults {
        text += &format!(
            "{} = {}\n  {}\n  source: {}\n\n",
            without_keys(default.path.as_str()),
            default.value,
            default.fact.says,
            default.fact.source
        );
    }
    text
}
