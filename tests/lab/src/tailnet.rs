//! A real tailnet: headscale in a namespace of its own, and tailscaled on those of its members.
//!
//! [`Headscale`] is the control server, relay and STUN server in one; it hands out no address of
//! anybody else. [`Tailscaled`] is one member: its interface is a real one, so that 100.100.100.100
//! answers from a real netmap and the firewall's rules are tailscaled's own. [`Settings`] are what
//! an administrator decides, [`Entry`] is what the control server has stored of a member.
//!
//! tailscaled sees an `/etc` and a `/run` of its own: on this machine it changes nothing, and it
//! finds neither its resolv.conf nor its systemd-resolved.

mod entries;
mod headscale;
mod tailscaled;

pub use entries::{Entry, Owner};
pub use headscale::Headscale;
pub use tailscaled::{Client, Member, Rules, Tailscaled};

use std::collections::BTreeMap;
use std::net::IpAddr;

/// What an administrator decides for a tailnet.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The MagicDNS suffix, without a dot at the end.
    pub suffix: String,
    /// Whether MagicDNS is on.
    pub magic_dns: bool,
    /// The name servers for everything.
    pub name_servers: Vec<IpAddr>,
    /// The name servers of single zones.
    pub split: BTreeMap<String, Vec<IpAddr>>,
    /// Whether those for everything replace the ones that members have.
    pub override_local_dns: bool,
    /// The policy file's text.
    pub policy: String,
}

impl Settings {
    /// MagicDNS without name servers, and a policy that allows everything.
    #[must_use]
    pub fn new(suffix: &str) -> Self {
        Self {
            suffix: suffix.to_owned(),
            magic_dns: true,
            name_servers: Vec::new(),
            split: BTreeMap::new(),
            override_local_dns: false,
            policy: r#"{ "acls": [ { "action": "accept", "src": ["*"], "dst": ["*:*"] } ] }"#
                .to_owned(),
        }
    }
}
