//! Results that others quote: JSON in `target/lab-report`, with what it was measured on.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Serialize;

use crate::command::run;
use crate::quad100::json;
use crate::{Error, Result};

/// What something was measured on.
#[derive(Debug, Clone, Serialize)]
pub struct Machine {
    /// The day and time, in UTC.
    pub date: String,
    /// Processor cores that this process may use.
    pub cores: usize,
    /// The kernel's name and release.
    pub kernel: String,
    /// The load averages of 1, 5 and 15 minutes.
    pub load: String,
}

impl Machine {
    /// This one, now.
    ///
    /// # Errors
    /// If the system doesn't say.
    pub fn now() -> Result<Self> {
        let of = |command: &mut Command| run(command).map(|text| text.trim().to_owned());
        let load = fs::read_to_string("/proc/loadavg").map_err(Error::io("no load average"))?;
        let load: Vec<_> = load.split(' ').take(3).collect();
        Ok(Self {
            date: of(Command::new("date").args(["-u", "+%Y-%m-%d %H:%M"]))?,
            cores: std::thread::available_parallelism()
                .map_err(Error::io("no number of cores"))?
                .get(),
            kernel: of(Command::new("uname").arg("-sr"))?,
            load: load.join(" "),
        })
    }
}

/// Writes `report` to `target/lab-report/<name>.json`; the file's path.
///
/// # Errors
/// If it can't be written.
pub fn write(name: &str, report: &impl Serialize) -> Result<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/lab-report");
    fs::create_dir_all(&folder).map_err(Error::io(format!("could not make {folder:?}")))?;
    let path = folder.join(format!("{name}.json"));
    let text = json("a report", report)? + "\n";
    fs::write(&path, text).map_err(Error::io(format!("could not write {path:?}")))?;
    Ok(fs::canonicalize(&path).unwrap_or(path))
}
