//! Plain YAML, with a kustomization for `kubectl apply -k`.

use serde::Serialize;

use super::super::super::{EmitError, MARKER, artifact};
use super::super::object::Object;
use super::super::{Bundle, Content};
use super::to_yaml;
use crate::artifact::Artifact;

/// What brings the files together
/// (kubernetes.io/docs/tasks/manage-kubernetes-objects/kustomization).
#[derive(Serialize)]
struct Kustomization {
    #[serde(rename = "apiVersion")]
    api_version: &'static str,
    kind: &'static str,
    resources: Vec<String>,
}

pub(super) fn write(folder: &str, bundles: &[Bundle]) -> Result<Vec<Artifact>, EmitError> {
    let mut artifacts = Vec::new();
    let mut resources = Vec::new();
    for bundle in bundles {
        let (ending, content, is_resource) = match &bundle.content {
            Content::Objects(objects) | Content::Release(_, objects) => {
                ("yaml", documents(objects)?, true)
            }
            // These are to go through vals first.
            Content::Secrets(objects) => ("vals.yaml", documents(objects)?, false),
            Content::Fragment(fragment) => ("yaml", to_yaml(fragment)?, false),
        };
        let path = format!("{}.{ending}", bundle.path);
        if is_resource {
            resources.push(path.clone());
        }
        artifacts.push(file(&format!("{folder}/{path}"), &content)?);
    }
    if !resources.is_empty() {
        let kustomization = Kustomization {
            api_version: "kustomize.config.k8s.io/v1beta1",
            kind: "Kustomization",
            resources,
        };
        let path = format!("{folder}/kustomization.yaml");
        artifacts.push(file(&path, &to_yaml(&kustomization)?)?);
    }
    Ok(artifacts)
}

fn file(path: &str, content: &str) -> Result<Artifact, EmitError> {
    artifact(path.to_owned(), format!("# {MARKER}\n{content}"))
}

fn documents(objects: &[Object]) -> Result<String, EmitError> {
    let documents: Result<Vec<String>, EmitError> = objects
        .iter()
        .map(|object| to_yaml(&object.value))
        .collect();
    Ok(documents?.join("---\n"))
}
