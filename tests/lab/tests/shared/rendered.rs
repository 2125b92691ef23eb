//! What tailwright generates for a node, as NixOS would write it to disk.

use common::HostSpec;
use common::host::{HostConfig, evaluate, with_programs_of_this_machine};
use tailwright_lab::Failure;
use tailwright_lab::namespace::Namespace;

/// A node's files and units.
pub(crate) struct Rendered(HostConfig);

impl Rendered {
    pub(crate) fn new(spec: HostSpec) -> Self {
        match evaluate(&spec.with_sops()) {
            Ok(host) => Self::of(host),
            Err(refusal) => panic!("{refusal}"),
        }
    }

    /// An evaluated host.
    pub(crate) fn of(host: HostConfig) -> Self {
        assert_eq!(host.failed_assertions(), [""; 0]);
        Self(host)
    }

    pub(crate) fn unbound_conf(&self) -> &str {
        self.0.unbound_conf().unwrap_or_default()
    }

    /// What `tailscale up` is told.
    #[allow(dead_code, reason = "not every test runs tailscaled")]
    pub(crate) fn up_flags(&self) -> Vec<String> {
        let flags = self.0.strings("/tailscale/extraUpFlags").into_iter();
        flags.map(str::to_owned).collect()
    }

    /// Runs a command of the unit that guards the way to quad100.
    pub(crate) fn guard(&self, node: &Namespace, command: &str) -> Result<(), Failure> {
        let pointer = format!("/units/tailwright-quad100/serviceConfig/{command}");
        let Some(line) = self.0.at(&pointer).as_str() else {
            panic!("no {command}");
        };
        let line = with_programs_of_this_machine(line.trim_start_matches('-'));
        let Some(arguments) = line.strip_prefix("ip ") else {
            panic!("{line}");
        };
        node.ip(arguments)?;
        Ok(())
    }

    /// Loads the node's packet filter.
    pub(crate) fn filter(&self, node: &Namespace) -> Result<(), Failure> {
        let (program, text) = match (self.0.nft_ruleset(), self.0.iptables_script()) {
            (Some(ruleset), None) => ("nft -f", ruleset.to_owned()),
            (None, Some(script)) => ("sh -e", with_programs_of_this_machine(script)),
            both => panic!("no packet filter, or two: {both:?}"),
        };
        let file = tempfile::NamedTempFile::new()?;
        std::fs::write(file.path(), &text)?;
        let mut words = program.split(' ');
        let mut command = node.command(words.next().unwrap_or_default());
        let output = common::program::run(command.args(words).arg(file.path()));
        assert!(
            output.status.success(),
            "{}\n{text}",
            common::program::said(&output)
        );
        Ok(())
    }
}
