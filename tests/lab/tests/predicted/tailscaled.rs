//! With a real tailnet: headscale, and tailscaled on both routers and on members.

use std::collections::BTreeSet;

use tailwright_lab::Failure;

use crate::comparison::Comparison;
use crate::declared::Declared;
use crate::home::Running;

#[test]
fn with_tailscaled_it_is_as_predicted() -> Result<(), Failure> {
    let declared = Declared::example();
    let mut running = Running::real(&declared)?;
    running.tailnet().wait_for_route_by("lab-alpha-cp")?;
    let mut compared = Comparison::new(&declared, &[]);
    compared.ask(&running)?;
    compared.assert_agrees();
    let seen: BTreeSet<&str> = compared.seen().collect();
    let expected = ["answer", "no-such-name", "serv-fail", "timeout"];
    assert_eq!(seen, expected.into());
    running.assert_inside()
}
