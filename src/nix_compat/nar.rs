//! The NAR hash: the one that `nix hash path` and `nix-hash --type sha256` give for a tree.
//!
//! A NAR holds names, contents, symlink targets and whether the owner may execute a file;
//! neither time stamps nor other permissions have an effect.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};

use camino::{Utf8Path, Utf8PathBuf};
use nix_nar::{Encoder, FileSystem, FileSystemMetadata};
use sha2::Digest as _;
use thiserror::Error;

use super::Sha256;

/// Why a tree has no NAR hash.
#[derive(Debug, Error)]
pub enum NarError {
    /// Something could not be read, changed while it was read, is neither file, directory nor
    /// symlink, or has a name that is not UTF-8.
    #[error("can't compute the NAR hash of {}: {source}", path.display())]
    Read {
        /// The tree.
        path: PathBuf,
        /// What the system or the encoder says; it names the file.
        source: io::Error,
    },
    /// A path of an in-memory tree is empty, absolute, or has an empty, `.` or `..` component.
    #[error("`{0}` is not a relative path in normal form, so it can't be part of a tree")]
    Path(String),
    /// A path of an in-memory tree is a file and also the directory of another file.
    #[error("`{0}` is a file and also the directory of another file")]
    FileAndDirectory(String),
}

/// The NAR hash of the file, directory or symlink at `path`.
///
/// What is named in `without`, relative to `path` with slashes, is left out; of a directory
/// also all that is in it. A directory that becomes empty that way still counts.
///
/// # Errors
/// [`NarError::Read`].
pub fn hash_path(path: &Path, without: &[&str]) -> Result<Sha256, NarError> {
    let failed = |source| NarError::Read {
        path: path.to_owned(),
        source,
    };
    let root = Utf8PathBuf::from_path_buf(path.to_owned())
        .map_err(|_| failed(io::Error::other("the path is not UTF-8")))?;
    let disk = Disk {
        without: without.iter().map(|left_out| root.join(left_out)).collect(),
    };
    hash(&root, disk).map_err(failed)
}

/// The NAR hash of a tree in memory: relative path with slashes, content. No file is
/// executable, and there are no directories but those of the files.
///
/// # Errors
/// [`NarError::Path`] and [`NarError::FileAndDirectory`].
pub fn hash_tree<'a>(
    files: impl IntoIterator<Item = (&'a str, &'a [u8])>,
) -> Result<Sha256, NarError> {
    let mut root = Memory::Directory(BTreeMap::new());
    for (path, content) in files {
        root.insert(path, content)?;
    }
    hash(Utf8Path::new(""), &root).map_err(|source| NarError::Read {
        path: PathBuf::from("the tree in memory"),
        source,
    })
}

fn hash<F: FileSystem>(root: &Utf8Path, file_system: F) -> io::Result<Sha256> {
    let mut encoder = Encoder::new_with_filesystem(root, file_system).map_err(io::Error::other)?;
    let mut hasher = sha2::Sha256::new();
    // A name (255 bytes) and a symlink's target (4095) have to fit, see `Encoder::read`.
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match encoder.read(&mut buffer)? {
            0 => return Ok(hasher.into()),
            read => hasher.update(&buffer[..read]),
        }
    }
}

/// The file system, without some paths. nix-nar's own takes a file for executable if anybody
/// may execute it; Nix asks for the owner only.
struct Disk {
    without: Vec<Utf8PathBuf>,
}

impl FileSystem for Disk {
    type File = File;

    fn metadata(&self, path: &Utf8Path) -> io::Result<FileSystemMetadata> {
        let metadata = fs::symlink_metadata(path)?;
        if metadata.is_dir() {
            Ok(FileSystemMetadata::Directory)
        } else if metadata.is_symlink() {
            let target_path = path.read_link_utf8()?;
            Ok(FileSystemMetadata::Symlink { target_path })
        } else if metadata.is_file() {
            Ok(FileSystemMetadata::File {
                executable: executable(&metadata),
                length: metadata.len(),
            })
        } else {
            Err(io::Error::other(
                "neither a file nor a directory nor a symlink",
            ))
        }
    }

    fn read_dir(&self, path: &Utf8Path) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(path)? {
            let name = entry?.file_name().into_string().map_err(|name| {
                io::Error::other(format!("the name {} is not UTF-8", name.display()))
            })?;
            if !self.without.contains(&path.join(&name)) {
                names.push(name);
            }
        }
        Ok(names)
    }

    fn open(&self, path: &Utf8Path) -> io::Result<File> {
        File::open(path)
    }
}

#[cfg(unix)]
fn executable(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    metadata.permissions().mode() & 0o100 != 0
}

#[cfg(not(unix))]
fn executable(_: &fs::Metadata) -> bool {
    false
}

enum Memory<'a> {
    File(&'a [u8]),
    Directory(BTreeMap<&'a str, Memory<'a>>),
}

impl<'a> Memory<'a> {
    fn insert(&mut self, path: &'a str, content: &'a [u8]) -> Result<(), NarError> {
        let mut components: Vec<&str> = path.split('/').collect();
        if components
            .iter()
            .any(|part| matches!(*part, "" | "." | ".."))
        {
            return Err(NarError::Path(path.to_owned()));
        }
        let conflict = || NarError::FileAndDirectory(path.to_owned());
        let name = components.pop().unwrap_or_default();
        let mut directory = self;
        for component in components {
            let Self::Directory(entries) = directory else {
                return Err(conflict());
            };
            directory = entries
                .entry(component)
                .or_insert_with(|| Self::Directory(BTreeMap::new()));
        }
        let Self::Directory(entries) = directory else {
            return Err(conflict());
        };
        match entries.insert(name, Self::File(content)) {
            None => Ok(()),
            Some(_) => Err(conflict()),
        }
    }

    fn find(&self, path: &Utf8Path) -> io::Result<&Self> {
        path.iter().try_fold(self, |node, component| match node {
            Self::Directory(entries) => entries
                .get(component)
                .ok_or_else(|| io::ErrorKind::NotFound.into()),
            Self::File(_) => Err(io::ErrorKind::NotADirectory.into()),
        })
    }
}

impl<'a> FileSystem for &Memory<'a> {
    type File = Cursor<&'a [u8]>;

    fn metadata(&self, path: &Utf8Path) -> io::Result<FileSystemMetadata> {
        Ok(match self.find(path)? {
            Memory::Directory(_) => FileSystemMetadata::Directory,
            Memory::File(content) => FileSystemMetadata::File {
                executable: false,
                length: content.len() as u64,
            },
        })
    }

    fn read_dir(&self, path: &Utf8Path) -> io::Result<Vec<String>> {
        match self.find(path)? {
            Memory::Directory(entries) => Ok(entries.keys().map(|name| (*name).into()).collect()),
            Memory::File(_) => Err(io::ErrorKind::NotADirectory.into()),
        }
    }

    fn open(&self, path: &Utf8Path) -> io::Result<Cursor<&'a [u8]>> {
        match self.find(path)? {
            Memory::File(content) => Ok(Cursor::new(content)),
            Memory::Directory(_) => Err(io::ErrorKind::IsADirectory.into()),
        }
    }
}
