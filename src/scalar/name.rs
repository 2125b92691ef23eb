//! Names of things in a declaration, and of groups of clients.

use std::fmt;
use std::str::FromStr;

use super::{Invalid, Scalar, check_plain, scalar, text_newtype};

text_newtype! {
    /// The name of a site, cluster, node, device, forwarder, resolver or secret: a DNS label
    /// in lower case (RFC 1123 section 2.1), so that it can be a host name, a file name and
    /// the name of a Kubernetes object.
    Name
}

scalar!(
    Name,
    "a name such as lab-alpha-cp",
    |text| check_name(text),
    Some("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")
);

impl std::borrow::Borrow<str> for Name {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

fn check_name(text: &str) -> Result<(), Invalid> {
    let well_formed = (1..=63).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-');
    if well_formed {
        return Ok(());
    }
    let meant = text.to_ascii_lowercase().replace(['_', '.', ' '], "-");
    let invalid =
        Invalid::new("no name: names have 1 to 63 lower-case letters, digits and hyphens");
    if meant != text && check_name(&meant).is_ok() {
        return Err(invalid.help(format!("write {meant}")));
    }
    Err(invalid)
}

text_newtype! {
    /// The name of a network interface: 1 to 15 characters (`IFNAMSIZ` less the final NUL in
    /// linux/if.h), of those that nft, iptables and systemd take without quoting.
    InterfaceName
}

scalar!(
    InterfaceName,
    "the name of a network interface such as enp1s0",
    |text| {
        let well_formed = (1..=15).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
        if well_formed {
            Ok(())
        } else {
            Err(Invalid::new("no interface name"))
        }
    },
    Some("^[A-Za-z_][A-Za-z0-9_.-]{0,14}$")
);

text_newtype! {
    /// The name of an interface, or what the names of several begin with: `lxc+` as iptables
    /// writes it, `lxc*` as nft does.
    InterfacePattern
}

scalar!(
    InterfacePattern,
    "an interface such as cni0, or the beginning of several such as lxc+",
    |text| {
        let bare = text.strip_suffix(['+', '*']).unwrap_or(text);
        bare.parse::<InterfaceName>().map(|_| ())
    },
    Some("^[A-Za-z_][A-Za-z0-9_.-]{0,14}[+*]?$")
);

impl InterfacePattern {
    /// Whether an interface of this name is one of them.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        match self.0.strip_suffix(['+', '*']) {
            Some(beginning) => name.starts_with(beginning),
            None => name == self.0,
        }
    }

    /// Whether interfaces whose names begin with `beginning` can be among them.
    #[must_use]
    pub fn may_match(&self, beginning: &str) -> bool {
        let own = self.0.trim_end_matches(['+', '*']);
        own.starts_with(beginning) || (own.len() < self.0.len() && beginning.starts_with(own))
    }
}

/// A group of clients that are treated alike.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClientClass {
    /// `pods:<cluster>`: the pods of a cluster.
    Pods(Name),
    /// `node:<node>`: the node's own programs.
    Node(Name),
    /// `lan:<site>`: what asks its site's name servers without being on the tailnet.
    Lan(Name),
    /// `tailnet`: tailnet members that do not accept routes.
    Tailnet,
    /// `tailnet:routes`: tailnet members that do.
    TailnetRoutes,
    /// `device:<name>`: one declared device.
    Device(Name),
    /// `outside`: anybody who is none of the others.
    Outside,
}

impl fmt::Display for ClientClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pods(name) => write!(f, "pods:{name}"),
            Self::Node(name) => write!(f, "node:{name}"),
            Self::Lan(name) => write!(f, "lan:{name}"),
            Self::Tailnet => f.write_str("tailnet"),
            Self::TailnetRoutes => f.write_str("tailnet:routes"),
            Self::Device(name) => write!(f, "device:{name}"),
            Self::Outside => f.write_str("outside"),
        }
    }
}

