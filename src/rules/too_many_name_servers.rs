//! ## What it does
//!
//! Finds nodes with more than three name servers in resolv.conf. A resolver counts as many times as it has
//! addresses.
//!
//! ## Why is this bad?
//!
//! The C library reads the first three and passes over the others without a word.
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
use super::name_servers::{Of, lists};
use crate::facts::trace::LIBC;
use crate::finding::Finding;
use crate::scalar::ServerRef;
use crate::topology::Topology;

rule!("TW402", "too-many-name-servers", Warning, High, since "0.1.0", Check::Topology(check));

/// How many name servers the C library reads (resolv.conf(5), MAXNS).
const MOST: usize = 3;

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    for list in lists(topology) {
        let mut count = 0;
        let mut first = None;
        for server in list.servers.iter().filter(|_| list.of == Of::ResolvConf) {
            count += addresses(topology, &server.value);
            first = first.or_else(|| (count > MOST).then_some(server));
        }
        let Some(first) = first else { continue };
        findings.push(
            Finding::new(
                &RULE,
                &first.place,
                format!("{} has {count} name servers", list.whose),
            )
            .label("passed over, with all that follow")
            .note(format!("{} ({})", LIBC.says, LIBC.source))
            .help("keep three of them"),
        );
    }
}

/// How many lines of resolv.conf a name server has.
fn addresses(topology: &Topology, server: &ServerRef) -> usize {
    match server {
        ServerRef::Resolver(name) => {
            let found = topology.resolvers.find(name.as_str());
            found.map_or(0, |(_, resolver)| {
                topology.resolver_addresses(resolver).len()
            })
        }
        ServerRef::Address(_) => 1,
    }
}
