//! Addresses, ranges and ports.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;

use super::{Invalid, Scalar};

/// An IPv4 or IPv6 address without a zone or a prefix length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address(IpAddr);

impl Address {
    /// The address.
    #[must_use]
    pub fn ip(self) -> IpAddr {
        self.0
    }

    /// The range that holds this address alone.
    #[must_use]
    pub fn as_cidr(self) -> Cidr {
        Cidr(IpNet::from(self.0))
    }
}

impl From<IpAddr> for Address {
    fn from(ip: IpAddr) -> Self {
        Self(ip)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Address {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text.parse::<IpAddr>() {
            Ok(ip) if ip.is_multicast() => {
                Err(Invalid::new("a multicast address").help("write the address of one host"))
            }
            Ok(IpAddr::V6(ip)) if ip.to_ipv4_mapped().is_some() => {
                Err(Invalid::new("an IPv4 address in IPv6 form").help("write it as IPv4"))
            }
            Ok(ip) => Ok(Self(ip)),
            Err(_) if text.contains('/') => Err(Invalid::new("a range, not an address")
                .help("write the address without the part behind the slash")),
            Err(_) => Err(Invalid::new("no IP address")),
        }
    }
}

impl Scalar for Address {
    const WHAT: &'static str = "an IP address such as 10.10.10.200 or fd00::1";
}

/// A range of addresses in CIDR notation, without host bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cidr(IpNet);

impl Cidr {
    /// Every address of a family.
    #[must_use]
    pub fn any(is_ipv6: bool) -> Self {
        if is_ipv6 {
            Self(ipnet::Ipv6Net::default().into())
        } else {
            Self(ipnet::Ipv4Net::default().into())
        }
    }

    /// The range.
    #[must_use]
    pub fn net(self) -> IpNet {
        self.0
    }

    /// Whether this range covers all of `other`.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.0.contains(&other.0)
    }

    /// Whether this range covers the address.
    #[must_use]
    pub fn contains_address(self, address: Address) -> bool {
        self.0.contains(&address.ip())
    }

    /// Whether the two have an address in common.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.contains(other) || other.contains(self)
    }

    /// Whether it is a range of IPv6 addresses.
    #[must_use]
    pub fn is_ipv6(self) -> bool {
        matches!(self.0, IpNet::V6(_))
    }
}

/// Addresses as a set of ranges: minimal, sorted, without overlaps.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CidrSet(Vec<IpNet>);

impl CidrSet {
    /// The addresses of all ranges together.
    #[must_use]
    pub fn new(ranges: impl IntoIterator<Item = Cidr>) -> Self {
        let ranges: Vec<IpNet> = ranges.into_iter().map(Cidr::net).collect();
        Self(IpNet::aggregate(&ranges))
    }

    /// The first part of a range that is not in the set, or `None` where all of it is.
    #[must_use]
    pub fn first_gap(&self, range: Cidr) -> Option<Cidr> {
        first_gap(range.0, &self.0).map(Cidr)
    }
}

fn first_gap(range: IpNet, sorted: &[IpNet]) -> Option<IpNet> {
    let behind = sorted.partition_point(|net| net.network() <= range.network());
    if sorted[..behind]
        .last()
        .is_some_and(|net| net.contains(&range))
    {
        return None;
    }
    let first = sorted.partition_point(|net| net.network() < range.network());
    let end = sorted.partition_point(|net| net.network() <= range.broadcast());
    let inside = &sorted[first..end];
    if inside.is_empty() {
        return Some(range);
    }
    let mut halves = range.subnets(range.prefix_len() + 1).ok()?;
    halves.find_map(|half| first_gap(half, inside))
}

impl From<IpNet> for Cidr {
    fn from(net: IpNet) -> Self {
        Self(net.trunc())
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Cidr {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text.parse::<IpNet>() {
            Ok(net) if net != net.trunc() => Err(Invalid::new(format!(
                "a range with host bits: {} lies inside {}",
                net.addr(),
                net.trunc()
            ))
            .help(format!("write {}", net.trunc()))),
            Ok(IpNet::V6(net)) if net.addr().to_ipv4_mapped().is_some() => {
                Err(Invalid::new("an IPv4 range in IPv6 form").help("write it as IPv4"))
            }
            Ok(net) => Ok(Self(net)),
            Err(_) => match text.parse::<IpAddr>() {
                Ok(ip) => Err(Invalid::new("an address without a prefix length")
                    .help(format!("write {}", IpNet::from(ip)))),
                Err(_) => Err(Invalid::new("no range in CIDR notation")),
            },
        }
    }
}

impl Scalar for Cidr {
    const WHAT: &'static str = "a range in CIDR notation such as 10.10.10.0/24";
}

/// A TCP or UDP port, 1 to 65535.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Port(u16);

impl Port {
    /// The port where the number is one.
    #[must_use]
    pub fn new(number: i64) -> Option<Self> {
        u16::try_from(number)
            .ok()
            .filter(|port| *port > 0)
            .map(Self)
    }

    /// The number.
    #[must_use]
    pub fn number(self) -> u16 {
        self.0
    }
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::{Address, Cidr, CidrSet};

    fn cidr(text: &str) -> Cidr {
        text.parse()
            .unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn host_bits_are_refused_with_the_range_that_was_meant() {
        let error = "10.10.10.5/24".parse::<Cidr>().unwrap_err();
        assert_eq!(error.help.as_deref(), Some("write 10.10.10.0/24"));
    }

    #[test]
    fn an_address_is_no_range_and_a_range_no_address() {
        assert!("10.0.0.1".parse::<Cidr>().is_err());
        assert!("10.0.0.0/8".parse::<Address>().is_err());
        assert!("::ffff:10.0.0.1".parse::<Address>().is_err());
        assert!("224.0.0.1".parse::<Address>().is_err());
    }

    #[test]
    fn the_first_gap_is_the_first_part_that_nobody_admits() {
        let gap = |range: &str, admitted: &[&str]| {
            CidrSet::new(admitted.iter().map(|text| cidr(text))).first_gap(cidr(range))
        };
        let pool = "10.0.0.0/8";
        assert_eq!(gap(pool, &["10.0.0.0/16"]), Some(cidr("10.1.0.0/16")));
        assert_eq!(gap(pool, &["10.128.0.0/9", "10.0.0.0/9"]), None);
        assert_eq!(gap(pool, &["fd00::/8"]), Some(cidr(pool)));
        assert_eq!(gap(pool, &["0.0.0.0/0"]), None);
        assert_eq!(
            gap("10.0.0.1/32", &["10.0.0.0/32", "10.0.0.2/32"]),
            Some(cidr("10.0.0.1/32"))
        );
        assert_eq!(
            gap("fd00::/64", &["10.0.0.0/8", "fd00::/65"]),
            Some(cidr("fd00::8000:0:0:0/65"))
        );
    }
}
