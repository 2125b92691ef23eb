//! ## What it does
//!
//! Finds lists of name servers with one that knows private names beside a public one.
//!
//! ## Why is this bad?
//!
//! Name servers of a list are taken to know the same. Clients ask whichever answers, and keep to it: a
//! private name is there and is not, from one minute to the next, and the public server gets to see it.
//! A second server in such a list is no way to have names while the first one is down.
//!
//! ## Example
//!
//! ```nix
//! sites.home.nameservers = [ "blocky" "1.1.1.1" ];
//! ```
//!
//! ## What to do
//!
//! Name servers alone that know the same: a second resolver of your own for when the first is down.

use super::Check;
use super::name_servers::{Knows, knows, lists};
use crate::finding::Finding;
use crate::topology::Topology;

rule!("TW401", "mixed-name-servers", Error, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    for list in lists(topology) {
        let find = |wanted: Knows| {
            let mut servers = list.servers.iter();
            servers.find(|server| knows(topology, &server.value) == wanted)
        };
        let (Some(private), Some(public)) = (find(Knows::Private), find(Knows::Public)) else {
            continue;
        };
        findings.push(
            Finding::new(
                &RULE,
                &public.place,
                format!(
                    "{} is given the public name server {} beside {}, which knows private names",
                    list.whose, public.value, private.value
                ),
            )
            .label("knows no private names")
            .related(&private.place, "knows private names")
            .note("clients ask either: private names come and go, and the public server sees them")
            .help(format!(
                "remove {}, or put a second server of your own in its place",
                public.value
            )),
        );
    }
}
