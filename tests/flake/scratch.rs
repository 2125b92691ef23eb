//! A user's flake in a folder of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use tempfile::TempDir;

use crate::nix::folder;

/// The repository.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The system that the tests run on, as Nix calls it.
pub(crate) fn system() -> String {
    format!("{}-linux", std::env::consts::ARCH)
}

/// What `tailwright init` writes.
pub(crate) fn starter() -> String {
    fs::read_to_string(repository().join("src/cli/init/tailnet.nix")).unwrap()
}

pub(crate) fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            copy(&entry.path(), &to.join(entry.file_name()));
        }
    } else {
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(from, to).unwrap();
    }
}

/// A folder that is made once; `fill` gets its path.
fn once(cell: &'static OnceLock<PathBuf>, name: &str, fill: impl FnOnce(&Path)) -> &'static Path {
    cell.get_or_init(|| {
        let path = folder().join(name);
        fs::create_dir_all(&path).unwrap();
        fill(&path);
        path
    })
}

/// The flake under test: what of the repository takes part in it.
pub(crate) fn tailwright() -> &'static Path {
    static CELL: OnceLock<PathBuf> = OnceLock::new();
    once(&CELL, "tailwright", |path| {
        for part in [
            "Cargo.lock",
            "Cargo.toml",
            "examples",
            "flake.lock",
            "flake.nix",
            "modules",
            "nix",
            "src",
            "tests/common",
            "tests/lab",
        ] {
            copy(&repository().join(part), &path.join(part));
        }
    })
}

/// The stub that stands in for nixpkgs.
pub(crate) fn nixpkgs() -> &'static Path {
    static CELL: OnceLock<PathBuf> = OnceLock::new();
    once(&CELL, "nixpkgs", |path| {
        copy(&repository().join("tests/flake/nixpkgs"), path);
        copy(&repository().join("tests/nix"), &path.join("stand-in"));
        fs::write(path.join("program"), env!("CARGO_BIN_EXE_tailwright")).unwrap();
    })
}

/// What puts these folders in the place of the inputs of a flake that was written for people.
pub(crate) fn inputs() -> Vec<String> {
    let mut arguments = vec!["--no-write-lock-file".to_owned()];
    // The stub is sops-nix as well.
    for (input, folder) in [
        ("nixpkgs", nixpkgs()),
        ("sops-nix", nixpkgs()),
        ("tailwright", tailwright()),
    ] {
        arguments.extend(["--override-input", input].map(str::to_owned));
        arguments.push(format!("path:{}", folder.display()));
    }
    arguments
}

/// A user's flake.
#[derive(Debug)]
pub(crate) struct Scratch {
    folder: TempDir,
}

impl Scratch {
    /// An empty folder.
    pub(crate) fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder }
    }

    /// A flake whose output `tailnet` is what lib.tailnet makes of these arguments.
    pub(crate) fn new(arguments: &str) -> Self {
        let scratch = Self::empty();
        scratch.write("secrets/hosts.enc.yaml", "sops: {}\n");
        scratch.write("tailnet.nix", &starter());
        scratch.outputs(&format!(
            "{{ tailnet = tailwright.lib.tailnet {{ system = \"{}\"; root = ./.; {arguments} }}; }}",
            system()
        ));
        scratch
    }

    /// Writes the flake, with these outputs. `standIn` is `tests/nix`.
    pub(crate) fn outputs(&self, outputs: &str) {
        self.write(
            "flake.nix",
            &format!(
                "{{\n  inputs = {{\n    nixpkgs.url = \"path:{}\";\n    tailwright.url = \"path:{}\";\n    \
                 tailwright.inputs.nixpkgs.follows = \"nixpkgs\";\n    standIn = {{ url = \"path:{}\"; flake \
                 = false; }};\n  }};\n  outputs = {{ self, nixpkgs, tailwright, standIn }}:\n    {outputs};\n}}\n",
                nixpkgs().display(),
                tailwright().display(),
                repository().join("tests/nix").display(),
            ),
        );
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file below the folder.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// The text of a file below the folder.
    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path().join(path)).unwrap()
    }

    /// Replaces a text in a file.
    pub(crate) fn replace(&self, path: &str, old: &str, new: &str) {
        let text = self.read(path);
        assert!(text.contains(old), "{path} has no {old:?}");
        self.write(path, &text.replace(old, new));
    }

    /// What the program itself generates from a file, at `generated`.
    pub(crate) fn generate(&self, file: &str) {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_tailwright"));
        command.args(["generate", file, "--out", "generated"]);
        let output = common::program::run(command.current_dir(self.path()));
        assert!(
            output.status.success(),
            "{}",
            common::program::said(&output)
        );
    }
}

/// Every file of a tree, by its path.
pub(crate) fn files(tree: &Path) -> std::collections::BTreeMap<PathBuf, String> {
    let mut found = std::collections::BTreeMap::new();
    let mut folders = vec![tree.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = fs::read_to_string(&path).unwrap();
                found.insert(path.strip_prefix(tree).unwrap().to_owned(), text);
            }
        }
    }
    assert!(!found.is_empty(), "{} is empty", tree.display());
    found
}
