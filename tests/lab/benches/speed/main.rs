//! How fast the generated forwarders are, beside others of the same engine: the plainest configuration
//! that works, the one that tuning guides recommend, and the generated one with a cache.
//!
//! dnsperf asks from a pod, through the same namespaces, and behind each is the same stand-in for
//! quad100. Rounds go through all of them in turn, each freshly started, so that what the machine does
//! beside it hits all alike; ratios are of one round. As root:
//!
//! ```console
//! $ cargo bench -p tailwright-lab --bench speed            # `-- --help` for what it may be told
//! ```
//!
//! Without `--bench`, which cargo adds, as in a test run, it goes once through everything, and fails where
//! an answer is not the expected one; nothing is measured then.

mod contestant;
mod dnsperf;
mod load;
mod options;
mod outage;
mod race;
#[path = "../../tests/shared/rendered.rs"]
#[expect(dead_code, reason = "no packet filter, and no tailscaled")]
mod rendered;
mod summary;

use std::io::Write as _;

use common::{Firewall, Generated};
use serde::Serialize;
use tailwright_lab::home::Home;
use tailwright_lab::report::{self, Machine};
use tailwright_lab::{Failure, tools};

use options::Options;
use rendered::Rendered;

/// The node of the laboratory.
const NODE: &str = "lab-alpha-cp";

/// What is written.
#[derive(Serialize)]
struct Report {
    what: &'static str,
    command: String,
    dnsperf: String,
    before: Machine,
    after: Machine,
    loads: Vec<load::Description>,
    engines: Vec<summary::OfEngine>,
}

/// Prints a line.
fn line(text: &str) {
    // Nobody is left to read it.
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// A failure in these words.
fn failure(text: String) -> Failure {
    Failure::from(std::io::Error::other(text))
}

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match Options::read(&arguments).map_err(failure)? {
        Some(options) => measure(&options, &arguments),
        None => {
            line("\nrunning 0 tests\n\ntest result: ok. 0 passed; 0 failed; 0 ignored\n");
            Ok(())
        }
    }
}

/// What repeats it.
fn command(arguments: &[String]) -> String {
    let mut command = "cargo bench -p tailwright-lab --bench speed".to_owned();
    let mut told = arguments
        .iter()
        .filter(|word| *word != "--bench")
        .peekable();
    if told.peek().is_some() {
        command += " --";
    }
    for word in told {
        let quote = if word.contains(' ') { "'" } else { "" };
        command += &format!(" {quote}{word}{quote}");
    }
    command
}

fn measure(options: &Options, arguments: &[String]) -> Result<(), Failure> {
    let before = Machine::now()?;
    let rendered = Rendered::new(Generated::homelab().host(NODE).firewall(Firewall::Nftables));
    let home = Home::new(tools!())?;
    rendered.guard(&home.node, "ExecStart")?;
    let files = load::Files::write()?;
    let mut engines = Vec::new();
    for engine in contestant::engines(&rendered, options)? {
        let samples = race::run(engine.as_ref(), &home, &files, options)?;
        let outages = outage::run(engine.as_ref(), &home, options)?;
        engines.push(summary::OfEngine::new(engine.as_ref(), samples, outages)?);
    }
    let report = Report {
        what: "speed of the generated forwarders, beside others of the same engine",
        command: command(arguments),
        dnsperf: dnsperf::version()?,
        before,
        after: Machine::now()?,
        loads: load::Load::ALL.map(load::Load::description).to_vec(),
        engines,
    };
    line(&summary::table(&report));
    if options.measures {
        let path = report::write("speed", &report)?;
        line(&format!("written to {}", path.display()));
    } else {
        line("\ntest result: ok. 1 passed; 0 failed; 0 ignored");
    }
    Ok(())
}
