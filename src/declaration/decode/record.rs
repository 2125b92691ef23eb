//! Records: attribute sets whose names belong to the language.

use serde_json::{Map as JsonMap, Value as Json, json};

use super::{At, Decode, expect_set};
use crate::declaration::value::{Kind, Set};
use crate::finding::Finding;
use crate::redact::shown;
use crate::rules::{structure, unknown_attribute};
use crate::suggest::closest;

/// Reads the attributes of one record: which ones are known, and each by its name.
pub(crate) struct RecordReader<'a, 'f> {
    at: &'a At<'a>,
    set: &'a Set,
    /// Unknown names with the known one that was probably meant.
    unknown: Vec<(&'a str, Option<&'static str>)>,
    findings: &'f mut Vec<Finding>,
    /// How many findings there were before this record.
    before: usize,
}

impl<'a, 'f> RecordReader<'a, 'f> {
    /// Starts with findings for the attributes that the record does not have.
    pub(crate) fn new(
        at: &'a At<'a>,
        known: &'static [&'static str],
        findings: &'f mut Vec<Finding>,
    ) -> Option<Self> {
        let before = findings.len();
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
            before,
        })
    }

    /// One attribute, also where its name is misspelt. A problem in an optional one makes it
    /// absent, so that the rest of the record is looked at as well.
    pub(crate) fn attribute<T: Decode>(&mut self, name: &'static str) -> Option<T> {
        let misspelt = || self.unknown.iter().find(|(_, meant)| *meant == Some(name));
        let written = match self.set.entries.get(name) {
            Some(entry) => Some((name, entry)),
            None => misspelt().map(|(written, _)| (*written, &self.set.entries[*written])),
        };
        match written.filter(|(_, entry)| entry.value.kind != Kind::Null) {
            Some((written, entry)) => {
                let at = self.at.attribute(written, &entry.key, &entry.value);
                T::decode(&at, self.findings).or_else(T::absent)
            }
            None => T::absent().or_else(|| {
                self.findings
                    .push(structure::missing_attribute(self.at, name));
                None
            }),
        }
    }

    /// Whether everything in the record could be read, be it under a misspelt name.
    pub(crate) fn is_sound(&self) -> bool {
        could_be_read(&self.findings[self.before..])
    }
}

/// Whether findings are of misspelt names alone, whose values could be read.
pub(super) fn could_be_read(findings: &[Finding]) -> bool {
    findings
        .iter()
        .all(|finding| std::ptr::eq(finding.rule, &unknown_attribute::RULE))
}

/// Assembles the schema of a record from its attributes. The title is what tells records of the
/// same kind from others where the description is that of the attribute.
pub(crate) fn record_schema(
    title: &str,
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
        "title": title,
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
            /// Whether all of it could be read. Of what could not, only references are looked at.
            pub is_sound: bool,
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
                let is_sound = reader.is_sound();
                Some(Self { place: at.key_place(), is_sound, $($field: $field?,)* })
            }

            fn schema() -> serde_json::Value {
                $crate::declaration::decode::record_schema(
                    stringify!($name),
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
