//! Directories for files of a run.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::ours;
use crate::{Error, Result};

/// A directory of its own under `parent`, removed on drop, or by a later process.
#[derive(Debug)]
pub struct Scratch(PathBuf);

impl Scratch {
    /// Makes one, and removes those that killed processes have left there.
    ///
    /// # Errors
    /// If it can't be made.
    pub fn new(parent: &Path) -> Result<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        sweep(parent);
        let path = parent.join(ours::name(&number.to_string()));
        fs::create_dir_all(&path).map_err(Error::io(format!("could not make {path:?}")))?;
        Ok(Self(path))
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A leftover file in a temporary directory harms nobody.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn sweep(parent: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        if ours::is_left_over(&entry.file_name().to_string_lossy()) {
            // As above.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
