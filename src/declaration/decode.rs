//! From the value tree to typed records: every problem of a declaration becomes a finding,
//! all of them in one run.
//!
//! A record with any problem in it is left out, but its name stays known: what refers to it
//! is neither reported as a reference to nothing nor judged by what is missing of it.

use std::collections::BTreeMap;

use serde_json::{Map as JsonMap, Value as Json, json};

use super::value::{Kind, Location, Set, Value};
use crate::finding::Finding;
use crate::place::{AttrPath, Located, Place};
use crate::redact::shown;
use crate::rules::structure;
use crate::scalar::{Name, Port, Scalar};
use crate::suggest::closest;

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

    fn attribute(&self, name: &str, key: &'a Location, value: &'a Value) -> Self {
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

impl<T: Decode> Decode for Vec<T> {
    fn decode(at: &At<'_>, findings: &mut Vec<Finding>) -> Option<Self> {
        let Kind::List(elements) = &at.value.kind else {
            findings.push(structure::wrong_type(at, "a list"));
            return None;
        };
        // Each element is decoded before any failure counts: all findings in one run.
        let decoded: Vec<Option<T>> = elements
            .iter()
            .enumerate()
            .map(|(index, value)| T::decode(&at.element(index, value), findings))
            .collect();
        decoded.into_iter().collect()
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }

    fn schema() -> Json {
        json!({ "type": "array", "items": T::schema() })
    }
}

/// One value, or a list of them.
#[derive(Debug, Clone)]
pub struct OneOrMany<T>(pub Vec<T>);

impl<T: Decode> Decode for OneOrMany<T> {
    fn decode(at: &At<'_>, findings: &mut Vec<Finding>) -> Option<Self> {
        match at.value.kind {
            Kind::List(_) => Vec::decode(at, findings).map(Self),
            _ => T::decode(at, findings).map(|one| Self(vec![one])),
        }
    }

    fn absent() -> Option<Self> {
        Some(Self(Vec::new()))
    }

    fn schema() -> Json {
        json!({ "anyOf": [T::schema(), { "type": "array", "items": T::schema() }] })
    }
}

/// An attribute of the declaration itself: a problem in it leaves the others readable.
#[derive(Debug, Clone)]
pub enum Soft<T> {
    /// Not written, or null.
    Absent,
    /// Written with a problem, which has its finding.
    Broken,
    /// Sound.
    Sound(T),
}

impl<T> Soft<T> {
    /// The value, where it is sound.
    pub fn sound(&self) -> Option<&T> {
        match self {
            Self::Sound(value) => Some(value),
            Self::Absent | Self::Broken => None,
        }
    }
}

impl<T: Decode> Decode for Soft<T> {
    fn decode(at: &At<'_>, findings: &mut Vec<Finding>) -> Option<Self> {
        Some(T::decode(at, findings).map_or(Self::Broken, Self::Sound))
    }

    fn absent() -> Option<Self> {
        Some(Self::Absent)
    }

    fn schema() -> Json {
        T::schema()
    }
}

/// A list of the declaration itself: elements with a problem are left out.
#[derive(Debug, Clone)]
pub struct Each<T>(pub Vec<T>);

impl<T: Decode> Decode for Each<T> {
    fn decode(at: &At<'_>, findings: &mut Vec<Finding>) -> Option<Self> {
        let Kind::List(elements) = &at.value.kind else {
            findings.push(structure::wrong_type(at, "a list"));
            return Some(Self(Vec::new()));
        };
        let sound = elements
            .iter()
            .enumerate()
            .filter_map(|(index, value)| T::decode(&at.element(index, value), findings))
            .collect();
        Some(Self(sound))
    }

    fn absent() -> Option<Self> {
        Some(Self(Vec::new()))
    }

    fn schema() -> Json {
        Vec::<T>::schema()
    }
}

/// An attribute set whose names are data: name to value, with the place of each name.
#[derive(Debug, Clone)]
pub struct Map<K, V>(pub BTreeMap<K, (Place, V)>);

impl<K: Scalar + Ord, V: Decode> Decode for Map<K, V> {
    fn decode(at: &At<'_>, findings: &mut Vec<Finding>) -> Option<Self> {
        let set = expect_set(at, findings)?;
        let decoded: Vec<Option<(K, (Place, V))>> = attributes(at, set)
            .map(|(name, at)| {
                let key = decode_name::<K>(name, &at, findings);
                let value = V::decode(&at, findings);
                Some((key?, (at.key_place(), value?)))
            })
            .collect();
        decoded.into_iter().collect::<Option<_>>().map(Self)
    }

    fn absent() -> Option<Self> {
        Some(Self(BTreeMap::new()))
    }

    fn schema() -> Json {
        json!({ "type": "object", "additionalProperties": V::schema() })
    }
}

/// The named things of one kind. A broken one keeps its name with `None` for its value.
#[derive(Debug, Clone)]
pub struct Named<T>(pub BTreeMap<Name, (Place, Option<T>)>);

impl<T: Decode> Decode for Named<T> {
    fn decode(at: &At<'_>, findings: &mut Vec<Finding>) -> Option<Self> {
        let Some(set) = expect_set(at, findings) else {
            return Some(Self(BTreeMap::new()));
        };
        let entries = attributes(at, set)
            .filter_map(|(name, at)| {
                let value = T::decode(&at, findings);
                let name = decode_name::<Name>(name, &at, findings)?;
                Some((name, (at.key_place(), value)))
            })
            .collect();
        Some(Self(entries))
    }

    fn absent() -> Option<Self> {
        Some(Self(BTreeMap::new()))
    }

    fn schema() -> Json {
        json!({
            "type": "object",
            "propertyNames": <Name as Decode>::schema(),
            "additionalProperties": T::schema(),
        })
    }
}

fn decode_name<K: Scalar>(name: &str, at: &At<'_>, findings: &mut Vec<Finding>) -> Option<K> {
    name.parse()
        .map_err(|invalid| {
            findings.push(structure::invalid_name(at, &shown(name), K::WHAT, &invalid));
        })
        .ok()
}

/// The attributes of a set, each ready to be decoded.
fn attributes<'a>(at: &At<'a>, set: &'a Set) -> impl Iterator<Item = (&'a str, At<'a>)> {
    set.entries
        .iter()
        .map(|(name, entry)| (name.as_str(), at.attribute(name, &entry.key, &entry.value)))
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

/// Reads the attributes of one record: which ones are known, and each by its name.
pub(crate) struct RecordReader<'a, 'f> {
    at: &'a At<'a>,
    set: &'a Set,
    /// Unknown names with the known one that was probably meant.
    unknown: Vec<(&'a str, Option<&'static str>)>,
    findings: &'f mut Vec<Finding>,
}

impl<'a, 'f> RecordReader<'a, 'f> {
    /// Starts with findings for the attributes that the record does not have.
    pub(crate) fn new(
        at: &'a At<'a>,
        known: &'static [&'static str],
        findings: &'f mut Vec<Finding>,
    ) -> Option<Self> {
        let set = expect_set(at, findings)?;
        let unknown: Vec<_> = set
            .entries
            .iter()
            .filter(|(name, _)| !known.contains(&name.as_str()))
            .map(|(name, _)| (name.as_str(), closest(name, known.iter().copied())))
            .collect();
        for (name, meant) in &unknown {
            let entry = &set.entries[*name];
            let at = at.attribute(name, &entry.key, &entry.value);
            findings.push(structure::unknown_attribute(
                &at,
                &shown(name),
                *meant,
                known,
            ));
        }
        Some(Self {
            at,
            set,
            unknown,
            findings,
        })
    }

    /// One attribute.
    pub(crate) fn attribute<T: Decode>(&mut self, name: &'static str) -> Option<T> {
        let entry = self.set.entries.get(name);
        let present = entry.filter(|entry| entry.value.kind != Kind::Null);
        match present {
            Some(entry) => {
                let at = self.at.attribute(name, &entry.key, &entry.value);
                T::decode(&at, self.findings)
            }
            None => T::absent().or_else(|| {
                // A misspelt name is reported once, not also as a missing attribute.
                if !self.unknown.iter().any(|(_, meant)| *meant == Some(name)) {
                    self.findings
                        .push(structure::missing_attribute(self.at, name));
                }
                None
            }),
        }
    }

    /// Whether the record can be used. With an attribute that nobody knows, its meaning is in
    /// doubt; only the declaration as a whole is read all the same.
    pub(crate) fn is_sound(&self) -> bool {
        self.unknown.is_empty() || self.at.path == AttrPath::root()
    }
}

