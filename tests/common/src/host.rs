//! A NixOS host evaluated with plain Nix: `tests/nix` stands in for nixpkgs.

use serde_json::Value;

use crate::{HostSpec, nix};

/// NixOS refused to evaluate the host: an unknown option, definitions that contradict each
/// other, a value of the wrong type.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// What Nix wrote to standard error, with its trace.
    pub message: String,
}

impl Refusal {
    /// The message without the trace.
    pub fn reason(&self) -> String {
        // Newer versions of Nix write the error after its trace, older ones before it.
        let mut lines: Vec<&str> = self.message.lines().collect();
        let errors = lines
            .iter()
            .rposition(|line| line.trim_start().starts_with("error: "));
        let reason = lines.split_off(errors.unwrap_or_default());
        let reason = reason
            .into_iter()
            .take_while(|line| !line.trim_start().starts_with('…') && !line.trim().is_empty());
        reason.map(str::trim).collect::<Vec<_>>().join("\n")
    }
}

/// An evaluated host. Failed assertions are part of it, they don't keep it from being read.
#[derive(Clone, Debug)]
pub struct HostConfig {
    report: Value,
}

/// Evaluates a host with the stand-in.
///
/// # Errors
///
/// What NixOS would refuse to evaluate.
///
/// # Panics
///
/// If `nix-instantiate` is missing or a file can't be written.
pub fn evaluate(spec: &HostSpec) -> Result<HostConfig, Refusal> {
    let dir = match tempfile::tempdir() {
        Ok(dir) => dir,
        Err(error) => panic!("no temporary folder: {error}"),
    };
    let json = match spec.to_json(dir.path()) {
        Ok(json) => json.to_string(),
        Err(error) => panic!("can't write the host's modules: {error}"),
    };
    let file = crate::tests_dir().join("nix/host.nix");
    let report = nix::evaluate(&file, "dummy://", &[("spec", &json)])?;
    Ok(HostConfig::new(report))
}

/// Evaluates several hosts at once, which takes a fraction of the time that one by one takes.
///
/// # Errors
///
/// What NixOS would refuse to evaluate, of the first such host.
///
/// # Panics
///
/// If `nix-instantiate` is missing or a file can't be written.
pub fn evaluate_all(specs: &[HostSpec]) -> Result<Vec<HostConfig>, Refusal> {
    let dir = match tempfile::tempdir() {
        Ok(dir) => dir,
        Err(error) => panic!("no temporary folder: {error}"),
    };
    let list = dir.path().join("specs.json");
    let written = specs
        .iter()
        .enumerate()
        .map(|(n, spec)| {
            let own = dir.path().join(n.to_string());
            std::fs::create_dir(&own)?;
            spec.to_json(&own)
        })
        .collect::<std::io::Result<Vec<Value>>>()
        .and_then(|all| std::fs::write(&list, Value::from(all).to_string()));
    if let Err(error) = written {
        panic!("can't write the hosts' modules: {error}");
    }
    let file = crate::tests_dir().join("nix/hosts.nix");
    let arguments = [("specs", &*list.to_string_lossy())];
    match nix::evaluate(&file, "dummy://", &arguments)? {
        Value::Array(reports) => Ok(reports.into_iter().map(HostConfig::new).collect()),
        other => panic!("hosts.nix gave no list: {other}"),
    }
}

impl HostConfig {
    pub(crate) fn new(report: Value) -> Self {
        Self { report }
    }

    /// The value at a JSON pointer into the report of `tests/nix/report.nix`, for instance
    /// `/tailscale/extraSetFlags`; null where there is none.
    pub fn at(&self, pointer: &str) -> &Value {
        self.report.pointer(pointer).unwrap_or(&Value::Null)
    }

    /// The whole report.
    pub fn report(&self) -> &Value {
        &self.report
    }

    /// The strings of a list at a JSON pointer; empty where there is no list.
    pub fn strings(&self, pointer: &str) -> Vec<&str> {
        self.at(pointer)
            .as_array()
            .map(|list| list.iter().filter_map(Value::as_str).collect())
            .unwrap_or_default()
    }

    /// The messages of the assertions that don't hold.
    pub fn failed_assertions(&self) -> Vec<&str> {
        self.strings("/failedAssertions")
    }

    /// The warnings that NixOS would show.
    pub fn warnings(&self) -> Vec<&str> {
        self.strings("/warnings")
    }

    /// `/etc/unbound/unbound.conf`; none without unbound.
    pub fn unbound_conf(&self) -> Option<&str> {
        self.file("unbound")
    }

    /// dnsmasq's configuration file; none without dnsmasq.
    pub fn dnsmasq_conf(&self) -> Option<&str> {
        self.file("dnsmasq")
    }

    /// The Corefile; none without CoreDNS.
    pub fn corefile(&self) -> Option<&str> {
        self.file("corefile")
    }

    /// The ruleset for `nft -f`; none on a host without nftables.
    pub fn nft_ruleset(&self) -> Option<&str> {
        self.file("nftables")
    }

    /// The script that starts the iptables firewall, for a POSIX shell with `-e`; none on a
    /// host with another back end.
    pub fn iptables_script(&self) -> Option<&str> {
        self.file("iptables")
    }

    /// The derivation of the whole system: genuine NixOS only, if asked for, and if no
    /// assertion fails.
    pub fn toplevel(&self) -> Option<&str> {
        self.at("/toplevel").as_str()
    }

    fn file(&self, name: &str) -> Option<&str> {
        self.at("/files").get(name).and_then(Value::as_str)
    }
}

/// Replaces programs of the Nix store by those of the machine: `/nix/store/…-iproute2/bin/ip`
/// becomes `ip`, so that a rendered script can be run here.
pub fn with_programs_of_this_machine(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("/nix/store/") {
        out.push_str(&rest[..start]);
        let path = &rest[start..];
        let end = path
            .find(|c: char| c.is_whitespace() || "\"';:()".contains(c))
            .unwrap_or(path.len());
        let program = path[..end]
            .split_once("/bin/")
            .or_else(|| path[..end].split_once("/sbin/"))
            .map_or(&path[..end], |(_, program)| program);
        out.push_str(program);
        rest = &path[end..];
    }
    out.push_str(rest);
    out
}
