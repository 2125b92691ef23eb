//! ## What it does
//!
//! Finds nodes with more than three name servers in resolv.conf, and notes LANs and devices that are given
//! more than three of one family. Addresses are counted: a resolver with two of them is two name servers.
//!
//! Not found are those that tailscaled or systemd-resolved asks itself: a tailnet's, and those of a node with
//! `resolver = "resolved"`.
//!
//! ## Why is this bad?
//!
//! The C library reads the first three and passes over the others without a word. So does whatever uses it
//! in a LAN; other programs ask all of them.
//!
//! ## Example
//!
//! ```nix
//! nodes.alpha.nameservers = [ "10.10.10.53" "10.10.10.54" "10.10.10.55" "10.10.10.56" ];
//! ```
//!
//! ## What to do
//!
//! Keep three, or set `resolver = "resolved"`, which knows no such limit.

use super::Check;
use super::name_servers::{List, Of, lists};
use crate::facts::trace::LIBC;
use crate::finding::{Finding, Level};
use crate::place::Place;
use crate::scalar::Address;
use crate::topology::Topology;

rule!("TW402", "too-many-name-servers", Warning, High, since "0.1.0", Check::Topology(check));

/// How many name servers the C library reads (resolv.conf(5), MAXNS).
const MOST: usize = 3;

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    for list in lists(topology) {
        let all = addresses(topology, &list);
        match list.of {
            Of::ResolvConf => findings.extend(finding(&list, &all, "")),
            // DHCP hands out one family, router advertisements or DHCPv6 the other.
            Of::Lan => {
                let (v4, v6): (Vec<_>, Vec<_>) = all
                    .into_iter()
                    .partition(|(address, _)| address.ip().is_ipv4());
                let found = [(v4, " of IPv4"), (v6, " of IPv6")];
                let found = found
                    .iter()
                    .find_map(|(own, family)| finding(&list, own, family));
                findings.extend(found.map(|mut finding| {
                    finding.level = Level::Note;
                    finding
                }));
            }
            Of::Resolved | Of::Tailnet => {}
        }
    }
}

/// The addresses of a list, each with where it is named.
fn addresses<'t>(topology: &Topology, list: &List<'t>) -> Vec<(Address, &'t Place)> {
    let servers = list.servers.iter();
    let addresses = servers.flat_map(|server| {
        let own = topology.server_addresses(&server.value).into_iter();
        own.map(|address| (address, &server.place))
    });
    addresses.collect()
}

fn finding(list: &List<'_>, addresses: &[(Address, &Place)], family: &str) -> Option<Finding> {
    let (first, place) = addresses.get(MOST)?;
    Some(
        Finding::new(
            &RULE,
            place,
            format!(
                "{} has {} name servers{family}",
                list.whose,
                addresses.len()
            ),
        )
        .label(format!(
            "{first} is the fourth: passed over, with all that follow"
        ))
        .note(format!("{} ({})", LIBC.says, LIBC.source))
        .help("keep three of them"),
    )
}
