//! Lists, sets whose names are data, and what of the declaration itself may be broken.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::record::could_be_read;
use super::{At, Decode, expect_set};
use crate::declaration::value::{Kind, Set, Value};
use crate::finding::Finding;
use crate::place::Place;
use crate::redact::shown;
use crate::rules::structure;
use crate::scalar::{Name, Scalar};

impl<T: Decode> Decode for Vec<T> {
    fn decode(at: &At<'_>, findings: &mut Vec<Finding>) -> Option<Self> {
        let Kind::List(elements) = &at.value.kind else {
            findings.push(structure::wrong_type(at, "a list"));
            return None;
        };
        Some(elements_of(at, elements, findings))
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
        let before = findings.len();
        Some(match T::decode(at, findings) {
            Some(value) if could_be_read(&findings[before..]) => Self::Sound(value),
            _ => Self::Broken,
        })
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
        let sound = elements_of(at, elements, findings);
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
        let entries = attributes(at, set)
            .filter_map(|(name, at)| {
                let key = decode_name::<K>(name, &at, findings);
                let value = V::decode(&at, findings);
                Some((key?, (at.key_place(), value?)))
            })
            .collect();
        Some(Self(entries))
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

/// The elements of a list that could be read.
fn elements_of<T: Decode>(at: &At<'_>, elements: &[Value], findings: &mut Vec<Finding>) -> Vec<T> {
    elements
        .iter()
        .enumerate()
        .filter_map(|(index, value)| T::decode(&at.element(index, value), findings))
        .collect()
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
