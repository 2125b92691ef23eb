//! dnsperf, and what it says.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use tailwright_lab::Failure;
use tailwright_lab::home::FORWARDER;
use tailwright_lab::namespace::Namespace;

use crate::failure;
use crate::load::Pace;

/// Questions under way at once.
const AT_ONCE: &str = "100";
/// Sockets that it asks from: the kernel shares them out among a server's threads.
const SOCKETS: &str = "16";

/// What came of a run.
#[derive(Debug, Clone, Default)]
pub(crate) struct Came {
    /// Answers a second.
    pub(crate) per_second: f64,
    pub(crate) sent: u64,
    pub(crate) lost: u64,
    /// Answers by their code.
    pub(crate) codes: BTreeMap<String, u64>,
    /// How long each answer took, in milliseconds, sorted; at a fixed rate alone.
    pub(crate) took: Vec<f64>,
}

impl Came {
    /// Questions that got another answer than this, or none.
    pub(crate) fn others_than(&self, code: &str) -> u64 {
        self.sent - self.codes.get(code).copied().unwrap_or(0)
    }
}

/// The version of the program.
pub(crate) fn version() -> Result<String, Failure> {
    let text = said(Command::new("dnsperf").arg("-h"))?;
    let version = text.lines().find_map(|line| line.strip_prefix("Version "));
    let version = version.ok_or_else(|| failure(format!("no version of dnsperf in: {text}")))?;
    Ok(version.to_owned())
}

/// Asks the forwarder what is in the file, for so many seconds; once where `once`.
pub(crate) fn run(
    from: &Namespace,
    file: &Path,
    once: bool,
    pace: Pace,
    seconds: f64,
) -> Result<Came, Failure> {
    let mut command = from.command("dnsperf");
    command
        .args(["-s", &FORWARDER.ip().to_string()])
        .args(["-p", &FORWARDER.port().to_string()])
        .args(["-l", &seconds.to_string(), "-t", "3"])
        .args(["-q", AT_ONCE, "-c", SOCKETS])
        .arg("-d")
        .arg(file);
    if once {
        command.args(["-n", "1"]);
    }
    if let Pace::Fixed(rate) = pace {
        command.args(["-Q", &rate.to_string(), "-v"]);
    }
    let text = said(&mut command)?;
    read(&text).ok_or_else(|| failure(format!("not understood of dnsperf:\n{text}")))
}

/// Runs it; both of what it writes.
fn said(command: &mut Command) -> Result<String, Failure> {
    let output = command.output().map_err(|e| {
        failure(format!(
            "could not run dnsperf (Debian's package dnsperf): {e}"
        ))
    })?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(text);
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    Err(failure(format!("dnsperf failed:\n{text}{complaint}")))
}

fn read(text: &str) -> Option<Came> {
    let mut came = Came::default();
    let mut has_rate = false;
    for line in text.lines() {
        if let Some(answer) = line.strip_prefix("> ") {
            // Code, name, type, seconds; of one that was lost, no code.
            let seconds: Option<f64> = answer.rsplit(' ').next()?.parse().ok();
            came.took.extend(seconds.map(|s| s * 1000.0));
            continue;
        }
        let Some((key, value)) = line.split_once(':') else {
            continue;
        };
        let value = value.trim();
        let first = || value.split(' ').next().unwrap_or_default();
        match key.trim() {
            "Queries sent" => came.sent = first().parse().ok()?,
            "Queries lost" => came.lost = first().parse().ok()?,
            "Queries per second" => {
                came.per_second = first().parse().ok()?;
                has_rate = true;
            }
            "Response codes" => came.codes = codes(value)?,
            _ => {}
        }
    }
    came.took.sort_by(f64::total_cmp);
    has_rate.then_some(came)
}

/// `NOERROR 95 (95.00%), SERVFAIL 5 (5.00%)`
fn codes(text: &str) -> Option<BTreeMap<String, u64>> {
    let entries = text.split(", ").filter(|entry| !entry.is_empty());
    entries
        .map(|entry| {
            let mut words = entry.split(' ');
            Some((words.next()?.to_owned(), words.next()?.parse().ok()?))
        })
        .collect()
}
