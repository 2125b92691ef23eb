//! ## What it does
//!
//! Finds advertised routes that have addresses in common with the range of the tailnet's own members:
//! 100.64.0.0/10 and fd7a:115c:a1e0::/48, or its `ranges`.
//!
//! ## Why is this bad?
//!
//! Members reach each other and MagicDNS directly, without a subnet router. A route over their range
//! makes nothing reachable that was not, and can lead packets for a member to somebody else.
//!
//! ## Example
//!
//! ```nix
//! nodes.alpha.tailscale.advertiseRoutes = [ "100.64.0.0/10" ];
//! ```
//!
//! ## What to do
//!
//! Remove the route. A LAN inside 100.64.0.0/10 is no mistake where the tailnet's `ranges` leave it out.

use super::Check;
use crate::facts::tailnet::RANGES_FACT;
use crate::finding::Finding;
use crate::topology::Topology;

rule!("TW201", "advertises-the-tailnets-range", Error, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    for member in topology.members() {
        for route in &member.membership.advertised_routes {
            // A LAN in the tailnet's range is TW101's, whoever advertises it.
            if topology.leads_to(member.site, route.value) {
                continue;
            }
            let tailnet = member.membership.tailnet;
            if let Some(range) = topology.tailnet_range_over(tailnet, route.value) {
                findings.push(
                    Finding::new(
                        &RULE,
                        &route.place,
                        format!(
                            "{} advertises {}, which overlaps the tailnet's own range {range}",
                            member.what(),
                            route.value
                        ),
                    )
                    .label("addresses of the tailnet's members")
                    .note(format!("{} ({})", RANGES_FACT.says, RANGES_FACT.source))
                    .note("members reach each other and MagicDNS without a route")
                    .help("remove the route"),
                );
            }
        }
    }
}
