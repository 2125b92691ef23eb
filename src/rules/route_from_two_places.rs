//! ## What it does
//!
//! Finds a range that members in different places advertise in one tailnet. A place is a site; a member
//! without one is a place of its own.
//!
//! Not found are the redundant routers of one site, those whose site has a way to the range (its LAN,
//! or one of its `routes`), and routes of different size: the narrower one is taken where it fits, so
//! that a wider one can be meant.
//!
//! ## Why is this bad?
//!
//! Tailscale takes the routers of one range for equals, and moves all clients from one to the other
//! when it loses the first. The same address is then another machine, or none.
//!
//! ## Example
//!
//! ```nix
//! nodes.home = { site = "home"; tailscale.advertiseRoutes = [ "10.30.0.0/24" ]; };
//! nodes.cloud.tailscale.advertiseRoutes = [ "10.30.0.0/24" ];
//! ```
//!
//! ## What to do
//!
//! Let one place advertise the range. Routers that stand together have the same `site`; a site that
//! reaches the range through its own routers says so in `sites.<name>.routes`.

use super::Check;
use crate::facts::tailnet::FAILOVER;
use crate::finding::Finding;
use crate::topology::Topology;
use crate::topology::routes::{Advertised, Member};

rule!("TW202", "route-from-two-places", Error, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    for routes in topology.routes().values() {
        for same in routes.0.values() {
            findings.extend(strangers(topology, same).map(|(one, first)| {
                let range = one.route.value;
                Finding::new(
                    &RULE,
                    &one.route.place,
                    format!(
                        "{} advertises {range}, which {} advertises from another place",
                        one.by.what(),
                        first.by.what()
                    ),
                )
                .label("the same range from another place")
                .related(
                    &first.route.place,
                    format!("advertised by {}", first.by.what()),
                )
                .note(format!("{} ({})", FAILOVER.says, FAILOVER.source))
                .help(
                    "let one of them advertise it; give both the same `site` if they stand together, or \
                     add the range to `routes` of the site that has a way to it",
                )
            }));
        }
    }
}

/// Those who have no way of their own to the range, with one who advertises it elsewhere.
pub(super) fn strangers<'a>(
    topology: &Topology,
    same: &'a [Advertised<'a>],
) -> impl Iterator<Item = (&'a Advertised<'a>, &'a Advertised<'a>)> {
    let leads = |one: &&Advertised<'_>| topology.leads_to(one.by.site, one.route.value);
    let first = same.iter().find(leads).or(same.first());
    let strangers: Vec<_> = same
        .iter()
        .filter(|one| !leads(one))
        .filter_map(|one| first.map(|first| (one, first)))
        .filter(|(one, first)| !is_one_place(&one.by, &first.by))
        .collect();
    strangers.into_iter()
}

fn is_one_place(one: &Member<'_>, other: &Member<'_>) -> bool {
    one.is(other) || (one.site.is_some() && one.site == other.site)
}
