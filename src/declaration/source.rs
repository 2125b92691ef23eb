//! A text to load, and where its bytes stand in lines and columns.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::load_error::{LoadError, Problem};
use super::value::Location;

/// The largest source that is loaded, in bytes: what comes after is no declaration, and the
/// Nix parser counts positions in 32 bits.
pub const MAX_SOURCE: usize = 64 << 20;

/// A text with the name under which the user knows it.
#[derive(Debug, Clone)]
pub struct Source {
    /// The name that locations show.
    pub display_name: Arc<str>,
    /// The text.
    pub text: String,
}

/// The user's files that a declaration names and that are read beside it, by their paths below the
/// root; where one can't be read, why.
pub type Files = BTreeMap<String, Result<Source, String>>;

/// The language of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// JSON, RFC 8259.
    Json,
    /// The Nix language without evaluation.
    Nix,
}

impl Source {
    /// A source whose text is not there.
    #[must_use]
    pub fn empty(display_name: &str) -> Self {
        Self {
            display_name: display_name.into(),
            text: String::new(),
        }
    }

    /// Makes a source of what was read from a file.
    ///
    /// # Errors
    ///
    /// Bytes that are not UTF-8, with the position of the first one; more than [`MAX_SOURCE`].
    pub fn from_bytes(display_name: &str, bytes: Vec<u8>) -> Result<Self, Vec<LoadError>> {
        let display_name: Arc<str> = display_name.into();
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Self { display_name, text }),
            Err(error) => {
                let byte = error.utf8_error().valid_up_to();
                let valid = String::from_utf8_lossy(&error.as_bytes()[..byte]);
                let location = Index::new(&display_name, &valid).at(byte..byte);
                Err(vec![LoadError::new(Problem::NotUtf8 { byte }, location)])
            }
        }
    }
}

/// Byte offsets to lines and columns, each look-up in logarithmic time however long the lines
/// are: evaluated JSON is usually one line.
#[derive(Debug)]
pub(crate) struct Index {
    file: Arc<str>,
    /// The first byte of each line.
    lines: Vec<usize>,
    /// The bytes that continue a character.
    continuations: Vec<usize>,
}

impl Index {
    pub(crate) fn new(file: &Arc<str>, text: &str) -> Self {
        let mut lines = vec![0];
        let mut continuations = Vec::new();
        for (offset, byte) in text.bytes().enumerate() {
            if byte == b'\n' {
                lines.push(offset + 1);
            } else if byte & 0b1100_0000 == 0b1000_0000 {
                continuations.push(offset);
            }
        }
        Self {
            file: Arc::clone(file),
            lines,
            continuations,
        }
    }

    /// The location of a range of bytes: line and column of its start.
    pub(crate) fn at(&self, span: Range<usize>) -> Location {
        let line = self.lines.partition_point(|&start| start <= span.start);
        let start = self.lines[line.saturating_sub(1)];
        let characters = self.characters(span.start) - self.characters(start);
        Location {
            file: Arc::clone(&self.file),
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: u32::try_from(characters + 1).unwrap_or(u32::MAX),
            span: Some(span),
        }
    }

    /// How many characters (Unicode scalar values) stand before a byte.
    pub(crate) fn characters(&self, byte: usize) -> usize {
        byte - self.continuations.partition_point(|&at| at < byte)
    }

    /// The byte of a line and of a column that is counted in bytes, both from 1, as serde_json
    /// reports them.
    pub(super) fn byte(&self, line: usize, column: usize) -> usize {
        let line = line.clamp(1, self.lines.len());
        self.lines[line - 1] + column.saturating_sub(1)
    }
}
