//! How far a place extends, in characters.

use crate::declaration::source::{Index, Source};
use crate::declaration::value::Location;

/// Extents of places in one text.
pub(super) struct Extents<'a> {
    source: &'a Source,
    index: Index,
}

/// Where a place ends, and where it is in the text as a whole. Characters are Unicode scalar
/// values, as everywhere in reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Extent {
    /// The line of its end, from 1.
    pub(super) end_line: u32,
    /// The column after its last character, from 1.
    pub(super) end_column: u32,
    /// How many characters stand before it.
    pub(super) offset: usize,
    /// How many characters it has.
    pub(super) length: usize,
}

impl<'a> Extents<'a> {
    pub(super) fn new(source: &'a Source) -> Self {
        let index = Index::new(&source.display_name, &source.text);
        Self { source, index }
    }

    /// The extent of a place, or `None` where no more than its line and column are known.
    pub(super) fn of(&self, location: &Location) -> Option<Extent> {
        let span = location.span.clone()?;
        if location.file != self.source.display_name || span.end > self.source.text.len() {
            return None;
        }
        let end = self.index.at(span.end..span.end);
        let offset = self.index.characters(span.start);
        Some(Extent {
            end_line: end.line,
            end_column: end.column,
            offset,
            length: self.index.characters(span.end) - offset,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Extent, Extents};
    use crate::declaration::source::{Index, Source};

    #[test]
    fn characters_are_neither_bytes_nor_utf_16() {
        let text = "ü = 1;\n😀 = \"ß\n\";\n";
        let source = Source {
            display_name: "a.nix".into(),
            text: text.to_owned(),
        };
        let start = text.find("\"ß").unwrap_or_default();
        let end = text.rfind(';').unwrap_or_default();
        let location = Index::new(&source.display_name, text).at(start..end);
        assert_eq!((location.line, location.column), (2, 5));
        let extent = Extents::new(&source).of(&location);
        let expected = Extent {
            end_line: 3,
            end_column: 2,
            offset: 11,
            length: 4,
        };
        assert_eq!(extent, Some(expected));
    }

    #[test]
    fn a_place_in_another_text_has_no_extent() {
        let source = Source {
            display_name: "a.nix".into(),
            text: "{ }".to_owned(),
        };
        let other = Index::new(&"b.nix".into(), "{ }").at(0..3);
        assert_eq!(Extents::new(&source).of(&other), None);
        let longer = Index::new(&source.display_name, "{    }").at(0..6);
        assert_eq!(Extents::new(&source).of(&longer), None);
    }
}
