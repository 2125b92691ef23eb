//! The generated files of each cluster, in each form.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use common::kubenix::{Manifests, Objects, evaluate};
use serde_json::{Value, json};

use crate::cases;
use crate::declaration::{Files, Run, write};

/// What is generated for one cluster of one declaration.
pub(crate) struct Cluster {
    /// The declaration and the cluster.
    pub(crate) name: String,
    /// Whether the declaration is an example, or what `init` writes.
    pub(crate) is_example: bool,
    pub(crate) kubenix: Files,
    pub(crate) release: Files,
    pub(crate) yaml: Files,
}

/// Those that have anything generated, without repetitions.
pub(crate) fn clusters() -> &'static [Cluster] {
    static CLUSTERS: LazyLock<Vec<Cluster>> = LazyLock::new(|| {
        let mut clusters: Vec<Cluster> = cases::sound().into_iter().flat_map(of_case).collect();
        // Examples first: of clusters that are alike, one stays.
        clusters.sort_by_key(|cluster| !cluster.is_example);
        let mut seen = Vec::new();
        clusters.retain(|cluster| {
            let new = !seen.contains(&cluster.kubenix);
            seen.push(cluster.kubenix.clone());
            new
        });
        assert!(clusters.len() > 5, "{}", clusters.len());
        clusters
    });
    &CLUSTERS
}

fn of_case((name, file): (String, PathBuf)) -> Vec<Cluster> {
    let value = cases::run(&file).value.to_canonical_json();
    let value: Value = serde_json::from_str(&value).unwrap();
    let Some(clusters) = value["clusters"].as_object() else {
        return Vec::new();
    };
    let [kubenix, release, yaml] = ["kubenix", "kubenix-release", "yaml"].map(|form| {
        let mut value = value.clone();
        for cluster in clusters.keys() {
            value["clusters"][cluster]["manifests"] = json!(form);
        }
        let run = Run::json(&value);
        run.files()
            .unwrap_or_else(|| panic!("{name} as {form}: {}", run.human()))
    });
    let names = clusters.keys().map(|cluster| {
        let below = |files: &Files, top: &str| -> Files {
            let prefix = format!("{top}/{cluster}/");
            let files = files.iter();
            files
                .filter_map(|(path, text)| {
                    Some((path.strip_prefix(&prefix)?.to_owned(), text.clone()))
                })
                .collect()
        };
        Cluster {
            name: format!("{name}: {cluster}"),
            is_example: !file.starts_with(cases::root().join("tests/cases")),
            kubenix: below(&kubenix, "kubenix"),
            release: below(&release, "kubenix"),
            yaml: below(&yaml, "kubernetes"),
        }
    });
    names
        .filter(|cluster| !cluster.kubenix.is_empty())
        .collect()
}

/// The paths of a tree's modules, `default.nix` left out.
pub(crate) fn modules(files: &Files) -> impl Iterator<Item = &str> {
    files.keys().map(String::as_str).filter(|path| {
        path.ends_with(".nix") && !path.ends_with("-conditional.nix") && *path != "default.nix"
    })
}

/// The repository that has these files in a folder and imports one of them.
pub(crate) fn repository(files: &Files, folder: &Path, module: &str) -> Manifests {
    write(files, folder);
    Manifests::new().with_release().module(folder.join(module))
}

/// What the stand-in makes of a whole tree; nothing, where it has no modules.
pub(crate) fn objects(name: &str, files: &Files) -> Objects {
    if !files.contains_key("default.nix") {
        assert_eq!(modules(files).count(), 0, "{name}");
        return Objects::of(Vec::new());
    }
    let folder = tempfile::tempdir().unwrap();
    evaluate(&repository(files, folder.path(), "default.nix"))
        .unwrap_or_else(|refusal| panic!("{name}: {}", refusal.reason()))
}

/// The objects of the plain YAML: those that `kubectl apply -k` takes, and those for vals.
pub(crate) fn objects_of_yaml(files: &Files) -> Objects {
    let for_vals = files
        .iter()
        .filter(|(path, _)| path.ends_with(".vals.yaml"))
        .map(|(_, text)| text.as_str());
    let kustomization = files.get("kustomization.yaml").map(|text| {
        let kustomization = Objects::of_yaml([text.as_str()]);
        kustomization.list()[0]["resources"].clone()
    });
    let resources: Vec<&str> = kustomization
        .iter()
        .flat_map(|list| list.as_array().unwrap())
        .map(|path| {
            let path = path.as_str().unwrap();
            files
                .get(path)
                .unwrap_or_else(|| panic!("no {path}"))
                .as_str()
        })
        .collect();
    Objects::of_yaml(resources.into_iter().chain(for_vals))
}
