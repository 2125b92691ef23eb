//! Trees, snapshots, mount namespaces.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use tailwright::artifact::{Artifact, ArtifactPath, Tree};
use tailwright::manifest::Header;
use tailwright::nix_compat::Sha256;
use tailwright::write::{Plan, WriteError, Written, plan, write_tree};

/// In memory where there is such a place, for tests that write much: a writer waits for the
/// medium.
pub(crate) fn scratch() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() {
        tempfile::tempdir_in(memory).unwrap()
    } else {
        tempfile::tempdir().unwrap()
    }
}

pub(crate) fn tree(files: &[(&str, &str)]) -> Tree {
    Tree::new(files.iter().map(|(path, content)| Artifact {
        path: ArtifactPath::new(*path).unwrap(),
        content: (*content).to_owned(),
    }))
    .unwrap()
}

pub(crate) fn header() -> Header {
    Header {
        version: "1.2.3".to_owned(),
        declaration: Sha256::of(b"declaration"),
    }
}

pub(crate) fn write(out: &Path, files: &[(&str, &str)]) -> Result<Written, WriteError> {
    write_tree(out, &tree(files), &header(), false)
}

pub(crate) fn force(out: &Path, files: &[(&str, &str)]) -> Result<Written, WriteError> {
    write_tree(out, &tree(files), &header(), true)
}

pub(crate) fn planned(out: &Path, files: &[(&str, &str)]) -> Plan {
    plan(out, &tree(files), &header()).unwrap()
}

pub(crate) fn put(out: &Path, path: &str, content: &str) {
    let path = out.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

pub(crate) fn read(out: &Path, path: &str) -> String {
    fs::read_to_string(out.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// One thing on disk, with all that a writer could disturb; the access time aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) content: Option<Vec<u8>>,
    pub(crate) inode: u64,
    pub(crate) mode: u32,
    pub(crate) owner: (u32, u32),
    pub(crate) modified: (i64, i64),
}

pub(crate) fn state(path: &Path) -> State {
    let meta =
        fs::symlink_metadata(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let content = if meta.is_symlink() {
        Some(
            fs::read_link(path)
                .unwrap()
                .as_os_str()
                .as_bytes()
                .to_owned(),
        )
    } else {
        meta.is_file().then(|| fs::read(path).unwrap())
    };
    State {
        content,
        inode: meta.ino(),
        mode: meta.mode(),
        owner: (meta.uid(), meta.gid()),
        modified: (meta.mtime(), meta.mtime_nsec()),
    }
}

/// All in a directory, itself included, by relative path.
pub(crate) fn snapshot(root: &Path) -> BTreeMap<PathBuf, State> {
    let mut snapshot = BTreeMap::from([(PathBuf::new(), state(root))]);
    let mut pending = vec![root.to_owned()];
    while let Some(directory) = pending.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.is_symlink() {
                pending.push(path.clone());
            }
            snapshot.insert(path.strip_prefix(root).unwrap().to_owned(), state(&path));
        }
    }
    snapshot
}

/// Path and content of all files and symlinks, whatever their inode.
pub(crate) fn contents(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    snapshot(root)
        .into_iter()
        .filter_map(|(path, state)| Some((path, state.content?)))
        .collect()
}

pub(crate) fn run(program: &str, arguments: &[&str]) {
    let status = Command::new(program)
        .args(arguments)
        .status()
        .unwrap_or_else(|error| panic!("this test needs `{program}`: {error}"));
    assert!(status.success(), "{program} {arguments:?}: {status}");
}

/// Runs the calling test again in a process of its own, behind a command such as `unshare
/// --mount`. `true` inside that process: the test has to do its work then.
pub(crate) fn is_inside(wrapper: &[&str], test: &str) -> bool {
    const INSIDE: &str = "TAILWRIGHT_TEST_INSIDE";
    if std::env::var_os(INSIDE).is_some_and(|inside| inside == test) {
        return true;
    }
    let output = Command::new(wrapper[0])
        .args(&wrapper[1..])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(INSIDE, test)
        .output()
        .unwrap_or_else(|error| panic!("this test needs `{}` and root: {error}", wrapper[0]));
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && text.contains("1 passed"),
        "{text}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    false
}
