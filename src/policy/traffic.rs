//! Protocols and ports.

use std::ops::RangeInclusive;

/// Ports from one to another; 0 to 65535 are all.
pub type Ports = RangeInclusive<u16>;

/// Every port.
pub const ALL_PORTS: Ports = 0..=u16::MAX;

/// TCP, the number of its protocol (IANA, Assigned Internet Protocol Numbers).
pub const TCP: u8 = 6;
/// UDP.
pub const UDP: u8 = 17;
const SCTP: u8 = 132;

/// The names of protocols that a policy may use, with their numbers
/// (tailscale.com/docs/reference/syntax/policy-file, proto).
const NAMES: [(&str, u8); 13] = [
    ("icmp", 1),
    ("igmp", 2),
    ("ip-in-ip", 4),
    ("ipv4", 4),
    ("tcp", TCP),
    ("egp", 8),
    ("igp", 9),
    ("udp", UDP),
    ("gre", 47),
    ("esp", 50),
    ("ah", 51),
    ("ipv6-icmp", 58),
    ("sctp", SCTP),
];

/// What may pass: some ports of a protocol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Traffic {
    /// The protocol's number; where absent those that are meant without one: TCP, UDP and ICMP.
    pub protocol: Option<u8>,
    /// The ports.
    pub ports: Vec<Ports>,
}

impl Traffic {
    /// Whether a packet to a port passes.
    #[must_use]
    pub fn admits(&self, protocol: u8, port: u16) -> bool {
        let is_meant = match self.protocol {
            Some(own) => own == protocol,
            None => [1, TCP, UDP, 58].contains(&protocol),
        };
        is_meant && self.ports.iter().any(|ports| ports.contains(&port))
    }
}

/// The number of a protocol that is given by name or number; none where the text is empty.
///
/// # Errors
/// A name that is not known.
pub fn protocol(text: &str) -> Result<Option<u8>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let known = NAMES.iter().find(|(name, _)| *name == text);
    known
        .map(|(_, number)| *number)
        .or_else(|| text.parse().ok())
        .map(Some)
        .ok_or_else(|| format!("\"{text}\" is no protocol"))
}

/// Ports as `acls` and `grants` have them: `*`, `22`, `80-443`, several behind commas.
///
/// # Errors
/// What is no port.
pub fn ports(text: &str) -> Result<Vec<Ports>, String> {
    text.split(',').map(|part| range(part.trim())).collect()
}

fn range(text: &str) -> Result<Ports, String> {
    if text == "*" {
        return Ok(ALL_PORTS);
    }
    let number = |text: &str| {
        let number = text.parse::<u16>();
        number.map_err(|_| format!("\"{text}\" is no port: write a number, or * for all"))
    };
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (number(first)?, number(last)?);
    if first == 0 {
        return Err("port 0 is no port: write * for all".to_owned());
    }
    if first > last {
        return Err(format!("the ports {text} begin behind their end"));
    }
    Ok(first..=last)
}

/// What a grant's `ip` admits: `*`, `443`, `80-443`, `tcp:443`, `icmp:*`.
///
/// # Errors
/// What is neither a port nor a protocol with ports.
pub fn grant_ip(text: &str) -> Result<Traffic, String> {
    let (name, text) = text.split_once(':').unwrap_or(("", text));
    let protocol = protocol(name)?;
    let ports = ports(text)?;
    has_ports(protocol, &ports)?;
    Ok(Traffic { protocol, ports })
}

/// Of the other protocols Tailscale takes all or nothing.
///
/// # Errors
/// Ports of a protocol that is not said to have any.
pub fn has_ports(protocol: Option<u8>, ports: &[Ports]) -> Result<(), String> {
    let knows_ports = protocol.is_none_or(|protocol| [TCP, UDP, SCTP].contains(&protocol));
    if knows_ports || ports.iter().all(|ports| *ports == ALL_PORTS) {
        return Ok(());
    }
    Err("only TCP, UDP and SCTP have ports: write * in their place".to_owned())
}
