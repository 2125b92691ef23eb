//! Keeps questions to quad100 on the tailnet's interface.
//!
//! The route to 100.100.100.100 is tailscaled's own, in its table 52, and is gone with it. What
//! is asked then would leave by the default route, private names and all. An unreachable route
//! behind it, in the main table, makes the forwarder fail at once instead.

use std::net::IpAddr;

use super::super::strings;
use crate::nix::{Expr, Part, Set, set, str, var};

/// The name of the unit that holds the route.
pub(super) const UNIT: &str = "tailwright-quad100";

/// The unit.
pub(super) fn unit(upstream: IpAddr) -> Set {
    // networkd removes routes that it does not know when it starts: the unit starts again with it.
    set()
        .bind(
            "description",
            str("Keep questions to quad100 on the interface of the tailnet"),
        )
        .bind("wantedBy", strings(["multi-user.target"]))
        .bind(
            "after",
            strings(["network-pre.target", "systemd-networkd.service"]),
        )
        .bind("partOf", strings(["systemd-networkd.service"]))
        .bind(
            "serviceConfig",
            set()
                .bind("Type", str("oneshot"))
                .bind("RemainAfterExit", true)
                .bind(
                    "ExecStart",
                    ip(&format!("route replace {}", route(upstream)), ""),
                )
                .bind(
                    "ExecStop",
                    ip(&format!("route del {}", route(upstream)), "-"),
                ),
        )
}

/// The lowest of all preferences: any other route to it, in any table, comes first.
fn route(upstream: IpAddr) -> String {
    let length = if upstream.is_ipv6() { 128 } else { 32 };
    format!("unreachable {upstream}/{length} metric 4294967295")
}

/// A call of `ip`, in the unit's notation: a leading `-` ignores its failure.
fn ip(arguments: &str, prefix: &str) -> Expr {
    Expr::Interpolated(vec![
        Part::Text(prefix.to_owned()),
        Part::Expr(var("pkgs.iproute2")),
        Part::Text(format!("/bin/ip {arguments}")),
    ])
}
