//! How one DNS server refers to another.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use super::{Address, DnsName, Invalid, Name, Port, Scalar, check_plain};

/// A name server as clients are told of it: a declared resolver, or an address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ServerRef {
    /// A resolver of the declaration.
    Resolver(Name),
    /// A server that is not declared, on port 53.
    Address(Address),
}

impl fmt::Display for ServerRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Resolver(name) => name.fmt(f),
            Self::Address(address) => address.fmt(f),
        }
    }
}

impl FromStr for ServerRef {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        check_plain(text)?;
        if text.parse::<IpAddr>().is_ok() {
            return text.parse().map(Self::Address);
        }
        text.parse().map(Self::Resolver).map_err(|_| {
            Invalid::new("neither the name of a resolver nor an address")
                .help("write the name of one of `resolvers`, or an address without a port")
        })
    }
}

impl Scalar for ServerRef {
    const WHAT: &'static str = "a resolver's name or an address";
}

/// The protocol in which a resolver asks an upstream server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Transport {
    /// Plain DNS over UDP, and TCP where needed; port 53.
    Plain,
    /// DNS over TLS (RFC 7858); port 853.
    Tls,
    /// DNS over HTTPS (RFC 8484); port 443.
    Https,
    /// DNS over QUIC (RFC 9250); port 853.
    Quic,
}

impl Transport {
    const PREFIXES: [(&'static str, Self); 4] = [
        ("tcp+udp:", Self::Plain),
        ("tcp-tls:", Self::Tls),
        ("https:", Self::Https),
        ("quic:", Self::Quic),
    ];

    /// The port where none is written.
    #[must_use]
    pub fn default_port(self) -> u16 {
        match self {
            Self::Plain => 53,
            Self::Https => 443,
            Self::Tls | Self::Quic => 853,
        }
    }
}

/// The host of an upstream server.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum UpstreamHost {
    /// Its address.
    Address(Address),
    /// Its name, which has to be resolved before it can be asked.
    Name(DnsName),
}

/// An upstream server in Blocky's notation `[transport:]host[:port][/path]`
/// (github.com/0xERR0R/blocky, config/upstream.go).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Upstream {
    /// How it is asked.
    pub transport: Transport,
    /// Whom to ask.
    pub host: UpstreamHost,
    /// The port, the transport's own where none was written.
    pub port: u16,
    /// The path of DNS over HTTPS, empty otherwise.
    pub path: String,
    text: String,
}

impl Upstream {
    /// Plain DNS at an address, with what it means written out: UDP and TCP.
    #[must_use]
    pub fn plain(address: Address, port: u16) -> Self {
        let socket = std::net::SocketAddr::new(address.ip(), port);
        Self {
            transport: Transport::Plain,
            host: UpstreamHost::Address(address),
            port,
            path: String::new(),
            text: format!("tcp+udp:{socket}"),
        }
    }
}

impl fmt::Display for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Upstream {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        check_plain(text)?;
        let (transport, rest) = Transport::PREFIXES
            .iter()
            .find_map(|(prefix, transport)| Some((*transport, text.strip_prefix(prefix)?)))
            .unwrap_or((Transport::Plain, text));
        if text.starts_with("udp:") || text.starts_with("tcp:") {
            return Err(
                Invalid::new("written with a transport that resolvers do not know").help(
                    "write the address alone, or tcp+udp:ADDRESS: plain DNS always means both",
                ),
            );
        }
        let rest = match transport {
            Transport::Https | Transport::Quic => rest.strip_prefix("//").unwrap_or(rest),
            Transport::Plain | Transport::Tls => rest,
        };
        let (authority, path) = match rest.find('/') {
            Some(slash) if transport == Transport::Https => rest.split_at(slash),
            _ => (rest, ""),
        };
        let (host, port) = split_port(authority)?;
        let safe_path = path
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"/-._~{}?=&".contains(&byte));
        if !safe_path {
            return Err(Invalid::new(
                "a server with characters in its path that no URL has",
            ));
        }
        Ok(Self {
            transport,
            host,
            port: port.map_or(transport.default_port(), Port::number),
            path: path.to_owned(),
            text: text.to_owned(),
        })
    }
}

fn split_port(authority: &str) -> Result<(UpstreamHost, Option<Port>), Invalid> {
    if let Ok(ip) = authority.parse::<IpAddr>() {
        return Ok((UpstreamHost::Address(ip.into()), None));
    }
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) => (host, Some(parse_port(port)?)),
        None => (authority, None),
    };
    let bare = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    let host = match bare.unwrap_or(host).parse::<IpAddr>() {
        Ok(ip) if ip.is_ipv4() || bare.is_some() => UpstreamHost::Address(ip.into()),
        _ => UpstreamHost::Name(host.parse().map_err(|_| {
            Invalid::new("no server").help(
                "write an address, or [transport:]host[:port], for instance tcp-tls:1.1.1.1:853",
            )
        })?),
    };
    Ok((host, port))
}

fn parse_port(text: &str) -> Result<Port, Invalid> {
    text.parse()
        .ok()
        .and_then(Port::new)
        .ok_or_else(|| Invalid::new(format!("a server with `{text}` as its port")))
}

impl Scalar for Upstream {
    const WHAT: &'static str = "a DNS server such as 1.1.1.1 or tcp-tls:1.1.1.1:853";
}

#[cfg(test)]
mod tests {
    use super::{Transport, Upstream, UpstreamHost};

    #[test]
    fn upstreams_are_read_as_blocky_reads_them() {
        let read = |text: &str| {
            let upstream: Upstream = text.parse().unwrap_or_else(|e| panic!("{text}: {e}"));
            (
                upstream.transport,
                upstream.port,
                matches!(upstream.host, UpstreamHost::Address(_)),
            )
        };
        assert_eq!(read("1.1.1.1"), (Transport::Plain, 53, true));
        assert_eq!(
            read("tcp+udp:10.10.10.200:1053"),
            (Transport::Plain, 1053, true)
        );
        assert_eq!(
            read("tcp-tls:dns.example:8853"),
            (Transport::Tls, 8853, false)
        );
        assert_eq!(
            read("https://dns.example/dns-query"),
            (Transport::Https, 443, false)
        );
        assert_eq!(read("[fd00::1]:5353"), (Transport::Plain, 5353, true));
        assert_eq!(read("fd00::1"), (Transport::Plain, 53, true));
    }

    #[test]
    fn what_blocky_refuses_is_refused_here() {
        for bad in [
            "udp:1.1.1.1",
            "",
            "1.1.1.1:0",
            "1.1.1.1:x",
            "a b",
            "dns.example.:53",
            "https://a/\"b",
        ] {
            assert!(bad.parse::<Upstream>().is_err(), "{bad}");
        }
    }
}
