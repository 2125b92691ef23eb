//! From the value tree to typed records: every problem of a declaration becomes a finding,
//! all of them in one run.
//!
//! A misspelt attribute is read as the one that was meant. Of a record with another problem in
//! it, the rest is still read and its references are followed, but no rule judges it by what is
//! missing of it. Its name stays known: what refers to it is no reference to nothing.

mod containers;
mod record;

use serde_json::{Value as Json, json};

use super::value::{Kind, Location, Set, Value};
use crate::finding::Finding;
use crate::place::{AttrPath, Located, Place};
use crate::redact::shown;
use crate::rules::structure;
use crate::scalar::{Port, Scalar};

pub use containers::{Each, Map, Named, OneOrMany, Soft};
pub(crate) use record::{RecordReader, record, record_schema};

/// A value on its way to its type.
pub struct At<'a> {
    /// The value.
    pub value: &'a Value,
    /// Its attribute path.
    pub path: AttrPath,
    /// Where its attribute's name stands, if it has one.
    pub key: Option<&'a Location>,
}

impl<'a> At<'a> {
    /// The declaration itself.
    #[must_use]
    pub fn root(value: &'a Value) -> Self {
        Self {
            value,
            path: AttrPath::root(),
            key: None,
        }
    }

    /// The place of the value.
    #[must_use]
    pub fn place(&self) -> Place {
        Place {
            path: self.path.clone(),
            location: self.value.location.clone(),
        }
    }

    /// The place of the attribute's name, or of the value where there is none.
    #[must_use]
    pub fn key_place(&self) -> Place {
        Place {
            path: self.path.clone(),
            location: self.key.unwrap_or(&self.value.location).clone(),
        }
    }

    fn element(&self, index: usize, value: &'a Value) -> Self {
        Self {
            value,
            path: self.path.index(index),
            key: None,
        }
    }

    /// One of the set's attributes.
    pub(crate) fn attribute(&self, name: &str, key: &'a Location, value: &'a Value) -> Self {
        Self {
            value,
            path: self.path.attr(name),
            key: Some(key),
        }
    }
}

/// A type that a value of a declaration can have.
pub trait Decode: Sized {
    /// The typed value, or `None` after at least one finding.
    fn decode(at: &At<'_>, findings: &mut Vec<Finding>) -> Option<Self>;

    /// What stands for an attribute that is absent or null; `None` where it is required.
    fn absent() -> Option<Self> {
        None
    }

    /// The JSON Schema of the type.
    fn schema() -> Json;
}

impl<T: Scalar> Decode for T {
    fn decode(at: &At<'_>, findings: &mut Vec<Finding>) -> Option<Self> {
        let (Kind::String(text) | Kind::Path(text)) = &at.value.kind else {
            findings.push(structure::wrong_type(at, T::WHAT));
            return None;
        };
        match text.parse() {
            Ok(value) => Some(value),
            Err(invalid) => {
                findings.push(structure::invalid_value(
                    at,
                    &shown(text),
                    T::WHAT,
                    &invalid,
                ));
                None
            }
        }
    }

    fn schema() -> Json {
        let mut schema = T::schema();
        schema.insert("type".to_owned(), "string".into());
        schema.insert("title".to_owned(), T::WHAT.into());
        Json::Object(schema)
    }
}

impl Decode for bool {
    fn decode(at: &At<'_>, findings: &mut Vec<Finding>) -> Option<Self> {
        match at.value.kind {
            Kind::Bool(value) => Some(value),
            _ => {
                findings.push(structure::wrong_type(at, "true or false"));
                None
            }
        }
    }

    fn schema() -> Json {
        json!({ "type": "boolean" })
    }
}

impl Decode for Port {
    fn decode(at: &At<'_>, findings: &mut Vec<Finding>) -> Option<Self> {
        const WHAT: &str = "a port from 1 to 65535";
        match whole_number(&at.value.kind) {
            Some(number) => Self::new(number).or_else(|| {
                findings.push(structure::out_of_range(at, number, WHAT));
                None
            }),
            None => {
                findings.push(structure::wrong_type(at, WHAT));
                None
            }
        }
    }

    fn schema() -> Json {
        json!({ "type": "integer", "minimum": 1, "maximum": 65535 })
    }
}

/// A whole number, also where it is written as 1.0: evaluation turns that into 1.
fn whole_number(kind: &Kind) -> Option<i64> {
    match *kind {
        Kind::Int(number) => Some(number),
        // Beyond 2^53 a float says nothing exact; no attribute takes such a number.
        Kind::Float(number) if number.fract() == 0.0 && number.abs() < 9e15 =>
        {
            #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
            Some(number as i64)
        }
        _ => None,
    }
}

/// How many of something there are: 1 to 1000.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count(pub u16);

impl Decode for Count {
    fn decode(at: &At<'_>, findings: &mut Vec<Finding>) -> Option<Self> {
        const WHAT: &str = "a whole number from 1 to 1000";
        match whole_number(&at.value.kind) {
            Some(number) => match u16::try_from(number) {
                Ok(count @ 1..=1000) => Some(Self(count)),
                _ => {
                    findings.push(structure::out_of_range(at, number, WHAT));
                    None
                }
            },
            None => {
                findings.push(structure::wrong_type(at, WHAT));
                None
            }
        }
    }

    fn schema() -> Json {
        json!({ "type": "integer", "minimum": 1, "maximum": 1000 })
    }
}

impl<T: Decode> Decode for Located<T> {
    fn decode(at: &At<'_>, findings: &mut Vec<Finding>) -> Option<Self> {
        T::decode(at, findings).map(|value| Self {
            value,
            place: at.place(),
        })
    }

    fn schema() -> Json {
        T::schema()
    }
}

impl<T: Decode> Decode for Option<T> {
    fn decode(at: &At<'_>, findings: &mut Vec<Finding>) -> Option<Self> {
        match at.value.kind {
            Kind::Null => Some(None),
            _ => T::decode(at, findings).map(Some),
        }
    }

    fn absent() -> Option<Self> {
        Some(None)
    }

    fn schema() -> Json {
        T::schema()
    }
}

/// The set that a record is written as, after findings for names that are given twice.
pub(crate) fn expect_set<'a>(at: &At<'a>, findings: &mut Vec<Finding>) -> Option<&'a Set> {
    let Kind::Set(set) = &at.value.kind else {
        findings.push(structure::wrong_type(at, "an attribute set"));
        return None;
    };
    for (name, location) in &set.repeated {
        findings.push(structure::repeated(at, name, location, set));
    }
    set.repeated.is_empty().then_some(set)
}
