//! kubenix modules (github.com/hall/kubenix, docs).

use serde_json::Value;

use super::super::super::{EmitError, MARKER, artifact};
use super::super::object::Object;
use super::super::{Bundle, Content};
use super::Release;
use crate::artifact::Artifact;
use crate::nix::{self, Expr, NixPath, Set, list, set, str, text};

pub(super) fn write(folder: &str, bundles: &[Bundle]) -> Result<Vec<Artifact>, EmitError> {
    let mut artifacts = Vec::new();
    let mut imports = Vec::new();
    for bundle in bundles {
        let (ending, content, is_module) = match &bundle.content {
            Content::Objects(objects) => ("nix", resources(set(), objects), true),
            Content::Secrets(objects) => ("enc.nix", resources(set(), objects), true),
            Content::Release(release, objects) => {
                ("nix", resources(instance(release), objects), true)
            }
            Content::Fragment(fragment) => ("nix", attributes(fragment), false),
        };
        let path = format!("{}.{ending}", bundle.path);
        if is_module {
            imports.push(Expr::Path(NixPath::new(&path)?));
        }
        artifacts.push(file(&format!("{folder}/{path}"), content)?);
    }
    if !imports.is_empty() {
        artifacts.push(file(
            &format!("{folder}/default.nix"),
            set().bind("imports", imports),
        )?);
    }
    Ok(artifacts)
}

fn file(path: &str, content: Set) -> Result<Artifact, EmitError> {
    artifact(path.to_owned(), nix::file(&[MARKER], &content.into())?)
}

fn resources(module: Set, objects: &[Object]) -> Set {
    objects.iter().fold(module, |module, object| {
        module.bind(
            ["kubernetes", "resources", object.plural, &object.name],
            attributes(&object.body()),
        )
    })
}

fn instance(release: &Release) -> Set {
    set().bind(
        ["submodules", "instances", &release.name],
        set()
            .bind("submodule", str("release"))
            .bind("args", expr(&release.args)),
    )
}

/// The attributes of a set. One that holds a single attribute is written as a path.
fn attributes(value: &Value) -> Set {
    let entries = value.as_object().into_iter().flatten();
    entries.fold(set(), |set, (name, value)| {
        let mut path = vec![name.clone()];
        let mut value = value;
        while let Some((name, inner)) = only_entry(value) {
            path.push(name.clone());
            value = inner;
        }
        set.bind(path, expr(value))
    })
}

/// The entry of an object that has one alone.
fn only_entry(value: &Value) -> Option<(&String, &Value)> {
    let object = value.as_object()?;
    object.iter().next().filter(|_| object.len() == 1)
}

/// A JSON value as Nix has it.
fn expr(value: &Value) -> Expr {
    match value {
        Value::Null => Expr::Null,
        Value::Bool(value) => Expr::Bool(*value),
        // Objects hold whole numbers alone; any other would be a text.
        Value::Number(number) => number
            .as_i64()
            .map_or_else(|| str(number.to_string()), Expr::Int),
        Value::String(one) if one.contains('\n') => text(one),
        Value::String(one) => str(one),
        Value::Array(elements) => list(elements.iter().map(expr)),
        Value::Object(_) => attributes(value).into(),
    }
}
