//! The reference of the language, as Markdown, from its JSON Schema.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// What no schema says.
const HEAD: &str = include_str!("language.md");

/// The whole reference.
pub(crate) fn reference(schema: &Value) -> String {
    let mut records = Records::default();
    records.find("", schema);
    let mut text = HEAD.to_owned();
    text += "\n## Attributes\n";
    text += "\nThe declaration itself:\n\n";
    text += &table(schema);
    for title in &records.order {
        let (record, paths) = &records.by_title[title];
        let paths: Vec<String> = paths.iter().map(|path| format!("`{path}`")).collect();
        text += &format!("\n### {title}\n\n{}\n\n", paths.join(", "));
        text += &table(record);
    }
    text
}

/// The records below the declaration, in the order in which they are met, each with the paths
/// at which it is written.
#[derive(Default)]
struct Records<'a> {
    order: Vec<String>,
    by_title: BTreeMap<String, (&'a Value, Vec<String>)>,
}

impl<'a> Records<'a> {
    fn find(&mut self, path: &str, schema: &'a Value) {
        if let Some(properties) = properties(schema) {
            if !path.is_empty() {
                let title = title(schema);
                let is_known = self.by_title.contains_key(title);
                let (_, paths) = self
                    .by_title
                    .entry(title.to_owned())
                    .or_insert((schema, Vec::new()));
                paths.push(path.to_owned());
                if is_known {
                    return;
                }
                self.order.push(title.to_owned());
            }
            for (name, attribute) in properties {
                let separator = if path.is_empty() { "" } else { "." };
                self.find(&format!("{path}{separator}{name}"), attribute);
            }
        } else if let Some(value) = values(schema) {
            self.find(&format!("{path}.<name>"), value);
        } else if let Some(items) = schema.get("items") {
            self.find(&format!("{path}.[]"), items);
        } else if let Some(one) = one_or_many(schema) {
            self.find(path, one);
        }
    }
}

/// The attributes of a record: type, default, meaning.
fn table(record: &Value) -> String {
    let required: Vec<&str> = record["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let mut text = "| attribute | type | default | meaning |\n|---|---|---|---|\n".to_owned();
    for (name, attribute) in properties(record).into_iter().flatten() {
        let description = attribute["description"].as_str().unwrap_or_default();
        let absent = description
            .strip_suffix(" where absent.")
            .and_then(|rest| rest.rsplit_once("; "));
        let (meaning, default) = match absent {
            Some((meaning, default)) => (format!("{meaning}."), default),
            None if required.contains(&name.as_str()) => (description.to_owned(), "**required**"),
            None => (description.to_owned(), ""),
        };
        text += &format!(
            "| `{name}` | {} | {default} | {meaning} |\n",
            kind(attribute).replace('|', "\\|")
        );
    }
    text
}

/// The type of a value, in words.
fn kind(schema: &Value) -> String {
    if properties(schema).is_some() {
        let title = title(schema);
        format!("[{title}](#{})", title.to_lowercase())
    } else if let Some(value) = values(schema) {
        format!("by name: {}", kind(value))
    } else if let Some(items) = schema.get("items") {
        format!("list: {}", kind(items))
    } else if let Some(one) = one_or_many(schema) {
        format!("{}, or a list", kind(one))
    } else if let Some(words) = schema["enum"].as_array() {
        let words: Vec<String> = words
            .iter()
            .filter_map(Value::as_str)
            .map(|word| format!("`{word}`"))
            .collect();
        words.join(" | ")
    } else {
        match schema["type"].as_str() {
            Some("boolean") => "`true` | `false`".to_owned(),
            Some("integer") => format!("{} to {}", schema["minimum"], schema["maximum"]),
            Some("string") => title(schema).to_owned(),
            // A set whose attributes are not the language's.
            Some("object") => "attribute set".to_owned(),
            _ => panic!("no words for {schema}"),
        }
    }
}

fn title(schema: &Value) -> &str {
    schema["title"]
        .as_str()
        .unwrap_or_else(|| panic!("no title: {schema}"))
}

fn properties(schema: &Value) -> Option<&Map<String, Value>> {
    schema.get("properties")?.as_object()
}

/// The type of the values of an attribute set whose names are data.
fn values(schema: &Value) -> Option<&Value> {
    schema
        .get("additionalProperties")
        .filter(|value| value.is_object())
}

fn one_or_many(schema: &Value) -> Option<&Value> {
    schema.get("anyOf")?.get(0)
}
