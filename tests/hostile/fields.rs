//! Every string of a declaration that a user can write, found by the language's own schema.

use std::collections::BTreeSet;

use serde_json::Value as Json;
use tailwright::declaration::Declaration;
use tailwright::place::AttrPath;

/// A step from a value to one inside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    Attr(String),
    Index(usize),
}

/// What can be changed at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    /// A string.
    Text,
    /// The name of an attribute that the user chooses.
    Name,
}

/// A string of the declaration: a value, or an attribute's name.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) path: Vec<Step>,
    pub(crate) what: What,
}

/// The fields of a declaration, and the attributes of the language that it uses, each as
/// `nodes.*.tailscale.tags`.
#[derive(Default)]
pub(crate) struct Walk {
    pub(crate) fields: Vec<Field>,
    /// Those of a program's own configuration, of which the language knows nothing.
    pub(crate) free: Vec<Field>,
    pub(crate) used: BTreeSet<String>,
}

impl Field {
    /// The path as findings print it.
    pub(crate) fn attr_path(&self) -> AttrPath {
        let start = AttrPath::root();
        self.path.iter().fold(start, |path, step| match step {
            Step::Attr(name) => path.attr(name),
            Step::Index(index) => path.index(*index),
        })
    }

    /// The declaration with another text here, and the path of that text.
    pub(crate) fn with(&self, base: &Json, text: &str) -> (Json, AttrPath) {
        let mut changed = base.clone();
        self.put(&mut changed, text);
        (changed, self.renamed(text).attr_path())
    }

    /// The path of a text here, as findings print it.
    pub(crate) fn with_path(&self, text: &str) -> String {
        self.renamed(text).attr_path().to_string()
    }

    fn renamed(&self, text: &str) -> Self {
        let mut own = self.clone();
        if own.what == What::Name {
            own.path.pop();
            own.path.push(Step::Attr(text.to_owned()));
        }
        own
    }

    /// Puts another text here.
    pub(crate) fn put(&self, declaration: &mut Json, text: &str) {
        match (self.what, self.parent(declaration)) {
            (What::Name, (parent, Step::Attr(name))) => {
                let set = parent.as_object_mut().expect("a set");
                let value = set.remove(name).expect("the attribute");
                set.insert(text.to_owned(), value);
            }
            (_, (parent, Step::Attr(name))) => parent[name.as_str()] = text.into(),
            (_, (parent, Step::Index(index))) => parent[*index] = text.into(),
        }
    }

    /// Puts a copy of an attribute beside it, under another name.
    pub(crate) fn put_beside(&self, declaration: &mut Json, text: &str) {
        let (set, Step::Attr(name)) = self.parent(declaration) else {
            panic!("{} has no name", self.attr_path());
        };
        set[text] = set[name.as_str()].clone();
    }

    fn parent<'a>(&self, declaration: &'a mut Json) -> (&'a mut Json, &Step) {
        let (last, above) = self.path.split_last().expect("a field is below the root");
        let parent = above.iter().fold(declaration, |value, step| match step {
            Step::Attr(name) => &mut value[name.as_str()],
            Step::Index(index) => &mut value[*index],
        });
        (parent, last)
    }
}

/// Walks a declaration along the schema.
pub(crate) fn walk(declaration: &Json) -> Walk {
    let mut walk = Walk::default();
    walk.value(&Declaration::json_schema(), declaration, &[], "");
    walk
}

impl Walk {
    /// All of them.
    pub(crate) fn all(self) -> Vec<Field> {
        [self.fields, self.free].concat()
    }

    fn free(&mut self, value: &Json, path: &[Step]) {
        let mut field = |path: Vec<Step>, what| self.free.push(Field { path, what });
        let inside = |step: Step| [path, &[step]].concat();
        match value {
            Json::String(_) => field(path.to_vec(), What::Text),
            Json::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.free(item, &inside(Step::Index(index)));
                }
            }
            Json::Object(set) => {
                for (name, value) in set {
                    let path = inside(Step::Attr(name.clone()));
                    self.free.push(Field {
                        path: path.clone(),
                        what: What::Name,
                    });
                    self.free(value, &path);
                }
            }
            Json::Null | Json::Bool(_) | Json::Number(_) => {}
        }
    }

    fn value(&mut self, schema: &Json, value: &Json, path: &[Step], name: &str) {
        let schema = alternative(schema, value.is_array());
        let inside = |step: Step| [path, &[step]].concat();
        match schema["type"].as_str() {
            Some("string") => self.fields.push(Field {
                path: path.to_vec(),
                what: What::Text,
            }),
            Some("array") => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    self.value(&schema["items"], item, &inside(Step::Index(index)), name);
                }
            }
            Some("object") if is_free(schema) => self.free(value, path),
            Some("object") => {
                for (attribute, value) in value.as_object().into_iter().flatten() {
                    let path = inside(Step::Attr(attribute.clone()));
                    if let Some(schema) = schema["properties"].get(attribute) {
                        let name = format!("{name}.{attribute}");
                        self.used.insert(name.clone());
                        self.value(schema, value, &path, &name);
                    } else {
                        self.fields.push(Field {
                            path: path.clone(),
                            what: What::Name,
                        });
                        let free = &schema["additionalProperties"];
                        self.value(free, value, &path, &format!("{name}.*"));
                    }
                }
            }
            Some("boolean" | "integer") => {}
            _ => panic!("a schema that this walk does not know: {schema}"),
        }
    }
}

/// Every attribute of the language, each as `nodes.*.tailscale.tags`.
pub(crate) fn attributes(schema: &Json, name: &str, found: &mut BTreeSet<String>) {
    let schema = alternative(schema, false);
    for (attribute, schema) in schema["properties"].as_object().into_iter().flatten() {
        let name = format!("{name}.{attribute}");
        found.insert(name.clone());
        attributes(schema, &name, found);
    }
    if schema["additionalProperties"].is_object() {
        attributes(&schema["additionalProperties"], &format!("{name}.*"), found);
    }
    if schema["items"].is_object() {
        attributes(&schema["items"], name, found);
    }
}

/// Whether a schema says nothing of what is in an object.
fn is_free(schema: &Json) -> bool {
    schema.get("properties").is_none() && schema.get("additionalProperties").is_none()
}

/// Of one value or a list of them, the one that is meant.
fn alternative(schema: &Json, is_list: bool) -> &Json {
    let Some(both) = schema["anyOf"].as_array() else {
        return schema;
    };
    let found = both.iter().find(|one| (one["type"] == "array") == is_list);
    found.unwrap_or(schema)
}

#[test]
fn the_complete_declaration_has_every_attribute_of_the_language() {
    let mut all = BTreeSet::new();
    attributes(&Declaration::json_schema(), "", &mut all);
    assert!(all.len() > 100, "{all:?}");
    let used = walk(&crate::complete()).used;
    let missing: Vec<_> = all.difference(&used).collect();
    assert!(
        missing.is_empty(),
        "add to tests/hostile/complete.nix: {missing:?}"
    );
}
