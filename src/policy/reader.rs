//! Walking the value tree of a policy file, with every problem noted.

use super::Problem;
use super::selector::Selector;
use crate::declaration::value::{Entry, Kind, Location, Set, Value};

/// What was met while reading.
#[derive(Debug, Default)]
pub(super) struct Reader {
    pub(super) problems: Vec<Problem>,
}

/// The entry of a name. Tailscale reads names in upper and lower case alike.
pub(super) fn entry<'v>(set: &'v Set, name: &str) -> Option<&'v Entry> {
    let mut entries = set.entries.iter();
    entries
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, entry)| entry)
        .filter(|entry| !matches!(entry.value.kind, Kind::Null))
}

impl Reader {
    pub(super) fn problem(
        &mut self,
        location: &Location,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.problems.push(Problem {
            location: location.clone(),
            message: message.into(),
            help: help.into(),
        });
    }

    fn wrong_type(&mut self, value: &Value, expected: &str) {
        let found = match &value.kind {
            Kind::Set(_) => "an object",
            kind => kind.type_name(),
        };
        self.problem(
            &value.location,
            format!("{found} where {expected} belongs"),
            format!("write {expected}"),
        );
    }

    /// An object, and nothing in it but these names.
    pub(super) fn object<'v>(&mut self, value: &'v Value, known: &[&str]) -> Option<&'v Set> {
        let set = self.map(value)?;
        for (name, entry) in &set.entries {
            if !known.iter().any(|known| known.eq_ignore_ascii_case(name)) {
                self.problem(
                    &entry.key,
                    format!("\"{name}\" is not known here"),
                    match crate::suggest::closest(name, known.iter().copied()) {
                        Some(meant) => format!("write \"{meant}\", or remove it"),
                        None => format!("known here: {}", known.join(", ")),
                    },
                );
            }
        }
        Some(set)
    }

    /// An object with names of the user's own.
    pub(super) fn map<'v>(&mut self, value: &'v Value) -> Option<&'v Set> {
        match &value.kind {
            Kind::Set(set) => {
                for (name, location) in &set.repeated {
                    self.problem(
                        location,
                        format!("\"{name}\" is there twice"),
                        "put the two together",
                    );
                }
                Some(set)
            }
            Kind::Null => None,
            _ => {
                self.wrong_type(value, "an object");
                None
            }
        }
    }

    /// The elements of a list, or nothing where it is absent.
    pub(super) fn list<'v>(&mut self, set: &'v Set, name: &str) -> &'v [Value] {
        entry(set, name).map_or(&[], |entry| self.elements(&entry.value))
    }

    pub(super) fn elements<'v>(&mut self, value: &'v Value) -> &'v [Value] {
        match &value.kind {
            Kind::List(elements) => elements,
            Kind::Null => &[],
            _ => {
                self.wrong_type(value, "a list");
                &[]
            }
        }
    }

    pub(super) fn text<'v>(&mut self, value: &'v Value) -> Option<&'v str> {
        match &value.kind {
            Kind::String(text) => Some(text),
            _ => {
                self.wrong_type(value, "a string");
                None
            }
        }
    }

    /// A string with its place, or nothing where it is absent.
    pub(super) fn string<'v>(
        &mut self,
        set: &'v Set,
        name: &str,
    ) -> Option<(&'v str, &'v Location)> {
        let value = &entry(set, name)?.value;
        Some((self.text(value)?, &value.location))
    }

    /// The strings of a list, each with its place.
    pub(super) fn strings<'v>(&mut self, elements: &'v [Value]) -> Vec<(&'v str, &'v Location)> {
        elements
            .iter()
            .filter_map(|value| Some((self.text(value)?, &value.location)))
            .collect()
    }

    /// What is read from each string of a list; what can't be read is noted.
    pub(super) fn each<T>(
        &mut self,
        elements: &[Value],
        help: &str,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Vec<(T, Location)> {
        let strings = self.strings(elements);
        let mut all = Vec::new();
        for (text, location) in strings {
            match read(text) {
                Ok(one) => all.push((one, location.clone())),
                Err(message) => self.problem(location, message, help),
            }
        }
        all
    }

    /// The selectors of a list, each with its place.
    pub(super) fn selectors(&mut self, elements: &[Value]) -> Vec<(Selector, Location)> {
        self.each(elements, SELECTORS, Selector::parse)
    }
}

/// What to do about a word that means nobody.
pub(super) const SELECTORS: &str =
    "write *, a user, group:…, tag:…, autogroup:…, an address, a range, or a name of \"hosts\"";
