//! Objects of Kubernetes, on their way from the API's types to a form.

use k8s_openapi::Resource;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::Serialize;
use serde_json::Value;

use super::super::EmitError;

/// An object of Kubernetes.
#[derive(Debug, Clone)]
pub(super) struct Object {
    /// What kubenix calls objects of its kind: the plural, in camel case.
    pub(super) plural: &'static str,
    /// Its name.
    pub(super) name: String,
    /// The whole object, as it is sent to the API.
    pub(super) value: Value,
}

impl Object {
    pub(super) fn new<T: Resource + Serialize>(
        plural: &'static str,
        name: &str,
        object: &T,
    ) -> Result<Self, EmitError> {
        Ok(Self {
            plural,
            name: name.to_owned(),
            value: serde_json::to_value(object).map_err(EmitError::Json)?,
        })
    }

    /// The object as an attribute of kubenix: there the kind and the name are those of the
    /// attribute path.
    pub(super) fn body(&self) -> Value {
        let mut body = self.value.clone();
        if let Some(object) = body.as_object_mut() {
            object.remove("apiVersion");
            object.remove("kind");
            if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
                metadata.remove("name");
            }
        }
        body
    }
}

/// What every object of an application has above its specification.
pub(super) fn metadata(name: &str, namespace: &str, labels: &[(&str, &str)]) -> ObjectMeta {
    ObjectMeta {
        name: Some(name.to_owned()),
        namespace: Some(namespace.to_string()),
        labels: (!labels.is_empty()).then(|| texts(labels)),
        ..ObjectMeta::default()
    }
}

/// A map of texts.
pub(super) fn texts(entries: &[(&str, &str)]) -> std::collections::BTreeMap<String, String> {
    entries
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}
