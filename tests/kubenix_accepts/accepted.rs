//! Every module is accepted: together with the others, and alone, as repositories have it that
//! render each file by itself.

use std::collections::BTreeSet;

use common::kubenix::{Objects, evaluate, genuine};
use common::kubernetes::check_fields;
use serde_json::Value;

use crate::trees::{Cluster, clusters, modules, objects, objects_of_yaml, repository};

#[test]
fn modules_together_are_the_modules_alone() {
    for cluster in clusters() {
        for files in [&cluster.kubenix, &cluster.release] {
            let folder = tempfile::tempdir().unwrap();
            let mut alone = Vec::new();
            for module in modules(files) {
                let found = evaluate(&repository(files, folder.path(), module))
                    .unwrap_or_else(|refusal| panic!("{module}: {}", refusal.reason()));
                alone.extend_from_slice(found.list());
            }
            let together = objects(&cluster.name, files);
            assert_eq!(
                Objects::of(alone).list(),
                together.list(),
                "{}",
                cluster.name
            );
        }
    }
}

#[test]
fn fields_are_those_of_kubernetes() {
    for cluster in clusters() {
        for files in [&cluster.kubenix, &cluster.release] {
            for object in objects(&cluster.name, files).list() {
                assert_eq!(
                    check_fields(object),
                    [""; 0],
                    "{}: {object:#}",
                    cluster.name
                );
            }
        }
    }
}

#[test]
fn plain_yaml_is_the_same() {
    for cluster in clusters() {
        let modules = objects(&cluster.name, &cluster.kubenix);
        let yaml = objects_of_yaml(&cluster.yaml);
        assert_eq!(yaml.list(), modules.list(), "{}", cluster.name);
    }
}

#[test]
fn the_release_has_what_the_app_has_in_its_place() {
    for cluster in clusters() {
        let app = objects(&cluster.name, &cluster.kubenix);
        let release = objects(&cluster.name, &cluster.release);
        // The chart makes Deployment and Services.
        let instances = release
            .releases()
            .as_object()
            .map_or(0, |all| all.len() - 1);
        assert_eq!(
            app.of_kind("Deployment").len(),
            instances,
            "{}",
            cluster.name
        );
        let beside: Vec<&str> = release
            .list()
            .iter()
            .filter_map(|one| one["kind"].as_str())
            .collect();
        for kind in ["Deployment", "Service"] {
            assert!(!beside.contains(&kind), "{}: {beside:?}", cluster.name);
        }
        for kind in ["ConfigMap", "PodDisruptionBudget", "Secret"] {
            let [one, other] = [&app, &release].map(|objects| {
                let objects = objects.of_kind(kind).into_iter();
                objects
                    .map(|object| object["metadata"].clone())
                    .collect::<Vec<Value>>()
            });
            assert_eq!(one, other, "{}", cluster.name);
        }
        for deployment in app.of_kind("Deployment") {
            let name = deployment["metadata"]["name"].as_str().unwrap();
            let [given, container] = [
                &release.values(name)["controllers"]["main"],
                &deployment["spec"]["template"]["spec"]["containers"][0],
            ];
            assert_eq!(
                given["replicas"], deployment["spec"]["replicas"],
                "{}",
                cluster.name
            );
            let main = &given["containers"]["main"];
            assert_eq!(
                main["resources"], container["resources"],
                "{}",
                cluster.name
            );
            let image = ["repository", "tag"].map(|part| main["image"][part].as_str().unwrap());
            assert_eq!(image.join(":"), container["image"], "{}", cluster.name);
        }
    }
}

/// Genuine kubenix is asked about trees that differ in more than texts and numbers: those are all
/// alike to it.
#[test]
fn genuine_kubenix_makes_the_same_objects() {
    let test = "accepted::genuine_kubenix_makes_the_same_objects";
    let mut seen = BTreeSet::new();
    for cluster in clusters() {
        for files in [&cluster.kubenix, &cluster.release] {
            let own = objects(&cluster.name, files);
            let new = seen.insert(shape_of(&own));
            if own.list().is_empty() || !(new || cluster.is_example) {
                continue;
            }
            let Some(genuine) = ask(test, cluster, files) else {
                return;
            };
            assert_eq!(own, genuine, "{}", cluster.name);
        }
    }
    assert!(seen.len() > 2, "{}", seen.len());
}

fn ask(test: &str, cluster: &Cluster, files: &crate::declaration::Files) -> Option<Objects> {
    let folder = tempfile::tempdir().unwrap();
    let found = genuine(test, &repository(files, folder.path(), "default.nix"))?;
    Some(found.unwrap_or_else(|refusal| panic!("{}: {}", cluster.name, refusal.reason())))
}

fn shape_of(objects: &Objects) -> String {
    let all: Vec<String> = objects.list().iter().map(shape).collect();
    format!("{all:?} {}", shape(objects.releases()))
}

/// The value with its texts and numbers left out, save what names a kind.
fn shape(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| match value.as_str() {
                Some(text) if name == "kind" || name == "apiVersion" => format!("{name}={text}"),
                _ => format!("{name}:{}", shape(value)),
            });
            format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
        }
        Value::Array(elements) => {
            let elements: BTreeSet<String> = elements.iter().map(shape).collect();
            format!("{elements:?}")
        }
        Value::String(_) => "text".to_owned(),
        Value::Number(_) => "number".to_owned(),
        Value::Bool(_) => "boolean".to_owned(),
        Value::Null => "null".to_owned(),
    }
}
