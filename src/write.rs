//! Writing the tree.
//!
//! The output directory belongs to two parties. `manifest.json` lists what is ours, each file
//! with its hash; everything else is foreign and is never touched. So a run first makes a
//! [`Plan`]: it compares what shall be there, what the record says was written last time,
//! and what is there. Then [`write()`] carries the plan out, wholly or not at all:
//!
//! 1. A sibling `.<name>.tailwright-<pid>` is filled with the whole new tree. What stays as it
//!    is, ours or foreign, is hard-linked, so its inode and time stamps stay.
//! 2. The sibling and the output directory are exchanged in one system call
//!    (`renameat2(RENAME_EXCHANGE)`, on macOS `renameatx_np(RENAME_SWAP)`); if there is no
//!    output directory yet, a plain rename does.
//! 3. What was the old tree is deleted.
//!
//! Where that is impossible (the directory is a mount point, holds one, or is the working
//! directory; its parent is read-only; hard links or the exchange don't exist there), files are
//! renamed into place one by one. *This is not atomic*: readers may see old and new files side
//! by side. It can be interrupted at any point all the same: before the first file is replaced,
//! the record says of each of them what it was and what it is becoming
//! ([`Manifest::pending`](crate::manifest::Manifest::pending)), so the next run knows both as
//! ours and finishes the work.
//!
//! What is refused, always before anything is changed:
//!
//! - a listed file that was edited by hand, unless `force` is given;
//! - a foreign file, symlink or directory where an artifact has to go, `force` or not: what is
//!   not listed is not ours. Only a file that already has the artifact's content is adopted.
//!
//! Symlinks inside the directory are never followed. The directory itself may be reached through
//! one. Owner and mode of directories and replaced files are kept; extended attributes of
//! directories are not.

mod disk;
mod error;
mod exchange;
mod in_place;
mod lock;
mod plan;
mod scan;
mod target;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

pub use error::{Failure, WriteError};
pub use plan::{Difference, DifferenceKind, Plan, plan};

use crate::artifact::Tree;
use crate::manifest::Header;
use disk::Disk;
use exchange::Outcome;
use lock::{Lock, PATIENCE};

/// How often [`write_tree`] makes a plan before it gives up.
const ATTEMPTS: u32 = 5;

/// How a tree was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// Everything was as it should be; nothing was touched, time stamps included.
    Nothing,
    /// The directory did not exist; it appeared as a whole.
    Created,
    /// The new tree took the old one's place as a whole.
    Exchanged,
    /// Files were replaced one by one.
    OneByOne,
}

/// What [`write()`] did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// How the tree was written.
    pub how: How,
    /// Where the old tree was kept, because another program changed it in the moment of the
    /// exchange, or because it could not be deleted. The user has to be told.
    pub kept: Option<PathBuf>,
}

/// Carries a plan out.
///
/// `force` gives up what was edited by hand in listed files; it has no power over foreign ones.
///
/// # Errors
/// When the plan is refused (see the module), when the directory changed since the plan was
/// made, when another run is writing there, or when the system refuses. Unless the error is
/// [`WriteError::Interrupted`], nothing was changed.
pub fn write(plan: &Plan, force: bool) -> Result<Written, WriteError> {
    write_on(plan, force, &Disk::new(&|_, _| Ok(())))
}

fn write_on(plan: &Plan, force: bool, disk: &Disk<'_>) -> Result<Written, WriteError> {
    plan.refuse(force)?;
    if plan.is_current() {
        if !exchange::leftovers(&plan.target).is_empty() {
            tidy(plan, &Lock::take(plan.target.lock_directory(), PATIENCE)?);
        }
        return Ok(Written {
            how: How::Nothing,
            kept: None,
        });
    }
    let created = plan.target.create_parents(disk)?;
    let result = write_locked(plan, disk);
    if result.is_err() {
        // Only those that are empty go, deepest first.
        for directory in created.iter().rev() {
            let _ = std::fs::remove_dir(directory);
        }
    }
    result
}

fn write_locked(plan: &Plan, disk: &Disk<'_>) -> Result<Written, WriteError> {
    let lock = Lock::take(plan.target.lock_directory(), PATIENCE)?;
    tidy(plan, &lock);
    plan.check_unchanged(&plan.target.real)?;
    match exchange::write(plan, disk)? {
        Outcome::Done(written) => Ok(written),
        Outcome::Impossible => {
            in_place::write(plan, disk)?;
            Ok(Written {
                how: How::OneByOne,
                kept: None,
            })
        }
    }
}

/// Removes what killed runs left beside the tree.
fn tidy(plan: &Plan, lock: &Lock) {
    if lock.is_held() {
        for leftover in exchange::leftovers(&plan.target) {
            // What can't be removed is in nobody's way but the eye's.
            let _ = std::fs::remove_dir_all(leftover);
        }
    }
}

/// Makes a plan and carries it out; again, if another run was faster.
///
/// # Errors
/// Those of [`plan()`] and [`write()`].
pub fn write_tree(
    out: &Path,
    tree: &Tree,
    header: &Header,
    force: bool,
) -> Result<Written, WriteError> {
    for _ in 1..ATTEMPTS {
        match write(&plan(out, tree, header)?, force) {
            Err(WriteError::ChangedMeanwhile(_)) => {}
            result => return result,
        }
    }
    write(&plan(out, tree, header)?, force)
}
