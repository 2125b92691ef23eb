//! The prediction of `tailwright trace`, put to real daemons: the example's home with both routers,
//! pods of CoreDNS and Blocky on two nodes, and who asks; every question of the matrix, over UDP and
//! TCP, as it is and without each of the routers, and incidents put back into the declaration.
//!
//! What is seen has to be what is predicted, and where several things are predicted, each of them
//! has to be seen. What the public servers are asked has to be what is predicted to leak.

mod asking;
mod clients;
mod comparison;
mod declared;
mod home;
mod incidents;
#[path = "../shared/manifests.rs"]
mod manifests;
mod outages;
mod real;
#[path = "../shared/rendered.rs"]
mod rendered;
mod tailscaled;
#[path = "../shared/words.rs"]
mod words;

use std::collections::BTreeSet;

use tailwright_lab::Failure;

use crate::comparison::Comparison;
use crate::declared::Declared;
use crate::home::Running;

/// The names are in this suffix.
const SUFFIX: &str = "tail96fefe.ts.net";

#[test]
fn the_example_is_as_predicted() -> Result<(), Failure> {
    let declared = Declared::example();
    let running = Running::new(&declared)?;
    let mut compared = Comparison::new(&declared, &[]);
    compared.ask(&running)?;
    compared.assert_agrees();
    // Without this the comparison could be one of nothing.
    let seen: BTreeSet<&str> = compared.seen().collect();
    let expected = ["answer", "no-such-name", "serv-fail", "timeout"];
    assert_eq!(seen, expected.into());
    running.assert_inside()
}
