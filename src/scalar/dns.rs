//! DNS names.

use std::net::IpAddr;

use super::{Invalid, scalar, text_newtype};
use crate::scalar::net::Cidr;

text_newtype! {
    /// A DNS name: lower case, without the final dot, in the letters, digits, hyphens and
    /// underscores that names in zones have (RFC 1035 section 2.3.1, RFC 8552 for the
    /// underscore); labels of 1 to 63 bytes, 253 bytes in all.
    DnsName
}

scalar!(
    DnsName,
    "a DNS name such as tail96fefe.ts.net",
    |text| check(text),
    Some("^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$")
);

fn check(text: &str) -> Result<(), Invalid> {
    if !text.is_ascii() {
        return Err(Invalid::new("no DNS name: it has characters beyond ASCII")
            .help("write the name in its A-label form (xn--…)"));
    }
    if let Some(bare) = text.strip_suffix('.') {
        return Err(Invalid::new("written with a final dot")
            .help(format!("write {}", bare.to_ascii_lowercase())));
    }
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(
            Invalid::new("not in lower case").help(format!("write {}", text.to_ascii_lowercase()))
        );
    }
    if text.len() > 253 {
        return Err(Invalid::new(
            "longer than the 253 bytes that a DNS name may have",
        ));
    }
    for label in text.split('.') {
        let well_formed = (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
            && !label.starts_with('-')
            && !label.ends_with('-');
        if !well_formed {
            return Err(Invalid::new(format!(
                "no DNS name: `{label}` is no label of one"
            )));
        }
    }
    if text.parse::<IpAddr>().is_ok() {
        return Err(Invalid::new("an address, not a name"));
    }
    Ok(())
}

impl DnsName {
    /// Whether this name is `zone` or a name below it.
    #[must_use]
    pub fn is_within(&self, zone: &Self) -> bool {
        self.0
            .strip_suffix(zone.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }

    /// The name itself and every name above it, the longest first.
    pub fn and_above(&self) -> impl Iterator<Item = Self> + '_ {
        let starts = self.0.match_indices('.').map(|(dot, _)| dot + 1);
        std::iter::once(0)
            .chain(starts)
            .map(|start| Self(self.0[start..].to_owned()))
    }

    /// The name of a label below this one; `None` where that would be no name.
    #[must_use]
    pub fn below(&self, label: &str) -> Option<Self> {
        format!("{label}.{self}").parse().ok()
    }

    /// The domain of a cluster that says nothing else (kubernetes.io,
    /// concepts/services-networking/dns-pod-service).
    #[must_use]
    pub fn cluster_local() -> Self {
        Self("cluster.local".to_owned())
    }

    /// The reverse zones that together hold the reverse names of exactly the addresses of a
    /// range, by their order: `64.100.in-addr.arpa` to `127.100.in-addr.arpa` for
    /// 100.64.0.0/10 (RFC 1035 section 3.5, RFC 3596 section 2.5).
    ///
    /// Zones are cut at whole labels (octets, or nibbles for IPv6), so that no zone reaches
    /// beyond the range.
    #[must_use]
    pub fn reverse_zones(range: Cidr) -> Vec<Self> {
        let net = range.net();
        let step = if range.is_ipv6() { 4 } else { 8 };
        let cut = net.prefix_len().div_ceil(step).max(1) * step;
        net.subnets(cut)
            .map(|subnets| {
                subnets
                    .map(|subnet| reverse_name(subnet.addr(), cut))
                    .collect()
            })
            .unwrap_or_default()
    }

    /// The smallest reverse zone that holds the reverse names of all addresses of a range, and of
    /// others where the range does not end at a label: `100.in-addr.arpa` for 100.64.0.0/10.
    #[must_use]
    pub fn reverse_zone_around(range: Cidr) -> Self {
        let net = range.net();
        let step = if range.is_ipv6() { 4 } else { 8 };
        reverse_name(net.addr(), net.prefix_len() / step * step)
    }

    /// Whether this is the reverse name of one address, not of a range of them.
    #[must_use]
    pub fn is_of_address(&self) -> bool {
        let is_number = |label: &str| label.parse::<u8>().is_ok();
        let is_digit = |label: &str| label.len() == 1 && u8::from_str_radix(label, 16).is_ok();
        let v4 = self.0.strip_suffix(".in-addr.arpa");
        let v6 = self.0.strip_suffix(".ip6.arpa");
        v4.is_some_and(|labels| labels.split('.').count() == 4 && labels.split('.').all(is_number))
            || v6.is_some_and(|labels| {
                labels.split('.').count() == 32 && labels.split('.').all(is_digit)
            })
    }
}

fn reverse_name(address: IpAddr, prefix: u8) -> DnsName {
    let (labels, suffix): (Vec<String>, _) = match address {
        IpAddr::V4(ip) => (
            ip.octets().iter().map(u8::to_string).collect(),
            "in-addr.arpa",
        ),
        IpAddr::V6(ip) => (
            ip.octets()
                .iter()
                .flat_map(|byte| [format!("{:x}", byte >> 4), format!("{:x}", byte & 15)])
                .collect(),
            "ip6.arpa",
        ),
    };
    let per_label = if labels.len() == 4 { 8 } else { 4 };
    let mut kept = labels[..usize::from(prefix / per_label)].to_vec();
    kept.reverse();
    kept.push(suffix.to_owned());
    DnsName(kept.join("."))
}

#[cfg(test)]
mod tests {
    use super::DnsName;

    fn zones(range: &str) -> Vec<String> {
        let range = range
            .parse()
            .unwrap_or_else(|error| panic!("{range}: {error}"));
        DnsName::reverse_zones(range)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn the_tailnet_ranges_have_64_and_1_reverse_zones() {
        let v4 = zones("100.64.0.0/10");
        assert_eq!(v4.len(), 64);
        assert_eq!(v4[0], "64.100.in-addr.arpa");
        assert_eq!(v4[63], "127.100.in-addr.arpa");
        let around = |range: &str| DnsName::reverse_zone_around(range.parse().unwrap()).to_string();
        assert_eq!(around("100.64.0.0/10"), "100.in-addr.arpa");
        assert_eq!(around("10.1.2.0/24"), "2.1.10.in-addr.arpa");
        assert_eq!(around("fd00::/9"), "d.f.ip6.arpa");
        assert_eq!(
            zones("fd7a:115c:a1e0::/48"),
            ["0.e.1.a.c.5.1.1.a.7.d.f.ip6.arpa"]
        );
    }

    #[test]
    fn a_name_is_within_its_zone_at_label_boundaries_only() {
        let name = |text: &str| text.parse::<DnsName>().unwrap();
        assert!(name("a.ts.net").is_within(&name("ts.net")));
        assert!(name("ts.net").is_within(&name("ts.net")));
        assert!(!name("notts.net").is_within(&name("ts.net")));
    }

    #[test]
    fn names_are_refused_with_the_name_that_was_meant() {
        let help = |text: &str| text.parse::<DnsName>().unwrap_err().help;
        assert_eq!(help("ts.net.").as_deref(), Some("write ts.net"));
        assert_eq!(help("Ts.Net").as_deref(), Some("write ts.net"));
        for bad in [
            "",
            ".",
            "a..b",
            "-a.b",
            "a-.b",
            "a b",
            "münchen.example",
            "10.0.0.1",
        ] {
            assert!(bad.parse::<DnsName>().is_err(), "{bad}");
        }
    }
}
