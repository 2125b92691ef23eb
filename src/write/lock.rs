//! One writer at a time.
//!
//! The lock is an advisory one (`flock`) on the directory above the output directory. It needs no
//! file that would have to be cleaned up, works where that directory is read-only, and ends
//! with the process.

use std::fs::File;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use super::error::WriteError;

/// How long a run waits for another one.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(20);

pub(super) struct Lock(Option<File>);

impl Lock {
    /// Waits for the lock for as long as `patience`.
    ///
    /// A directory that can't be opened, or a file system without such locks (NFS has none on
    /// directories), gives a lock that is not held: writing is still safe against being
    /// interrupted, only not against a second writer.
    pub(super) fn take(directory: &Path, patience: Duration) -> Result<Self, WriteError> {
        let Ok(file) = File::open(directory) else {
            return Ok(Self(None));
        };
        let start = Instant::now();
        loop {
            match flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => return Ok(Self(Some(file))),
                Err(Errno::INTR) => {}
                Err(Errno::WOULDBLOCK) if start.elapsed() < patience => thread::sleep(PAUSE),
                Err(Errno::WOULDBLOCK) => {
                    return Err(WriteError::Locked {
                        path: directory.to_owned(),
                        seconds: patience.as_secs(),
                    });
                }
                Err(_) => return Ok(Self(None)),
            }
        }
    }

    pub(super) fn is_held(&self) -> bool {
        self.0.is_some()
    }
}
