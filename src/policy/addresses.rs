//! Sets of addresses.

use std::net::IpAddr;

use ipnet::IpNet;

/// A set of addresses of both families: sorted ranges that neither overlap nor touch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Addresses(Vec<Range>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Range {
    is_v6: bool,
    first: u128,
    last: u128,
}

impl Range {
    fn overlaps(&self, other: &Self) -> bool {
        self.is_v6 == other.is_v6 && self.first <= other.last && other.first <= self.last
    }
}

impl Addresses {
    /// Every address.
    #[must_use]
    pub fn all() -> Self {
        let whole = |is_v6, last| Range {
            is_v6,
            first: 0,
            last,
        };
        Self(vec![
            whole(false, u128::from(u32::MAX)),
            whole(true, u128::MAX),
        ])
    }

    /// The addresses from one to another; none where the second is of the other family.
    #[must_use]
    pub fn between(first: IpAddr, last: IpAddr) -> Self {
        let range = match (first, last) {
            (IpAddr::V4(first), IpAddr::V4(last)) => Range {
                is_v6: false,
                first: u128::from(first.to_bits()),
                last: u128::from(last.to_bits()),
            },
            (IpAddr::V6(first), IpAddr::V6(last)) => Range {
                is_v6: true,
                first: first.to_bits(),
                last: last.to_bits(),
            },
            _ => return Self::default(),
        };
        Self(vec![range])
    }

    /// Those in any of the sets.
    #[must_use]
    pub fn union(sets: impl IntoIterator<Item = Self>) -> Self {
        let mut ranges: Vec<Range> = sets.into_iter().flat_map(|set| set.0).collect();
        ranges.sort_unstable();
        let mut merged: Vec<Range> = Vec::new();
        for range in ranges {
            match merged.last_mut() {
                Some(before)
                    if before.is_v6 == range.is_v6
                        && range.first <= before.last.saturating_add(1) =>
                {
                    before.last = before.last.max(range.last);
                }
                _ => merged.push(range),
            }
        }
        Self(merged)
    }

    /// Those in both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let pairs = self
            .0
            .iter()
            .flat_map(|one| other.0.iter().map(move |other| (one, other)));
        let common = pairs
            .filter(|(one, other)| one.overlaps(other))
            .map(|(one, other)| {
                Self(vec![Range {
                    is_v6: one.is_v6,
                    first: one.first.max(other.first),
                    last: one.last.min(other.last),
                }])
            });
        Self::union(common)
    }

    /// Whether it holds all of another.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        other.0.iter().all(|part| {
            self.0.iter().any(|own| {
                own.is_v6 == part.is_v6 && own.first <= part.first && part.last <= own.last
            })
        })
    }

    /// Whether the two have an address in common.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.0
            .iter()
            .any(|own| other.0.iter().any(|part| own.overlaps(part)))
    }

    /// Whether there is no address in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<IpNet> for Addresses {
    fn from(net: IpNet) -> Self {
        Self::between(net.network(), net.broadcast())
    }
}

impl From<IpAddr> for Addresses {
    fn from(ip: IpAddr) -> Self {
        Self::between(ip, ip)
    }
}

#[cfg(test)]
mod tests {
    use super::Addresses;
    use ipnet::IpNet;

    fn set(texts: &[&str]) -> Addresses {
        Addresses::union(texts.iter().map(|text| {
            let net: IpNet = text.parse().unwrap();
            net.into()
        }))
    }

    #[test]
    fn ranges_that_touch_are_one() {
        assert_eq!(set(&["10.0.0.0/9", "10.128.0.0/9"]), set(&["10.0.0.0/8"]));
        assert_eq!(set(&["0.0.0.0/0", "::/0"]), Addresses::all());
    }

    #[test]
    fn covering_and_overlapping() {
        let home = set(&["10.0.0.0/8", "fd00::/8"]);
        assert!(home.covers(&set(&["10.1.0.0/16"])));
        assert!(!home.covers(&set(&["10.1.0.0/16", "11.0.0.0/8"])));
        assert!(home.overlaps(&set(&["0.0.0.0/0"])));
        assert!(!home.overlaps(&set(&["::/64"])));
        assert_eq!(
            home.intersection(&set(&["0.0.0.0/0"])),
            set(&["10.0.0.0/8"])
        );
    }
}
