//! ## What it does
//!
//! Finds advertised routes that overlap the range of the tailnet's own members.
//!
//! ## Why is this bad?
//!
//! Members reach each other without a route. One that covers their addresses makes MagicDNS no more
//! reachable, which is often what it is meant for: quad100 is on each member itself. It draws traffic
//! for other members to the router instead.
//!
//! ## Example
//!
//! ```nix
//! nodes.alpha.tailscale.advertiseRoutes = [ "10.10.10.0/24" "100.64.0.0/10" ];
//! ```
//!
//! ## What to do
//!
//! Leave the range out.

use super::Check;
use super::routes::{Advertised, advertised};
use crate::finding::Finding;
use crate::topology::Topology;

rule!("TW201", "advertises-tailnet-range", Error, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    for Advertised {
        by,
        membership,
        route,
    } in advertised(topology)
    {
        // A LAN in the tailnet's range has a finding of its own.
        if route.fact.is_some() {
            continue;
        }
        let ranges = &topology.tailnets.get(membership.tailnet).ranges;
        if let Some(range) = ranges.iter().find(|range| range.overlaps(route.value)) {
            findings.push(
                Finding::new(
                    &RULE,
                    &route.place,
                    format!(
                        "{by} advertises {}, where the tailnet's own members are",
                        route.value
                    ),
                )
                .label(format!("overlaps {range}"))
                .note("members reach each other, and quad100 on their own machine, without a route")
                .help("remove the route"),
            );
        }
    }
}
