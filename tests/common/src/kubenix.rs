//! Modules of kubenix, evaluated with plain Nix (`tests/nix/kubenix.nix` stands in for kubenix and
//! nixpkgs) or by genuine kubenix: the tree in `KUBENIX`, with the nixpkgs tree in `NIXPKGS`.
//! Nothing is built or downloaded, and no Helm chart is rendered: what a chart would be given is
//! part of the outcome.

mod objects;

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::host::Refusal;
use crate::nix;
use crate::nixos::{store, tree};

pub use objects::Objects;

/// A repository of manifests: its modules, merged as kubenix merges them.
#[derive(Clone, Debug, Default)]
pub struct Manifests {
    modules: Vec<PathBuf>,
    texts: Vec<String>,
    release: bool,
}

impl Manifests {
    /// A repository without modules.
    pub fn new() -> Self {
        Self::default()
    }

    /// Imports a module or a folder with a `default.nix`; relative to the current directory.
    #[must_use]
    pub fn module(mut self, path: impl AsRef<Path>) -> Self {
        let path = path.as_ref();
        self.modules
            .push(std::path::absolute(path).unwrap_or_else(|_| path.to_owned()));
        self
    }

    /// Adds a module of the repository's owner, given as Nix text.
    #[must_use]
    pub fn module_text(mut self, nix: &str) -> Self {
        self.texts.push(nix.to_owned());
        self
    }

    /// Has a submodule `release`, which runs an app by bjw-s' app-template
    /// (`tests/kubenix/release.nix`).
    #[must_use]
    pub fn with_release(mut self) -> Self {
        self.release = true;
        self
    }

    fn to_json(&self, folder: &Path) -> std::io::Result<String> {
        let mut modules = self.modules.clone();
        for (n, text) in self.texts.iter().enumerate() {
            let path = folder.join(format!("own-{}.nix", n + 1));
            std::fs::write(&path, text)?;
            modules.push(path);
        }
        Ok(json!({ "modules": modules, "release": self.release }).to_string())
    }
}

/// Evaluates a repository with the stand-in. It knows the kinds of `tests/nix/kubenix/kinds.nix`
/// and the declared custom ones, but not the fields of objects:
/// [`crate::kubernetes::check_fields`] does.
///
/// # Errors
///
/// What kubenix would refuse to evaluate, [`Refusal::reason`] says it in short; and a few things
/// that kubenix takes and silently gets wrong.
///
/// # Panics
///
/// If `nix-instantiate` is missing or a file can't be written.
pub fn evaluate(manifests: &Manifests) -> Result<Objects, Refusal> {
    with_spec(manifests, |spec| {
        let file = crate::tests_dir().join("nix/kubenix.nix");
        nix::evaluate(&file, "dummy://", &[("spec", spec)])
    })
}

/// Evaluates a repository with genuine kubenix, where the type of every field is checked. `None`:
/// it could not run, since a tree is missing; that has been recorded for `test` and the caller
/// returns.
///
/// # Panics
///
/// If `nix-instantiate` is missing or a file can't be written.
pub fn genuine(test: &str, manifests: &Manifests) -> Option<Result<Objects, Refusal>> {
    let kubenix = tree(test, "KUBENIX", "a kubenix tree")?;
    let nixpkgs = tree(test, "NIXPKGS", "a nixpkgs tree")?;
    Some(with_spec(manifests, |spec| {
        nix::evaluate(
            &crate::tests_dir().join("kubenix/eval.nix"),
            &store().to_string_lossy(),
            &[
                ("spec", spec),
                ("kubenix", &kubenix.to_string_lossy()),
                ("nixpkgs", &nixpkgs.to_string_lossy()),
            ],
        )
    }))
}

/// `lib.recursiveUpdate` of an attribute set given as Nix text and the one in a file, which is
/// stronger: what becomes of a configuration that its owner has, with a generated part.
///
/// # Errors
///
/// What Nix says, if the file or the text is no attribute set.
///
/// # Panics
///
/// If `nix-instantiate` is missing or a file can't be written.
pub fn merged(own: &str, file: impl AsRef<Path>) -> Result<Value, Refusal> {
    update(&crate::tests_dir().join("nix/lib.nix"), own, file.as_ref())
}

/// As [`merged`], with the library of the nixpkgs tree in `NIXPKGS`. `None`: that is missing, which
/// has been recorded for `test`, and the caller returns.
///
/// # Panics
///
/// As [`merged`].
pub fn merged_by_nixpkgs(
    test: &str,
    own: &str,
    file: impl AsRef<Path>,
) -> Option<Result<Value, Refusal>> {
    let nixpkgs = tree(test, "NIXPKGS", "a nixpkgs tree")?;
    Some(update(&nixpkgs.join("lib"), own, file.as_ref()))
}

fn update(lib: &Path, own: &str, file: &Path) -> Result<Value, Refusal> {
    let folder = folder();
    let text = folder.path().join("own.nix");
    if let Err(error) = std::fs::write(&text, own) {
        panic!("can't write the owner's attribute set: {error}");
    }
    let file = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
    nix::evaluate(
        &crate::tests_dir().join("nix/merge.nix"),
        "dummy://",
        &[
            ("lib", &lib.to_string_lossy()),
            ("own", &text.to_string_lossy()),
            ("file", &file.to_string_lossy()),
        ],
    )
}

fn with_spec(
    manifests: &Manifests,
    evaluate: impl Fn(&str) -> Result<Value, Refusal>,
) -> Result<Objects, Refusal> {
    let folder = folder();
    match manifests.to_json(folder.path()) {
        Ok(spec) => evaluate(&spec).map(Objects::of_report),
        Err(error) => panic!("can't write the modules: {error}"),
    }
}

fn folder() -> tempfile::TempDir {
    match tempfile::tempdir() {
        Ok(folder) => folder,
        Err(error) => panic!("no temporary folder: {error}"),
    }
}
