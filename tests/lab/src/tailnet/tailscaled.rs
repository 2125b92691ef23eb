//! A member of the tailnet.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::net::IpAddr;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use crate::command::run;
use crate::namespace::Namespace;
use crate::process::Daemon;
use crate::scratch::Scratch;
use crate::{Error, Result};

/// Gives tailscaled an `/etc` of its own, whose files it writes, and an empty `/run`. `ip netns exec`
/// has made the mount name space in which that happens.
const ALONE: &str = "mount --bind \"$0/etc\" /etc && mount -t tmpfs none /run && exec \"$@\"";

/// Nothing is sent to anybody but the control server and members, whose relay has no certificate.
const ENVIRONMENT: [(&str, &str); 2] = [
    ("TS_NO_LOGS_NO_SUPPORT", "true"),
    ("TS_DEBUG_USE_DERP_HTTP", "true"),
];

/// With which program it writes its rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rules {
    /// As on a host with nftables.
    Nftables,
    /// As on a host with iptables.
    Iptables,
}

/// A tailscaled with its state; it can be gone for a while.
#[derive(Debug)]
pub struct Tailscaled {
    // All end with it; the files after the daemon that uses them.
    daemon: Option<Daemon>,
    client: Client,
    rules: Rules,
    files: Scratch,
}

/// The program that gives a tailscaled orders, by its socket.
#[derive(Debug)]
pub struct Client(PathBuf);

/// A member as another one sees it, or itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its addresses.
    pub addresses: Vec<IpAddr>,
    /// The routes that lead by it, not by another router that advertises them too.
    pub routes: BTreeSet<String>,
    /// Whether the control server says that it is there.
    pub is_online: bool,
}

#[derive(Deserialize)]
struct Status {
    #[serde(rename = "Self")]
    own: Peer,
    #[serde(rename = "Peer", default)]
    peers: Option<BTreeMap<String, Peer>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Peer {
    #[serde(rename = "DNSName")]
    name: String,
    #[serde(rename = "TailscaleIPs")]
    addresses: Option<Vec<IpAddr>>,
    primary_routes: Option<BTreeSet<String>>,
    online: bool,
}

impl Tailscaled {
    /// Starts it in `namespace`; `name_server` is the one in the resolv.conf that it finds. Returns when
    /// it takes orders, a member of nothing.
    ///
    /// # Errors
    /// If it doesn't start.
    pub fn start(namespace: &Namespace, name_server: IpAddr, rules: Rules) -> Result<Self> {
        let files = Scratch::new(&std::env::temp_dir())?;
        let etc = files.path().join("etc");
        fs::create_dir(&etc).map_err(Error::io(format!("could not make {etc:?}")))?;
        let resolv_conf = etc.join("resolv.conf");
        fs::write(&resolv_conf, format!("nameserver {name_server}\n"))
            .map_err(Error::io(format!("could not write {resolv_conf:?}")))?;
        keep_alternatives(&etc)?;

        let mut tailscaled = Self {
            daemon: None,
            client: Client(files.path().join("socket")),
            rules,
            files,
        };
        tailscaled.resume(namespace)?;
        Ok(tailscaled)
    }

    /// Starts it again after [`Self::stop`], in the same namespace.
    ///
    /// # Errors
    /// If it doesn't start.
    pub fn resume(&mut self, namespace: &Namespace) -> Result<()> {
        let mut command = namespace.command("sh");
        command.args(["-c", ALONE]).arg(self.files.path());
        command.arg("tailscaled");
        command.args(["--no-logs-no-support", "--tun=tailscale0", "--port=41641"]);
        let state = self.files.path().join("state");
        command.arg(argument("--statedir=", &state));
        command.arg(argument("--socket=", &self.client.0));
        command.envs(ENVIRONMENT);
        let rules = match self.rules {
            Rules::Nftables => "nftables",
            Rules::Iptables => "iptables",
        };
        command.env("TS_DEBUG_FIREWALL_MODE", rules);
        self.daemon = Some(Daemon::start(namespace.name(), &mut command)?);
        self.wait_until("an answer of tailscaled", |client| {
            Ok(client.members().is_ok())
        })
    }

    /// Ends it as a service is stopped: it takes its interface, routes and rules away.
    ///
    /// # Errors
    /// If it doesn't end.
    pub fn stop(&mut self) -> Result<()> {
        self.daemon.take().map_or(Ok(()), Daemon::terminate)
    }

