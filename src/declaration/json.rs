//! JSON with positions.
//!
//! serde_json decides what is JSON and says what is wrong. Then a second, trusting walk over
//! the same text finds the positions, and keeps what serde_json drops: repeated names and how
//! numbers are written.

use std::collections::btree_map::Entry as Slot;

use serde_json::error::Category;

use super::load_error::{LoadError, Problem};
use super::source::Index;
use super::value::{Entry, Kind, Set, Value};

pub(super) fn parse(text: &str, index: &Index) -> Result<Value, LoadError> {
    if let Err(error) = serde_json::from_str::<serde_json::Value>(text) {
        return Err(explain(&error, text, index));
    }
    Walk { text, index, at: 0 }.value()
}

fn explain(error: &serde_json::Error, text: &str, index: &Index) -> LoadError {
    let mut byte = index.byte(error.line(), error.column()).min(text.len());
    while !text.is_char_boundary(byte) {
        byte -= 1;
    }
    let said = error.to_string();
    let reason = said.split(" at line ").next().unwrap_or(&said).to_owned();
    // serde_json has no data for these two, only words.
    let problem = if reason == "recursion limit exceeded" {
        Problem::TooDeep
    } else if reason == "number out of range" {
        let start = text[..byte]
            .rfind(|c: char| !is_numeric(c))
            .map_or(0, |at| at + 1);
        let rest = &text[start..];
        let literal = rest[..rest.find(|c| !is_numeric(c)).unwrap_or(rest.len())].to_owned();
        byte = start;
        Problem::NumberOutOfRange { literal }
    } else if error.classify() == Category::Eof {
        byte = text.len();
        Problem::Json {
            reason: "it ends too early".to_owned(),
        }
    } else {
        Problem::Json { reason }
    };
    LoadError::new(problem, index.at(byte..byte))
}

fn is_numeric(c: char) -> bool {
    matches!(c, '0'..='9' | '-' | '+' | '.' | 'e' | 'E')
}

/// The walk over text that is known to be JSON, so it looks only at what distinguishes values.
struct Walk<'t> {
    text: &'t str,
    index: &'t Index,
    at: usize,
}

impl Walk<'_> {
    fn peek(&mut self) -> u8 {
        let rest = &self.text.as_bytes()[self.at..];
        let blanks = rest.iter().take_while(|b| b.is_ascii_whitespace()).count();
        self.at += blanks;
        rest.get(blanks).copied().unwrap_or(b' ')
    }

    /// Steps over one of the separators `,` and `:` if it is there.
    fn skip(&mut self, separator: u8) {
        if self.peek() == separator {
            self.at += 1;
        }
    }

    fn value(&mut self) -> Result<Value, LoadError> {
        let first = self.peek();
        let start = self.at;
        let kind = match first {
            b'{' => Kind::Set(self.set()?),
            b'[' => Kind::List(self.list()?),
            b'"' => Kind::String(self.string()?),
            b't' => self.word(4, Kind::Bool(true)),
            b'f' => self.word(5, Kind::Bool(false)),
            b'n' => self.word(4, Kind::Null),
            _ => self.number()?,
        };
        Ok(Value {
            kind,
            location: self.index.at(start..self.at),
        })
    }

    fn word(&mut self, length: usize, kind: Kind) -> Kind {
        self.at += length;
        kind
    }

    fn list(&mut self) -> Result<Vec<Value>, LoadError> {
        self.at += 1;
        let mut items = Vec::new();
        while self.peek() != b']' {
            items.push(self.value()?);
            self.skip(b',');
        }
        self.at += 1;
        Ok(items)
    }

    fn set(&mut self) -> Result<Set, LoadError> {
        self.at += 1;
        let mut set = Set::default();
        while self.peek() != b'}' {
            let start = self.at;
            let name = self.string()?;
            let key = self.index.at(start..self.at);
            self.skip(b':');
            let value = self.value()?;
            self.skip(b',');
            match set.entries.entry(name) {
                Slot::Vacant(slot) => {
                    slot.insert(Entry { key, value });
                }
                Slot::Occupied(first) => set.repeated.push((first.key().clone(), key)),
            }
        }
        self.at += 1;
        Ok(set)
    }

    fn string(&mut self) -> Result<String, LoadError> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        self.at += 1;
        while bytes.get(self.at).is_some_and(|&byte| byte != b'"') {
            self.at += if bytes[self.at] == b'\\' { 2 } else { 1 };
        }
        self.at += 1;
        let literal = &self.text[start..self.at];
        serde_json::from_str(literal).map_err(|error| self.broken(start, error.to_string()))
    }

    fn number(&mut self) -> Result<Kind, LoadError> {
        let start = self.at;
        let rest = &self.text[start..];
        let literal = &rest[..rest.find(|c| !is_numeric(c)).unwrap_or(rest.len())];
        self.at += literal.len();
        // As Nix' fromJSON: a fraction or an exponent makes a float, however it comes out.
        let parsed = if literal.contains(['.', 'e', 'E']) {
            literal
                .parse()
                .ok()
                .filter(|float: &f64| float.is_finite())
                .map(Kind::Float)
        } else {
            literal.parse().ok().map(Kind::Int)
        };
        parsed.ok_or_else(|| {
            let problem = Problem::NumberOutOfRange {
                literal: literal.to_owned(),
            };
            LoadError::new(problem, self.index.at(start..self.at))
        })
    }

    fn broken(&self, start: usize, reason: String) -> LoadError {
        LoadError::new(Problem::Json { reason }, self.index.at(start..start))
    }
}
