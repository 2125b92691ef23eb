//! Checks that could not be made. They are never silent: each is a line
//! `NOT RUN: <check>: <reason>` in the file named by `TAILWRIGHT_NOT_RUN`, or on standard
//! output, for whoever summarizes the run.

use std::fs::OpenOptions;
use std::io::{self, Write};

use crate::{Error, Result};

/// Records that `check` was not made, and why.
///
/// # Errors
/// If the file can't be appended to.
pub fn record(check: &str, reason: &str) -> Result<()> {
    let line = format!("NOT RUN: {check}: {reason}\n");
    let Some(path) = std::env::var_os("TAILWRIGHT_NOT_RUN") else {
        // The handle, not `println!`: the test harness keeps what a passing test prints.
        return io::stdout()
            .write_all(line.as_bytes())
            .map_err(Error::io("could not write to standard output"));
    };
    OpenOptions::new()
        .create(true)
        .append(true)
        .open(&path)
        .and_then(|mut file| file.write_all(line.as_bytes()))
        .map_err(Error::io(format!("could not append to {path:?}")))
}