impl FromStr for ClientClass {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        check_plain(text)?;
        let (kind, name) = text.split_once(':').unwrap_or((text, ""));
        let named = |make: fn(Name) -> Self| name.parse().map(make);
        match (kind, name) {
            ("pods", _) => named(Self::Pods),
            ("node", _) => named(Self::Node),
            ("lan", _) => named(Self::Lan),
            ("device", _) => named(Self::Device),
            ("tailnet", "") if text == "tailnet" => Ok(Self::Tailnet),
            ("tailnet", "routes") => Ok(Self::TailnetRoutes),
            ("outside", "") if text == "outside" => Ok(Self::Outside),
            _ => Err(Invalid::new("no client class").help(
                "write pods:<cluster>, node:<node>, lan:<site>, device:<device>, tailnet, \
                 tailnet:routes or outside",
            )),
        }
    }
}

impl Scalar for ClientClass {
    const WHAT: &'static str = "a client class such as pods:homelab";
}

/// Something that has to be up before something else starts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum StartRef {
    /// `network`: the machine's own network.
    Network,
    /// `tailscale`: tailscaled on the same machine.
    Tailscale,
    /// `node:<node>`: another machine.
    Node(Name),
    /// `resolver:<resolver>`: a resolver.
    Resolver(Name),
    /// `forwarder:<forwarder>`: a forwarder.
    Forwarder(Name),
}

impl fmt::Display for StartRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network => f.write_str("network"),
            Self::Tailscale => f.write_str("tailscale"),
            Self::Node(name) => write!(f, "node:{name}"),
            Self::Resolver(name) => write!(f, "resolver:{name}"),
            Self::Forwarder(name) => write!(f, "forwarder:{name}"),
        }
    }
}

impl FromStr for StartRef {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        check_plain(text)?;
        match text.split_once(':') {
            None if text == "network" => Ok(Self::Network),
            None if text == "tailscale" => Ok(Self::Tailscale),
            Some(("node", name)) => name.parse().map(Self::Node),
            Some(("resolver", name)) => name.parse().map(Self::Resolver),
            Some(("forwarder", name)) => name.parse().map(Self::Forwarder),
            _ => Err(Invalid::new("nothing that something can start after").help(
                "write network, tailscale, node:<node>, resolver:<resolver> or \
                 forwarder:<forwarder>",
            )),
        }
    }
}

impl Scalar for StartRef {
    const WHAT: &'static str = "what has to be up first, such as tailscale or resolver:blocky";
}

#[cfg(test)]
mod tests {
    use super::{ClientClass, InterfaceName, Name};

    #[test]
    fn client_classes_print_as_they_are_written() {
        for text in [
            "pods:a",
            "node:b",
            "lan:c",
            "device:d",
            "tailnet",
            "tailnet:routes",
            "outside",
        ] {
            assert_eq!(text.parse::<ClientClass>().unwrap().to_string(), text);
        }
        for bad in [
            "pods",
            "pods:",
            "tailnet:",
            "outside:",
            "tailnet:x",
            "",
            "lan:A",
        ] {
            assert!(bad.parse::<ClientClass>().is_err(), "{bad}");
        }
    }

    #[test]
    fn names_are_host_names_and_file_names() {
        for bad in ["", "-a", "a-", "a/b", "..", "a.b", "A", "ü", "a b"] {
            assert!(bad.parse::<Name>().is_err(), "{bad}");
        }
        let help = "Lab_Alpha".parse::<Name>().unwrap_err().help;
        assert_eq!(help.as_deref(), Some("write lab-alpha"));
    }

    #[test]
    fn interface_names_fit_the_kernel_and_nft() {
        assert!("enp1s0.100".parse::<InterfaceName>().is_ok());
        for bad in ["", "6in4", "abcdefghijklmnop", "lxc*", "a b", "-x"] {
            assert!(bad.parse::<InterfaceName>().is_err(), "{bad}");
        }
    }
}
