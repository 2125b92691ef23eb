//! Addresses of the Internet, and those that lead nowhere there.

use std::net::IpAddr;

use ipnet::IpNet;

/// The ranges that are routed inside of networks alone, link-local ones among them
/// (IANA IPv4 and IPv6 Special-Purpose Address Registries; RFC 1918, RFC 6598, RFC 4193).
const PRIVATE: [&str; 7] = [
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "169.254.0.0/16",
    "fc00::/7",
    "fe80::/10",
];

/// The private ranges.
pub(super) fn private_ranges() -> impl Iterator<Item = IpNet> {
    PRIVATE.iter().filter_map(|range| range.parse().ok())
}

/// Whether packets to an address find their way on the Internet.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    !address.is_loopback()
        && !address.is_unspecified()
        && !private_ranges().any(|range| range.contains(&address))
}