    /// Kills it, as a lack of memory does.
    pub fn kill(&mut self) {
        self.daemon = None;
    }

    /// Stops it in its tracks: its interface and routes stay, and nothing is answered.
    ///
    /// # Errors
    /// What `kill` said.
    pub fn freeze(&self) -> Result<()> {
        self.daemon.as_ref().map_or(Ok(()), Daemon::freeze)
    }

    /// Lets it go on after [`Self::freeze`].
    ///
    /// # Errors
    /// What `kill` said.
    pub fn thaw(&self) -> Result<()> {
        self.daemon.as_ref().map_or(Ok(()), Daemon::thaw)
    }

    /// The resolv.conf of its host, as it is now.
    ///
    /// # Errors
    /// If it can't be read.
    pub fn resolv_conf(&self) -> Result<String> {
        let path = self.files.path().join("etc/resolv.conf");
        fs::read_to_string(&path).map_err(Error::io(format!("could not read {path:?}")))
    }

    /// Waits until `done` holds; `what` completes "… did not happen".
    ///
    /// # Errors
    /// As [`Daemon::wait_until`].
    ///
    /// # Panics
    /// If it was stopped.
    pub fn wait_until(
        &mut self,
        what: &str,
        mut done: impl FnMut(&Client) -> Result<bool>,
    ) -> Result<()> {
        let Self { daemon, client, .. } = self;
        let Some(daemon) = daemon else {
            panic!("tailscaled was stopped");
        };
        daemon.wait_until(what, |_| done(client))
    }

    /// What gives it orders.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }
}

impl Client {
    /// Lets tailscaled register at `url` with `key`; `flags` are those of `tailscale up`.
    ///
    /// # Errors
    /// What tailscale said.
    pub fn up(&self, url: &str, key: &str, flags: &[String]) -> Result<()> {
        let login = [
            "up".to_owned(),
            "--timeout=30s".to_owned(),
            format!("--login-server={url}"),
            format!("--auth-key={key}"),
        ];
        self.order(&[&login[..], flags].concat()).map(drop)
    }

    /// Changes its settings; `flags` are those of `tailscale set`.
    ///
    /// # Errors
    /// What tailscale said.
    pub fn set(&self, flags: &[&str]) -> Result<()> {
        let flags = flags.iter().map(|&flag| flag.to_owned());
        let words: Vec<String> = std::iter::once("set".to_owned()).chain(flags).collect();
        self.order(&words).map(drop)
    }

    /// The members that it knows, itself among them, by their names without a dot at the end.
    ///
    /// # Errors
    /// What tailscale said.
    pub fn members(&self) -> Result<BTreeMap<String, Member>> {
        let output = self.order(&["status".to_owned(), "--json".to_owned()])?;
        let status: Status = serde_json::from_str(&output).map_err(|e| Error::Output {
            program: "tailscale status".to_owned(),
            reason: e.to_string(),
            output,
        })?;
        let peers = status.peers.unwrap_or_default().into_values();
        let all = std::iter::once(status.own).chain(peers).map(|peer| {
            let member = Member {
                addresses: peer.addresses.unwrap_or_default(),
                routes: peer.primary_routes.unwrap_or_default(),
                is_online: peer.online,
            };
            (peer.name.trim_end_matches('.').to_owned(), member)
        });
        Ok(all.collect())
    }

    fn order(&self, words: &[String]) -> Result<String> {
        let mut command = Command::new("tailscale");
        run(command.arg(argument("--socket=", &self.0)).args(words))
    }
}

fn argument(name: &str, path: &Path) -> OsString {
    let mut argument = OsString::from(name);
    argument.push(path);
    argument
}

/// Debian's iptables is a link to a link in `/etc`.
fn keep_alternatives(etc: &Path) -> Result<()> {
    let folder = etc.join("alternatives");
    fs::create_dir(&folder).map_err(Error::io(format!("could not make {folder:?}")))?;
    for program in ["iptables", "ip6tables"] {
        let Ok(target) = fs::read_link(Path::new("/etc/alternatives").join(program)) else {
            continue;
        };
        let link = folder.join(program);
        symlink(target, &link).map_err(Error::io(format!("could not make {link:?}")))?;
    }
    Ok(())
}
