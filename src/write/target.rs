//! Where the tree goes: the output directory, resolved.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::disk::Disk;
use super::error::{Failure, WriteError};

#[derive(Debug, Clone)]
pub(super) struct Target {
    /// Without symlinks, absolute.
    pub(super) real: PathBuf,
}

impl Target {
    pub(super) fn resolve(out: &Path) -> Result<Self, WriteError> {
        let failed = |source| {
            WriteError::Io(Failure {
                action: "resolve",
                path: out.to_owned(),
                source,
            })
        };
        // An empty path means the working directory to nobody but `Path::join`.
        let absolute = std::path::absolute(out).map_err(failed)?;
        for existing in absolute.ancestors() {
            match fs::symlink_metadata(existing) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) if error.kind() == io::ErrorKind::NotADirectory => {}
                Err(error) => return Err(failed(error)),
                Ok(_) => {
                    let real = match existing.canonicalize() {
                        Err(error) if error.kind() == io::ErrorKind::NotFound => break,
                        real => real.map_err(failed)?,
                    };
                    return Self::below(out, existing, real, &absolute);
                }
            }
        }
        Err(WriteError::Unresolvable(out.to_owned()))
    }

    fn below(
        out: &Path,
        existing: &Path,
        real: PathBuf,
        absolute: &Path,
    ) -> Result<Self, WriteError> {
        let unresolvable = || WriteError::Unresolvable(out.to_owned());
        if !real.is_dir() {
            return Err(WriteError::NotADirectory(existing.to_owned()));
        }
        let rest = absolute
            .strip_prefix(existing)
            .map_err(|_| unresolvable())?;
        if rest
            .components()
            .any(|component| !matches!(component, Component::Normal(_)))
        {
            return Err(unresolvable());
        }
        // Not `join("")`, which would append a slash.
        let real = if rest.as_os_str().is_empty() {
            real
        } else {
            real.join(rest)
        };
        Ok(Self { real })
    }

    /// Creates the directories that the output directory shall stand in; gives those that were
    /// not there, the deepest last.
    pub(super) fn create_parents(&self, disk: &Disk<'_>) -> Result<Vec<PathBuf>, WriteError> {
        let missing: Vec<&Path> = self
            .real
            .ancestors()
            .skip(1)
            .take_while(|path| !path.exists())
            .collect();
        let mut created = Vec::new();
        for path in missing.into_iter().rev() {
            match disk.create_directory(path) {
                Ok(()) => created.push(path.to_owned()),
                // Another run was faster; the lock is still to come.
                Err(failure) if failure.source.kind() == io::ErrorKind::AlreadyExists => {}
                Err(failure) => {
                    for path in created.iter().rev() {
                        let _ = fs::remove_dir(path);
                    }
                    return Err(failure.into());
                }
            }
        }
        Ok(created)
    }

    /// What is locked: the directory above, since the one itself is exchanged.
    pub(super) fn lock_directory(&self) -> &Path {
        self.real.parent().unwrap_or(&self.real)
    }

    /// The directory above and the name; `None` for the root of the file system.
    pub(super) fn parent_and_name(&self) -> Option<(&Path, &std::ffi::OsStr)> {
        Some((self.real.parent()?, self.real.file_name()?))
    }

    /// Whether this process works inside; a directory that was exchanged would leave it, and
    /// the shell it was started from, in a deleted one.
    pub(super) fn holds_working_directory(&self) -> bool {
        std::env::current_dir().is_ok_and(|directory| directory.starts_with(&self.real))
    }
}
