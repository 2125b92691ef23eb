//! ## What it does
//!
//! Finds lists of name servers with one that knows private names beside a public one: those of LANs, nodes,
//! devices and tailnets, and the `upstreams` of resolvers that do not keep to their order
//! (`strategy = "failover"`). A resolver is known by its name, by its address, and by those on which it
//! listens.
//!
//! On a node with `resolver = "resolved"` the tailnet's own names are not asked of the list: a name server
//! that knows no other private names may stand beside public ones there. Not found are machines of which
//! nothing is declared, a router of the provider for example.
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
use super::name_servers::{Knows, Of, knows, lists};
use crate::finding::Finding;
use crate::place::Located;
use crate::scalar::server::{Transport, UpstreamHost};
use crate::scalar::{ServerRef, Strategy, Upstream};
use crate::topology::Topology;

rule!("TW401", "mixed-name-servers", Error, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    for list in lists(topology) {
        findings.extend(mixed(topology, &list.whose, list.servers, list.of));
    }
    for resolver in topology.resolvers.values() {
        let declared = &resolver.declared;
        if declared.strategy == Some(Strategy::Failover) {
            continue;
        }
        let servers: Vec<Located<ServerRef>> =
            declared.upstreams.iter().filter_map(plain).collect();
        let whose = format!("resolver {}", resolver.name);
        findings.extend(mixed(topology, &whose, &servers, Of::Lan));
    }
}

/// An upstream server as a name server, where it could be one.
fn plain(upstream: &Located<Upstream>) -> Option<Located<ServerRef>> {
    let Upstream {
        host: UpstreamHost::Address(address),
        transport: Transport::Plain,
        port: 53,
        ..
    } = upstream.value
    else {
        return None;
    };
    Some(Located {
        value: ServerRef::Address(address),
        place: upstream.place.clone(),
    })
}

fn mixed(
    topology: &Topology,
    whose: &str,
    servers: &[Located<ServerRef>],
    of: Of,
) -> Option<Finding> {
    let find = |wanted: Knows| {
        let mut servers = servers.iter();
        servers.find(|server| knows(topology, &server.value, of) == wanted)
    };
    let (private, public) = (find(Knows::Private)?, find(Knows::Public)?);
    let text = format!(
        "{whose} is given the public name server {} beside {}, which knows private names",
        public.value, private.value
    );
    let finding = Finding::new(&RULE, &public.place, text)
        .label("knows no private names")
        .related(&private.place, "knows private names")
        .note("clients ask either: private names come and go, and the public server sees them")
        .help(format!(
            "remove {}, or put a second server of your own in its place",
            public.value
        ));
    Some(finding)
}
