//! Whether a Kubernetes object is one: its fields are those of its kind, with values of their types.

mod helm_cattle;

use k8s_openapi::api::apps::v1::{DaemonSet, Deployment, StatefulSet};
use k8s_openapi::api::core::v1::{
    ConfigMap, Namespace, PersistentVolumeClaim, Secret, Service, ServiceAccount,
};
use k8s_openapi::api::networking::v1::NetworkPolicy;
use k8s_openapi::api::policy::v1::PodDisruptionBudget;
use k8s_openapi::api::rbac::v1::{ClusterRole, ClusterRoleBinding, Role, RoleBinding};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use helm_cattle::HelmChartConfig;

/// What is wrong with the fields of an object, one line each: fields that its kind has not got,
/// values that are not of their field's type or would be read as others, and required fields that
/// are missing. Values that only the API server checks (names, ranges, references) don't count.
///
/// An object of a kind that the tests don't know is wrong as a whole.
pub fn check_fields(object: &Value) -> Vec<String> {
    let field = |name: &str| object[name].as_str().unwrap_or_default();
    match (field("apiVersion"), field("kind")) {
        ("v1", "ConfigMap") => by::<ConfigMap>(object),
        ("v1", "Namespace") => by::<Namespace>(object),
        ("v1", "PersistentVolumeClaim") => by::<PersistentVolumeClaim>(object),
        ("v1", "Secret") => by::<Secret>(object),
        ("v1", "Service") => by::<Service>(object),
        ("v1", "ServiceAccount") => by::<ServiceAccount>(object),
        ("apps/v1", "DaemonSet") => by::<DaemonSet>(object),
        ("apps/v1", "Deployment") => by::<Deployment>(object),
        ("apps/v1", "StatefulSet") => by::<StatefulSet>(object),
        ("networking.k8s.io/v1", "NetworkPolicy") => by::<NetworkPolicy>(object),
        ("policy/v1", "PodDisruptionBudget") => by::<PodDisruptionBudget>(object),
        ("rbac.authorization.k8s.io/v1", "ClusterRole") => by::<ClusterRole>(object),
        ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding") => by::<ClusterRoleBinding>(object),
        ("rbac.authorization.k8s.io/v1", "Role") => by::<Role>(object),
        ("rbac.authorization.k8s.io/v1", "RoleBinding") => by::<RoleBinding>(object),
        ("helm.cattle.io/v1", "HelmChartConfig") => by::<HelmChartConfig>(object),
        (version, kind) => vec![format!(
            "the tests know no kind `{kind}` of API version `{version}`"
        )],
    }
}

/// Reads the object as what it should be, writes it again and compares.
fn by<T: DeserializeOwned + Serialize>(object: &Value) -> Vec<String> {
    let read: T = match T::deserialize(object) {
        Ok(read) => read,
        Err(error) => return vec![error.to_string()],
    };
    let written = match serde_json::to_value(read) {
        Ok(written) => written,
        Err(error) => return vec![error.to_string()],
    };
    let mut found = Vec::new();
    differences("", object, &written, &mut found);
    found
}

fn differences(path: &str, given: &Value, written: &Value, found: &mut Vec<String>) {
    match (given, written) {
        (Value::Object(given), Value::Object(written)) => {
            for (name, value) in given {
                let path = format!("{path}/{name}");
                match written.get(name) {
                    Some(written) => differences(&path, value, written, found),
                    None if value.is_null() => found.push(format!("{path} is null")),
                    None => found.push(format!("{path} is no field")),
                }
            }
            for name in written.keys().filter(|&name| !given.contains_key(name)) {
                found.push(format!("{path}/{name} is required"));
            }
        }
        (Value::Array(given), Value::Array(written)) if given.len() == written.len() => {
            for (n, (given, written)) in given.iter().zip(written).enumerate() {
                differences(&format!("{path}/{n}"), given, written, found);
            }
        }
        (given, written) if given == written => {}
        (given, written) => found.push(format!("{path}: {given} is read as {written}")),
    }
}
