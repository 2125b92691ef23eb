//! What stands in the output directory, without following any symlink.

use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use super::error::Failure;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EntryKind {
    File,
    Directory,
    Symlink,
    Other,
}

/// What identifies a state of a file or directory, and what has to be kept of it. Times are
/// seconds and nanoseconds since 1970.
#[derive(Debug, Clone)]
pub(super) struct Meta {
    pub(super) kind: EntryKind,
    pub(super) device: u64,
    inode: u64,
    pub(super) mode: u32,
    pub(super) uid: u32,
    pub(super) gid: u32,
    size: u64,
    pub(super) modified: (i64, i64),
    pub(super) accessed: (i64, i64),
}

impl Meta {
    pub(super) fn of(metadata: &Metadata) -> Self {
        let kind = if metadata.is_dir() {
            EntryKind::Directory
        } else if metadata.is_symlink() {
            EntryKind::Symlink
        } else if metadata.is_file() {
            EntryKind::File
        } else {
            EntryKind::Other
        };
        Self {
            kind,
            device: metadata.dev(),
            inode: metadata.ino(),
            mode: metadata.mode() & 0o7777,
            uid: metadata.uid(),
            gid: metadata.gid(),
            size: metadata.size(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            accessed: (metadata.atime(), metadata.atime_nsec()),
        }
    }

    fn same(&self, other: &Self) -> bool {
        let identity = |meta: &Self| (meta.kind, meta.device, meta.inode, meta.mode);
        // A directory's size and time say nothing that its entries don't say.
        identity(self) == identity(other)
            && (self.kind == EntryKind::Directory
                || (self.size, self.modified) == (other.size, other.modified))
    }
}

#[derive(Debug, Clone, Default)]
pub(super) struct Scan {
    /// The directory itself, `None` where it does not exist.
    pub(super) root: Option<Meta>,
    /// All below, by relative path; a directory comes before its entries.
    pub(super) entries: BTreeMap<PathBuf, Meta>,
    /// Whether a directory could not be listed. That does no harm where files are replaced one
    /// by one (`lost+found`), but its entries can't be linked.
    pub(super) incomplete: bool,
}

impl Scan {
    /// Lists a directory, which need not exist.
    pub(super) fn of(root: &Path) -> Result<Self, Failure> {
        let mut scan = Self::default();
        match fs::symlink_metadata(root) {
            Ok(metadata) => scan.root = Some(Meta::of(&metadata)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(scan),
            Err(error) => return Err(unreadable(root, error)),
        }
        let mut pending = vec![PathBuf::new()];
        while let Some(directory) = pending.pop() {
            let path = root.join(&directory);
            let entries = match fs::read_dir(&path) {
                Err(error)
                    if error.kind() == io::ErrorKind::PermissionDenied
                        && !directory.as_os_str().is_empty() =>
                {
                    scan.incomplete = true;
                    continue;
                }
                entries => entries.map_err(|error| unreadable(&path, error))?,
            };
            for entry in entries {
                let entry = entry.map_err(|error| unreadable(&path, error))?;
                let metadata = entry
                    .metadata()
                    .map_err(|error| unreadable(&entry.path(), error))?;
                let relative = directory.join(entry.file_name());
                let meta = Meta::of(&metadata);
                if meta.kind == EntryKind::Directory {
                    pending.push(relative.clone());
                }
                scan.entries.insert(relative, meta);
            }
        }
        Ok(scan)
    }

    pub(super) fn get(&self, path: impl AsRef<Path>) -> Option<&Meta> {
        self.entries.get(path.as_ref())
    }

    /// Whether nothing happened between two scans.
    pub(super) fn same(&self, other: &Self) -> bool {
        let same = |a: &Option<Meta>, b: &Option<Meta>| match (a, b) {
            (Some(a), Some(b)) => a.same(b),
            (None, None) => true,
            _ => false,
        };
        same(&self.root, &other.root)
            && self.entries.len() == other.entries.len()
            && self
                .entries
                .iter()
                .zip(&other.entries)
                .all(|((path, meta), (other_path, other))| path == other_path && meta.same(other))
    }

    /// Whether all of it is on one file system, as far as device numbers tell.
    pub(super) fn is_on_device(&self, device: u64) -> bool {
        self.root
            .iter()
            .chain(self.entries.values())
            .all(|meta| meta.device == device)
    }
}

fn unreadable(path: &Path, source: io::Error) -> Failure {
    Failure {
        action: "read",
        path: path.to_owned(),
        source,
    }
}
