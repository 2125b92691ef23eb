//! The forms in which objects are written: kubenix modules, kubenix with a `release` submodule,
//! plain YAML.

mod kubenix;
mod yaml;

use serde::{Serialize, Serializer};
use serde_json::Value;
use serde_saphyr::DoubleQuoted;

use super::super::EmitError;
use super::{Bundle, manifests};
use crate::artifact::Artifact;
use crate::declaration::language::Sops;
use crate::scalar::{Manifests, SopsFormat};
use crate::topology::Cluster;

/// A form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// kubenix modules.
    Kubenix,
    /// kubenix modules, applications as instances of a `release` submodule.
    KubenixRelease,
    /// Plain YAML.
    Yaml,
}

impl Form {
    pub(super) fn of(cluster: &Cluster) -> Self {
        match manifests(cluster) {
            Manifests::Kubenix => Self::Kubenix,
            Manifests::KubenixRelease => Self::KubenixRelease,
            Manifests::Yaml => Self::Yaml,
        }
    }

    /// The folder of a cluster's files.
    pub(super) fn folder(self, cluster: &Cluster) -> String {
        let top = match self {
            Self::Kubenix | Self::KubenixRelease => "kubenix",
            Self::Yaml => "kubernetes",
        };
        format!("{top}/{}", cluster.name)
    }
}

/// An instance of the `release` submodule.
pub(super) struct Release {
    pub(super) name: String,
    pub(super) args: Value,
}

/// Every file of a cluster's objects, and the one that brings them together.
pub(super) fn write(
    cluster: &Cluster,
    form: Form,
    mut bundles: Vec<Bundle>,
) -> Result<Vec<Artifact>, EmitError> {
    if bundles.is_empty() {
        return Ok(Vec::new());
    }
    bundles.sort_by(|one, other| one.path.cmp(&other.path));
    let folder = form.folder(cluster);
    match form {
        Form::Kubenix | Form::KubenixRelease => kubenix::write(&folder, &bundles),
        Form::Yaml => yaml::write(&folder, &bundles),
    }
}

/// A reference that vals replaces by the value of a secret
/// (github.com/helmfile/vals, README, "SOPS"). The final plus ends it: without one it would reach
/// to the end of the line. A number stays a number, which Kubernetes refuses: the page about
/// secrets says that values are texts.
pub(super) fn reference(sops: &Sops) -> String {
    let format = sops.format();
    let key = sops.key.as_ref().filter(|_| format != SopsFormat::Binary);
    let key = key.map_or(String::new(), |key| format!("#/{}", key.value));
    format!("ref+sops://{}?format={format}{key}+", sops.file.value)
}

/// YAML that readers of YAML 1.1 and 1.2 understand alike.
pub(super) fn to_yaml(value: &impl Serialize) -> Result<String, EmitError> {
    let value = serde_json::to_value(value).map_err(EmitError::Json)?;
    serde_saphyr::to_string(&Scalars(&value)).map_err(|error| EmitError::Yaml(error.to_string()))
}

/// A value whose texts with white space in front are quoted. As a block, libyaml and the readers
/// of Go, which derive from it, take a tab at the beginning for indentation, and refuse it.
struct Scalars<'a>(&'a Value);

impl Serialize for Scalars<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::String(text) if text.starts_with(char::is_whitespace) => {
                DoubleQuoted(text).serialize(serializer)
            }
            Value::Array(elements) => serializer.collect_seq(elements.iter().map(Scalars)),
            Value::Object(entries) => {
                let entries = entries.iter().map(|(name, value)| (name, Scalars(value)));
                serializer.collect_map(entries)
            }
            other => other.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests;
