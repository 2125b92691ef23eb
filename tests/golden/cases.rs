//! The cases: where they are, and what comes of them.

use std::path::{Path, PathBuf};

use tailwright::Checked;
use tailwright::artifact::{MANIFEST, Tree};
use tailwright::declaration::source::Source;
use tailwright::declaration::value::Value;
use tailwright::finding::any_error;
use tailwright::input::{Request, read};
use tailwright::manifest::Manifest;

/// A declaration with what is expected of it.
pub(crate) struct Case {
    pub(crate) name: String,
    /// The declaration.
    pub(crate) file: PathBuf,
    /// The folder of what is expected.
    pub(crate) expected: PathBuf,
    /// The declaration without the case's mistake, where the case has one.
    pub(crate) sound: Option<PathBuf>,
}

/// A declaration that was read and checked.
pub(crate) struct Run {
    pub(crate) source: Source,
    pub(crate) value: Value,
    pub(crate) checked: Checked,
}

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folders in a folder, by name.
fn folders(of: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = std::fs::read_dir(of)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

fn name(folder: &Path) -> String {
    folder.file_name().unwrap().to_str().unwrap().to_owned()
}

/// The file of this stem in a folder, as Nix or as JSON.
fn declaration(folder: &Path, stem: &str) -> Option<PathBuf> {
    let mut found = ["nix", "json"]
        .map(|ending| folder.join(format!("{stem}.{ending}")))
        .into_iter()
        .filter(|file| file.exists());
    let first = found.next();
    assert!(found.next().is_none(), "{folder:?} has two {stem}s");
    first
}

/// Every case and every example.
pub(crate) fn all() -> Vec<Case> {
    let cases = folders(&root().join("tests/cases"))
        .into_iter()
        .map(|folder| Case {
            name: name(&folder),
            file: declaration(&folder, "declaration").expect("a case has a declaration"),
            sound: declaration(&folder, "sound"),
            expected: folder,
        });
    let examples = folders(&root().join("examples"))
        .into_iter()
        .map(|folder| Case {
            name: format!("example {}", name(&folder)),
            file: declaration(&folder, "tailnet").expect("an example has a declaration"),
            sound: None,
            expected: root().join("tests/examples").join(name(&folder)),
        });
    let starter = Case {
        name: "what init writes".to_owned(),
        file: root().join("src/cli/init/tailnet.nix"),
        sound: None,
        expected: root().join("tests/examples/init"),
    };
    cases.chain(examples).chain([starter]).collect()
}

/// Every declaration that is meant to be without findings at error level.
pub(crate) fn sound() -> Vec<(String, PathBuf)> {
    all()
        .into_iter()
        .filter_map(|case| match case.sound {
            Some(sound) => Some((case.name, sound)),
            None if any_error(&run(&case.file).checked.findings) => None,
            None => Some((case.name, case.file)),
        })
        .collect()
}

/// Reads and checks a declaration, which is shown by its file's name.
pub(crate) fn run(file: &Path) -> Run {
    let input = read(&Request {
        file: file.to_owned(),
        root: None,
        display_name: Some(name(file)),
        positions: None,
    })
    .unwrap_or_else(|error| panic!("{}: {error:#?}", file.display()));
    Run {
        checked: tailwright::check(&input.value, &input.files),
        value: input.value,
        source: input.source,
    }
}

impl Run {
    pub(crate) fn tree(&self) -> Tree {
        tailwright::generate(&self.checked.topology).unwrap()
    }

    /// Every file of the tree, manifest.json among them, by path.
    pub(crate) fn files(&self) -> Vec<(String, String)> {
        let tree = self.tree();
        let manifest = Manifest::of(&tree, &tailwright::header(&self.value))
            .unwrap()
            .to_json();
        let mut files: Vec<(String, String)> = tree
            .files()
            .iter()
            .map(|(path, content)| (path.to_string(), content.clone()))
            .chain([(MANIFEST.to_owned(), manifest)])
            .map(|(path, content)| (path, String::from_utf8(content).unwrap()))
            .collect();
        files.sort();
        files
    }
}
