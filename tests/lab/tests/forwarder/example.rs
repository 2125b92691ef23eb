//! The example's node, and homes that are guarded as it is.

use std::sync::LazyLock;

use common::{Firewall, Generated};
use tailwright_lab::home::Home;
use tailwright_lab::{Failure, tools};

use crate::rendered::Rendered;

/// The node of the laboratory.
pub(crate) const NODE: &str = "lab-alpha-cp";

/// The example as it is.
pub(crate) fn example() -> &'static Rendered {
    static EXAMPLE: LazyLock<Rendered> = LazyLock::new(|| {
        Rendered::new(Generated::homelab().host(NODE).firewall(Firewall::Nftables))
    });
    &EXAMPLE
}

/// A home whose node has run the unit that guards the way to quad100.
pub(crate) fn home_of(rendered: &Rendered) -> Result<Home, Failure> {
    let home = Home::new(tools!())?;
    rendered.guard(&home.node, "ExecStart")?;
    Ok(home)
}

/// The example's configuration of unbound.
pub(crate) fn forwarder_conf() -> &'static str {
    example().unbound_conf()
}

/// A home with the example's guard.
pub(crate) fn guarded_home() -> Result<Home, Failure> {
    home_of(example())
}
