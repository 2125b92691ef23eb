//! The description of a host: what it imports and what its own configuration says.

use std::path::{Path, PathBuf};

use serde::Serialize;

/// The packet filter that a host's own configuration asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Firewall {
    /// `networking.nftables.enable = true`.
    Nftables,
    /// What NixOS does by default.
    Iptables,
    /// `services.firewalld.enable = true`, with `networking.nftables.enable`, which it needs.
    Firewalld,
    /// `networking.firewall.enable = false`.
    Off,
}

/// A NixOS host to evaluate: a name, a firewall, modules. Everything that it sets itself has the
/// priority of `lib.mkDefault`, so a module may contradict it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HostSpec {
    host_name: String,
    firewall: bool,
    nftables: bool,
    backend: Option<String>,
    sops: bool,
    toplevel: bool,
    absent: Vec<String>,
    modules: Vec<PathBuf>,
    #[serde(skip)]
    texts: Vec<String>,
}

impl HostSpec {
    /// A host with this `networking.hostName`, NixOS' default firewall (iptables), every option
    /// of a recent NixOS, and without sops-nix.
    pub fn new(host_name: &str) -> Self {
        Self {
            host_name: host_name.to_owned(),
            firewall: true,
            nftables: false,
            backend: None,
            sops: false,
            toplevel: false,
            absent: Vec::new(),
            modules: Vec::new(),
            texts: Vec::new(),
        }
    }

    /// Imports a module or a folder with a `default.nix`; relative to the current directory.
    #[must_use]
    pub fn module(mut self, path: impl AsRef<Path>) -> Self {
        let path = path.as_ref();
        self.modules
            .push(std::path::absolute(path).unwrap_or_else(|_| path.to_owned()));
        self
    }

    /// Adds a module of the host's owner, given as Nix text.
    #[must_use]
    pub fn module_text(mut self, nix: &str) -> Self {
        self.texts.push(nix.to_owned());
        self
    }

    /// Chooses the host's packet filter.
    #[must_use]
    pub fn firewall(mut self, firewall: Firewall) -> Self {
        self.firewall = firewall != Firewall::Off;
        self.nftables = matches!(firewall, Firewall::Nftables | Firewall::Firewalld);
        if firewall == Firewall::Firewalld {
            return self.module_text("{ services.firewalld.enable = true; }");
        }
        self
    }

    /// Sets `networking.firewall.backend` explicitly, whatever [`Self::firewall`] chose.
    #[must_use]
    pub fn backend(mut self, backend: &str) -> Self {
        self.backend = Some(backend.to_owned());
        self
    }

    /// Imports sops-nix, with the host's SSH key as the key source.
    #[must_use]
    pub fn with_sops(mut self) -> Self {
        self.sops = true;
        self
    }

    /// Takes an option away, as on a NixOS that has not got it. Genuine NixOS can lose
    /// `networking.firewall.backend` and `services.resolved.dnsDelegates`.
    #[must_use]
    pub fn without_option(mut self, path: &str) -> Self {
        self.absent.push(path.to_owned());
        self
    }

    /// Evaluates the whole system as well (genuine NixOS only).
    #[must_use]
    pub fn with_toplevel(mut self) -> Self {
        self.toplevel = true;
        self
    }

    pub(crate) fn absent(&self) -> &[String] {
        &self.absent
    }

    pub(crate) fn sops(&self) -> bool {
        self.sops
    }

    /// Writes the owner's modules into `dir` and gives the JSON for the Nix side.
    pub(crate) fn to_json(&self, dir: &Path) -> std::io::Result<serde_json::Value> {
        let mut spec = self.clone();
        for (n, text) in self.texts.iter().enumerate() {
            let path = dir.join(format!("host-{}.nix", n + 1));
            std::fs::write(&path, text)?;
            spec.modules.push(path);
        }
        Ok(serde_json::to_value(spec)?)
    }
}
