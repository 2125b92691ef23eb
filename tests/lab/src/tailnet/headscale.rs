//! The control server.

use std::fs;
use std::net::Ipv4Addr;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::Settings;
use super::entries::{Entry, Owner, USER, write};
use crate::command::run;
use crate::namespace::Namespace;
use crate::process::Daemon;
use crate::scratch::Scratch;
use crate::{Error, Result};

/// A headscale with its data; it can be gone for a while.
#[derive(Debug)]
pub struct Headscale {
    // The daemon ends before what it uses does.
    daemon: Option<Daemon>,
    files: Scratch,
    namespace: Namespace,
    address: Ipv4Addr,
}

impl Headscale {
    /// Starts it in `namespace`, which has `address`, with the one user that it needs; returns when it
    /// takes orders.
    ///
    /// # Errors
    /// If the settings are refused, or it doesn't start.
    pub fn start(namespace: Namespace, address: Ipv4Addr, settings: &Settings) -> Result<Self> {
        let mut headscale = Self {
            daemon: None,
            files: Scratch::new(&std::env::temp_dir())?,
            namespace,
            address,
        };
        headscale.save("policy.hujson", &settings.policy)?;
        let configuration = headscale.configuration(settings);
        // JSON is YAML.
        headscale.save("config.yaml", &configuration.to_string())?;
        headscale.resume()?;
        headscale.order(&["users", "create", "lab"])?;
        Ok(headscale)
    }

    /// Where members register.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}:8080", self.address)
    }

    /// A key with which any number of members register.
    ///
    /// # Errors
    /// What headscale said.
    pub fn auth_key(&self, owner: &Owner) -> Result<String> {
        let user = USER.to_string();
        let whose = match owner {
            Owner::Person => ["--user", &user],
            Owner::Tag(tag) => ["--tags", tag],
        };
        let words = [&["preauthkeys", "create", "--reusable"][..], &whose].concat();
        let output = self.order(&words)?;
        let created: Value =
            serde_json::from_str(&output).map_err(|e| unexpected(&e.to_string(), &output))?;
        let key = created["key"].as_str().map(str::to_owned);
        key.ok_or_else(|| unexpected("no key", &output))
    }

    /// Gives members their addresses and adds those that are only known; it is gone for a moment.
    ///
    /// # Errors
    /// If the database refuses it, or it doesn't start again.
    pub fn rewrite(&mut self, entries: &[Entry]) -> Result<()> {
        self.stop()?;
        write(&self.path("db.sqlite"), entries)?;
        self.resume()
    }

    /// Ends it.
    ///
    /// # Errors
    /// If it doesn't end.
    pub fn stop(&mut self) -> Result<()> {
        self.daemon.take().map_or(Ok(()), Daemon::terminate)
    }

    /// Starts it again after [`Self::stop`].
    ///
    /// # Errors
    /// If it doesn't start.
    pub fn resume(&mut self) -> Result<()> {
        let mut command = self.namespace.command("headscale");
        command
            .arg("serve")
            .arg("--config")
            .arg(self.path("config.yaml"));
        let mut daemon = Daemon::start("headscale", &mut command)?;
        daemon.wait_until("an answer of headscale", |_| {
            Ok(self.order(&["users", "list"]).is_ok())
        })?;
        self.daemon = Some(daemon);
        Ok(())
    }

    fn order(&self, words: &[&str]) -> Result<String> {
        let mut command = self.namespace.command("headscale");
        command.arg("--config").arg(self.path("config.yaml"));
        run(command.args(words).args(["--output", "json"]))
    }

    fn configuration(&self, settings: &Settings) -> Value {
        let address = self.address;
        json!({
            "server_url": self.url(),
            "listen_addr": format!("{address}:8080"),
            "metrics_listen_addr": "",
            "grpc_listen_addr": "127.0.0.1:50443",
            "noise": { "private_key_path": self.path("noise.key") },
            "prefixes": { "v4": "100.64.0.0/10", "v6": "fd7a:115c:a1e0::/48" },
            "derp": {
                "server": {
                    "enabled": true,
                    "region_id": 900,
                    "region_code": "lab",
                    "region_name": "lab",
                    "verify_clients": true,
                    "stun_listen_addr": format!("{address}:3478"),
                    "private_key_path": self.path("derp.key"),
                    "automatically_add_embedded_derp_region": true,
                    "ipv4": address,
                },
                // Neither Tailscale's relays nor anybody's: nothing is fetched.
                "urls": [],
                "auto_update_enabled": false,
            },
            "disable_check_updates": true,
            "logtail": { "enabled": false },
            "database": { "type": "sqlite", "sqlite": { "path": self.path("db.sqlite") } },
            "policy": { "mode": "file", "path": self.path("policy.hujson") },
            "dns": {
                "magic_dns": settings.magic_dns,
                "base_domain": settings.suffix,
                "override_local_dns": settings.override_local_dns,
                "nameservers": { "global": settings.name_servers, "split": settings.split },
            },
            "unix_socket": self.path("headscale.sock"),
        })
    }

    fn save(&self, name: &str, text: &str) -> Result<()> {
        let path = self.path(name);
        fs::write(&path, text).map_err(Error::io(format!("could not write {path:?}")))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.files.path().join(name)
    }
}

fn unexpected(reason: &str, output: &str) -> Error {
    Error::Output {
        program: "headscale".to_owned(),
        reason: reason.to_owned(),
        output: output.to_owned(),
    }
}
