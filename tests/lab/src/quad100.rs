//! A stand-in for MagicDNS' own resolver at 100.100.100.100.
//!
//! It answers as Tailscale's `net/dns/resolver/tsdns.go` does, as far as that is visible to
//! who asks: authoritative, recursion available mirrors recursion desired, no OPT in the
//! answer, no answer for addresses of the other family. With `accept_dns` it holds its zones
//! and asks the tailnet's name servers for everything else; without it, or without name servers,
//! that is SERVFAIL. `tests/tailnet` puts one table of questions to it and to tailscaled.
//!
//! The program `quad100` reads a [`Config`] and then one [`Mode`] per line (JSON) on its standard
//! input, and writes one [`Event`] per line on its standard output; it ends with its standard
//! input. [`Quad100`] is the handle to one.

pub mod answer;
mod forward;
pub mod server;

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::namespace::Namespace;
use crate::process::Daemon;
use crate::{Error, Result, Tools};

/// What the resolver knows.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Config {
    /// The MagicDNS suffix, without a dot at the end.
    pub suffix: String,
    /// Hosts by their label below the suffix.
    pub hosts: BTreeMap<String, Vec<IpAddr>>,
    /// Reverse zones that it is responsible for, without a dot at the end.
    pub reverse_zones: Vec<String>,
    /// `--accept-dns`: without it the resolver has no zones of its own, and unknown names are
    /// SERVFAIL instead of NXDOMAIN.
    pub accept_dns: bool,
    /// Whether the tailnet has MagicDNS: without it members are known all the same, but there are no
    /// zones, and their labels alone are not known.
    pub magic_dns: bool,
    /// The tailnet's name servers, which it asks with `accept_dns` for other names.
    pub name_servers: Vec<SocketAddr>,
    /// The namespace from which it asks them; its own where absent.
    pub asks_from: Option<AsksFrom>,
    /// The node attribute `magicdns-aaaa` of its host: without it members that have an A have no AAAA.
    pub aaaa: bool,
    /// Its host has no IPv4 in the tailnet: members have AAAA alone.
    pub only_v6: bool,
    /// Which answers' life times it uses.
    pub release: Release,
    /// Addresses to listen on, port 53.
    pub listen: Vec<IpAddr>,
    /// It reports no questions: they would be too many.
    pub quiet: bool,
}

/// Where it asks others, if not where it listens: tailscaled answers what enters its interface, and asks
/// as its host.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AsksFrom {
    /// The namespace's name.
    pub namespace: String,
    /// The program that asks there, see [`crate::asker`].
    pub program: PathBuf,
}

/// Life times of answers changed within Tailscale 1.102.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Release {
    /// Before 1.102.3: 600 seconds, and no SOA in negative answers.
    Before1_102_3,
    /// From 1.102.3 on: 5 seconds, and an SOA with 10 seconds in negative answers.
    From1_102_3,
}

/// How the resolver behaves as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// It answers.
    Answer,
    /// It takes questions and never answers: tailscaled hangs.
    Silent,
    /// It answers everything with SERVFAIL: no netmap, or an expired node key.
    ServFail,
}

/// The transport of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Transport {
    /// One datagram each way.
    Udp,
    /// A stream.
    Tcp,
}

/// One question that arrived.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Asked {
    /// The name as it was written, without a dot at the end.
    pub name: String,
    /// The record type's mnemonic.
    pub record_type: String,
    /// How it came.
    pub transport: Transport,
}

/// What the program reports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// All listeners are open.
    Listening,
    /// A question arrived.
    Asked(Asked),
    /// From now on it behaves like this.
    Mode(Mode),
}

impl Config {
    /// A tailnet with MagicDNS on, seen from a node that accepts DNS, current release.
    #[must_use]
    pub fn new(suffix: &str) -> Self {
        // Tailscale's ranges: 100.64.0.0/10 is 64 zones, fd7a:115c:a1e0::/48 one.
        let mut reverse_zones: Vec<_> =
            (64..128).map(|n| format!("{n}.100.in-addr.arpa")).collect();
        reverse_zones.push("0.e.1.a.c.5.1.1.a.7.d.f.ip6.arpa".to_owned());
        Self {
            suffix: suffix.to_owned(),
            hosts: BTreeMap::new(),
            reverse_zones,
            accept_dns: true,
            magic_dns: true,
            name_servers: Vec::new(),
            asks_from: None,
            aaaa: false,
            only_v6: false,
            release: Release::From1_102_3,
            listen: vec![IpAddr::from([100, 100, 100, 100])],
            quiet: false,
        }
    }

    /// Adds a host.
    #[must_use]
    pub fn host(mut self, label: &str, addresses: &[IpAddr]) -> Self {
        self.hosts.insert(label.to_owned(), addresses.to_vec());
        self
    }
}

/// A running stand-in.
#[derive(Debug)]
pub struct Quad100 {
    daemon: Daemon,
}

impl Quad100 {
    /// Starts it in a namespace that has the addresses of `config.listen`.
    ///
    /// # Errors
    /// If it does not come up.
    pub fn start(tools: &Tools, namespace: &Namespace, config: &Config) -> Result<Self> {
        let mut daemon = Daemon::start("quad100", &mut namespace.command(&tools.quad100))?;
        // Not as an argument: those are limited to 128 KiB.
        daemon.tell(&json("quad100's configuration", config)?)?;
        daemon.wait_until("listening", |d| Ok(events(d).contains(&Event::Listening)))?;
        Ok(Self { daemon })
    }

    /// Changes its behaviour; returns when the change holds.
    ///
    /// # Errors
    /// If it has ended.
    pub fn set(&mut self, mode: Mode) -> Result<()> {
        let seen = |d: &Daemon| {
            let wanted = Event::Mode(mode);
            events(d).iter().filter(|&e| *e == wanted).count()
        };
        let before = seen(&self.daemon);
        self.daemon.tell(&json("a mode", &mode)?)?;
        self.daemon
            .wait_until("the change of mode", |d| Ok(seen(d) > before))
    }

    /// Waits until a question for this name has been reported, and so every one before it.
    ///
    /// # Errors
    /// If it has ended, or none comes.
    pub fn wait_for(&mut self, name: &str) -> Result<()> {
        let is_there = |d: &Daemon| {
            let mut all = events(d).into_iter();
            all.any(|event| matches!(event, Event::Asked(asked) if asked.name == name))
        };
        self.daemon.wait_until("the question", |d| Ok(is_there(d)))
    }

    /// Every question so far, in the order of arrival.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        events(&self.daemon)
            .into_iter()
            .filter_map(|event| match event {
                Event::Asked(asked) => Some(asked),
                Event::Listening | Event::Mode(_) => None,
            })
            .collect()
    }
}

fn events(daemon: &Daemon) -> Vec<Event> {
    // Other lines are complaints; they are shown if the daemon ends.
    daemon
        .output()
        .iter()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect()
}

pub(crate) fn json(what: &str, value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::Output {
        program: what.to_owned(),
        reason: error.to_string(),
        output: String::new(),
    })
}
