//! Whom a rule means: the words of `src`, `dst`, `target` and their like
//! (tailscale.com/docs/reference/targets-and-selectors).

use std::net::IpAddr;

use ipnet::IpNet;

/// Members of a tailnet, or addresses, by one of the ways in which a policy names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selector {
    /// `*`: as a source every member and what is routed by members, as a destination everything.
    Any,
    /// `autogroup:danger-all`: every address there is.
    DangerAll,
    /// `autogroup:member`: every machine without tags.
    Member,
    /// `autogroup:tagged`: every machine with a tag.
    Tagged,
    /// `autogroup:self`: the machines of the user who asks.
    Own,
    /// `autogroup:internet`: what is reached by an exit node.
    Internet,
    /// `autogroup:` and a role of users or a state of machines, of which a declaration says nothing.
    Role(String),
    /// A user by his login name.
    User(String),
    /// `user:*@example.com`: every user of a domain.
    Domain(String),
    /// `group:…`
    Group(String),
    /// `tag:…`
    Tag(String),
    /// An address or a range.
    Net(IpNet),
    /// A name of `hosts`.
    Host(String),
    /// `svc:…`, a Tailscale Service.
    Service(String),
    /// `ipset:…`
    IpSet(String),
}

/// The autogroups that stand for a role or a state
/// (tailscale.com/docs/reference/targets-and-selectors, autogroups).
const ROLES: [&str; 8] = [
    "admin",
    "auditor",
    "billing-admin",
    "it-admin",
    "network-admin",
    "nonroot",
    "owner",
    "shared",
];

impl Selector {
    /// Reads a word; the error says what is wrong with it.
    ///
    /// # Errors
    /// A word that means nobody.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let unknown = || format!("\"{text}\" is no one whom a policy can mean");
        let Some((kind, name)) = text.split_once(':') else {
            return Self::plain(text).ok_or_else(unknown);
        };
        let name = name.to_owned();
        Ok(match (kind, name.as_str()) {
            ("tag", _) => Self::Tag(text.to_owned()),
            ("group", _) => Self::Group(text.to_owned()),
            ("svc", _) => Self::Service(text.to_owned()),
            ("ipset", _) => Self::IpSet(text.to_owned()),
            ("user", name) if name.starts_with("*@") => Self::Domain(name[2..].to_owned()),
            ("autogroup", "member" | "members") => Self::Member,
            ("autogroup", "tagged") => Self::Tagged,
            ("autogroup", "self") => Self::Own,
            ("autogroup", "internet") => Self::Internet,
            ("autogroup", "danger-all") => Self::DangerAll,
            ("autogroup", role) if ROLES.contains(&role) => Self::Role(text.to_owned()),
            ("autogroup", _) => return Err(format!("\"{text}\" is no autogroup")),
            _ => Self::Net(net(text).ok_or_else(unknown)?),
        })
    }

    fn plain(text: &str) -> Option<Self> {
        if text == "*" {
            return Some(Self::Any);
        }
        if let Some(net) = net(text) {
            return Some(Self::Net(net));
        }
        let word = |c: char| c.is_alphanumeric() || "-_.+@ ".contains(c);
        if text.is_empty() || !text.chars().all(word) {
            return None;
        }
        Some(if text.contains('@') {
            Self::User(text.to_owned())
        } else {
            Self::Host(text.to_owned())
        })
    }
}

/// An address, or a range without its host bits.
fn net(text: &str) -> Option<IpNet> {
    let ip = || text.parse::<IpAddr>().map(IpNet::from);
    text.parse::<IpNet>()
        .map(|net| net.trunc())
        .or_else(|_| ip())
        .ok()
}
