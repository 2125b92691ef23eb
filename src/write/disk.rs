//! Everything that changes the disk, in one place: so that each error names operation and
//! path, and so that the tests can let any single operation fail.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _, chown, symlink};
use std::path::Path;

use rustix::fs::{AtFlags, CWD, RenameFlags, Timespec, Timestamps};

use super::error::Failure;
use super::scan::{EntryKind, Meta};

/// Asked before each operation, with its name and path.
pub(super) type Before<'a> = &'a dyn Fn(&'static str, &Path) -> io::Result<()>;

pub(super) struct Disk<'a> {
    before: Before<'a>,
}

impl<'a> Disk<'a> {
    pub(super) fn new(before: Before<'a>) -> Self {
        Self { before }
    }

    fn run<T>(
        &self,
        action: &'static str,
        path: &Path,
        operation: impl FnOnce() -> io::Result<T>,
    ) -> Result<T, Failure> {
        (self.before)(action, path)
            .and_then(|()| operation())
            .map_err(|source| Failure {
                action,
                path: path.to_owned(),
                source,
            })
    }

    pub(super) fn create_directory(&self, path: &Path) -> Result<(), Failure> {
        self.run("create the directory", path, || fs::create_dir(path))
    }

    /// Writes a file that must not exist yet, down to the medium; leaves none when it fails. `like` is the file that it
    /// will replace; it gets its owner and mode, without the right to execute.
    pub(super) fn create_file(
        &self,
        path: &Path,
        content: &[u8],
        like: Option<&Meta>,
    ) -> Result<(), Failure> {
        self.run("write", path, || {
            let file = OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o666)
                .open(path)?;
            let filled = fill(file, path, content, like);
            if filled.is_err() {
                let _ = fs::remove_file(path);
            }
            filled
        })
    }

    /// A second name for a file, or for a symlink itself.
    pub(super) fn link(&self, from: &Path, to: &Path, kind: EntryKind) -> Result<(), Failure> {
        self.run("link", from, || {
            match rustix::fs::linkat(CWD, from, CWD, to, AtFlags::empty()) {
                // Not every file system has hard links to symlinks.
                Err(_) if kind == EntryKind::Symlink => symlink(fs::read_link(from)?, to),
                result => result.map_err(io::Error::from),
            }
        })
    }

    pub(super) fn own_like(&self, path: &Path, meta: &Meta) -> Result<(), Failure> {
        self.run("keep the owner of", path, || {
            let own = Meta::of(&fs::symlink_metadata(path)?);
            if (own.uid, own.gid) == (meta.uid, meta.gid) {
                return Ok(());
            }
            chown(path, Some(meta.uid), Some(meta.gid))
        })
    }

    pub(super) fn set_mode(&self, path: &Path, mode: u32) -> Result<(), Failure> {
        self.run("keep the mode of", path, || {
            fs::set_permissions(path, Permissions::from_mode(mode))
        })
    }

    pub(super) fn set_times(&self, path: &Path, meta: &Meta) -> Result<(), Failure> {
        self.run("keep the time stamp of", path, || {
            let stamp = |(tv_sec, tv_nsec)| Timespec { tv_sec, tv_nsec };
            let times = Timestamps {
                last_access: stamp(meta.accessed),
                last_modification: stamp(meta.modified),
            };
            rustix::fs::utimensat(CWD, path, &times, AtFlags::SYMLINK_NOFOLLOW)
                .map_err(io::Error::from)
        })
    }

    pub(super) fn exchange(&self, staged: &Path, target: &Path) -> Result<(), Failure> {
        self.run("exchange the tree with", target, || {
            rustix::fs::renameat_with(CWD, staged, CWD, target, RenameFlags::EXCHANGE)
                .map_err(io::Error::from)
        })
    }

    pub(super) fn rename_new(&self, staged: &Path, target: &Path) -> Result<(), Failure> {
        self.run("create", target, || {
            rustix::fs::renameat_with(CWD, staged, CWD, target, RenameFlags::NOREPLACE)
                .map_err(io::Error::from)
        })
    }

    pub(super) fn replace(&self, temporary: &Path, target: &Path) -> Result<(), Failure> {
        self.run("replace", target, || fs::rename(temporary, target))
    }

    /// Removes a file or symlink; none being there is as good.
    pub(super) fn remove_file(&self, path: &Path) -> Result<(), Failure> {
        self.run("remove", path, || absent_is_fine(fs::remove_file(path)))
    }

    /// Removes an empty directory; none being there is as good.
    pub(super) fn remove_directory(&self, path: &Path) -> Result<(), Failure> {
        self.run("remove the directory", path, || {
            absent_is_fine(fs::remove_dir(path))
        })
    }

    /// Makes renames in a directory outlive a power cut, where the file system can do that.
    pub(super) fn sync_directory(&self, path: &Path) {
        if let Ok(directory) = File::open(path) {
            let _ = directory.sync_all();
        }
    }
}

fn fill(mut file: File, path: &Path, content: &[u8], like: Option<&Meta>) -> io::Result<()> {
    file.write_all(content)?;
    if let Some(meta) = like.filter(|meta| meta.kind == EntryKind::File) {
        let own = Meta::of(&file.metadata()?);
        if (own.uid, own.gid) != (meta.uid, meta.gid) {
            // Whoever may not give files away replaces them by own ones, as editors do.
            let _ = chown(path, Some(meta.uid), Some(meta.gid));
        }
        file.set_permissions(Permissions::from_mode(meta.mode & 0o666))?;
    }
    file.sync_all()
}

fn absent_is_fine(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}