/// Assembles the schema of a record from its attributes.
pub(crate) fn record_schema(
    description: &str,
    attributes: Vec<(&'static str, String, bool, Json)>,
) -> Json {
    let mut properties = JsonMap::new();
    let mut required = Vec::new();
    for (name, description, is_required, mut schema) in attributes {
        if let Json::Object(schema) = &mut schema {
            schema.insert("description".to_owned(), description.into());
        }
        if is_required {
            required.push(Json::from(name));
        }
        properties.insert(name.to_owned(), schema);
    }
    json!({
        "type": "object",
        "description": description,
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

/// Defines a record of the language once: the struct, how it is read, and its JSON Schema.
///
/// An attribute is optional where its type can be absent (`Option`, `Vec`, `OneOrMany`, `Map`,
/// `Named`).
macro_rules! record {
    (
        $(#[doc = $doc:literal])*
        $name:ident {
            $($(#[doc = $field_doc:literal])* $attribute:literal $field:ident: $type:ty,)*
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone)]
        pub struct $name {
            /// Where the record stands: its attribute's name, where it has one.
            pub place: $crate::place::Place,
            $($(#[doc = $field_doc])* pub $field: $type,)*
        }

        impl $crate::declaration::decode::Decode for $name {
            fn decode(
                at: &$crate::declaration::decode::At<'_>,
                findings: &mut Vec<$crate::finding::Finding>,
            ) -> Option<Self> {
                const KNOWN: &[&str] = &[$($attribute),*];
                let mut reader =
                    $crate::declaration::decode::RecordReader::new(at, KNOWN, findings)?;
                $(let $field = reader.attribute::<$type>($attribute);)*
                if !reader.is_sound() {
                    return None;
                }
                Some(Self { place: at.key_place(), $($field: $field?,)* })
            }

            fn schema() -> serde_json::Value {
                $crate::declaration::decode::record_schema(
                    concat!($($doc),*).trim(),
                    vec![$((
                        $attribute,
                        concat!($($field_doc),*).trim().to_owned(),
                        <$type as $crate::declaration::decode::Decode>::absent().is_none(),
                        <$type as $crate::declaration::decode::Decode>::schema(),
                    )),*],
                )
            }
        }
    };
}
pub(crate) use record;
