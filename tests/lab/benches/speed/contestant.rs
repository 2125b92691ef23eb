//! What is compared: engines, and for each of them the configurations.

use std::thread::available_parallelism;
use std::time::Duration;

use tailwright_lab::namespace::Namespace;
use tailwright_lab::unbound::{Installation, Unbound};
use tailwright_lab::{Failure, Result};

use crate::failure;
use crate::options::Options;
use crate::rendered::Rendered;

/// The name of what tailwright generates; the others are compared with it.
pub(crate) const GENERATED: &str = "generated";

/// A program that forwarders are run with.
pub(crate) trait Engine {
    /// Its name and version.
    fn label(&self) -> &str;

    /// The configurations that are compared, the generated one first.
    fn contestants(&self) -> &[Contestant];

    /// Serves a configuration from inside `node`, until what it gives is dropped.
    ///
    /// # Errors
    /// If it does not come up.
    fn start(&self, node: &Namespace, configuration: &str) -> Result<Box<dyn Running>>;
}

/// A program that runs. Dropping it ends it.
pub(crate) trait Running {
    /// The processor time that it has used so far.
    ///
    /// # Errors
    /// If the kernel doesn't say.
    fn processor_time(&self) -> Result<Duration>;
}

impl Running for Unbound {
    fn processor_time(&self) -> Result<Duration> {
        self.daemon().processor_time()
    }
}

/// A configuration.
#[derive(Debug, Clone)]
pub(crate) struct Contestant {
    pub(crate) name: String,
    /// What it is, in a line.
    pub(crate) what: String,
    pub(crate) configuration: String,
}

impl Contestant {
    fn new(name: &str, what: &str, configuration: String) -> Self {
        Self {
            name: name.to_owned(),
            what: what.to_owned(),
            configuration,
        }
    }
}

/// Every engine at hand, as far as the options ask for it.
pub(crate) fn engines(
    rendered: &Rendered,
    options: &Options,
) -> Result<Vec<Box<dyn Engine>>, Failure> {
    let mut engines: Vec<Box<dyn Engine>> = Vec::new();
    // To see that all of it works, one will do.
    let installations = if options.measures {
        Installation::all()?
    } else {
        vec![Installation::newest()?]
    };
    for installation in installations {
        let version = installation.version()?.map(|n| n.to_string()).join(".");
        if options.only.as_ref().is_none_or(|only| *only == version) {
            engines.push(Box::new(OfUnbound {
                label: format!("unbound {version}"),
                installation,
                contestants: contestants(rendered.unbound_conf(), options)?,
            }));
        }
    }
    if engines.is_empty() {
        return Err(failure(format!("no engine of {:?}", options.only)));
    }
    Ok(engines)
}

struct OfUnbound {
    label: String,
    installation: Installation,
    contestants: Vec<Contestant>,
}

impl Engine for OfUnbound {
    fn label(&self) -> &str {
        &self.label
    }

    fn contestants(&self) -> &[Contestant] {
        &self.contestants
    }

    fn start(&self, node: &Namespace, configuration: &str) -> Result<Box<dyn Running>> {
        let unbound = Unbound::start(&self.installation, node, configuration)?;
        Ok(Box::new(unbound))
    }
}

fn contestants(generated: &str, options: &Options) -> Result<Vec<Contestant>, Failure> {
    let cached = generated.replace("forward-no-cache: yes", "forward-no-cache: no");
    if cached == generated {
        return Err(failure(format!("it may keep answers:\n{generated}")));
    }
    let threads = available_parallelism()?;
    let mut all = vec![
        Contestant::new(
            GENERATED,
            "what tailwright generates for lab-alpha-cp of examples/homelab",
            generated.to_owned(),
        ),
        Contestant::new("with a cache", "the same without forward-no-cache", cached),
        Contestant::new(
            "plain",
            "the least that answers the suffix to the pods, and refuses everything else",
            by_hand(""),
        ),
        Contestant::new(
            "tuned",
            "the same, with what NLnet Labs' guide to performance recommends, and prefetching",
            by_hand(&tuning(threads.get())),
        ),
    ];
    for variant in &options.variants {
        let lines: String = variant.lines.iter().map(|l| format!("  {l}\n")).collect();
        all.push(Contestant::new(
            &variant.name,
            "the generated one, changed",
            format!("{generated}\nserver:\n{lines}"),
        ));
    }
    Ok(all)
}

/// A forwarder as one writes it.
fn by_hand(server: &str) -> String {
    format!(
        "server:
  interface: 10.10.10.200@1053
  access-control: 10.0.0.0/16 allow
  local-zone: \".\" refuse
  local-zone: \"tail96fefe.ts.net.\" transparent
{server}forward-zone:
  name: \"tail96fefe.ts.net.\"
  forward-addr: 100.100.100.100
"
    )
}

/// nlnetlabs.nl/documentation/unbound/howto-optimise: threads and slabs by cores, caches of these sizes,
/// as many ports as the library that waits for events allows, half as many questions, larger buffers.
fn tuning(threads: usize) -> String {
    let slabs = threads.next_power_of_two();
    format!(
        "  num-threads: {threads}
  so-reuseport: yes
  msg-cache-slabs: {slabs}
  rrset-cache-slabs: {slabs}
  infra-cache-slabs: {slabs}
  key-cache-slabs: {slabs}
  msg-cache-size: 50m
  rrset-cache-size: 100m
  outgoing-range: 8192
  num-queries-per-thread: 4096
  so-rcvbuf: 4m
  so-sndbuf: 4m
  prefetch: yes
"
    )
}
