//! A real tailnet: headscale, and tailscaled on its members.

mod firewalls;
mod network;
mod questions;
mod upstreams;
mod visible;

use std::net::Ipv4Addr;

use tailwright_lab::Failure;
use tailwright_lab::query::Question;
use tailwright_lab::tailnet::{Entry, Owner, Settings};

use crate::network::{Network, SUFFIX};

const QUAD100: (Ipv4Addr, u16) = (Ipv4Addr::new(100, 100, 100, 100), 53);

#[test]
fn quad100_answers_from_a_real_netmap() -> Result<(), Failure> {
    let mut network = Network::new(&Settings::new(SUFFIX))?;
    let mut machine = network.machine("desk", 2, &["--accept-dns=true"])?;
    let entries =
        [("desk", [100, 64, 0, 77]), ("shelf", [100, 101, 2, 3])].map(|(name, address)| Entry {
            name: name.to_owned(),
            address: address.into(),
            owner: Owner::Person,
        });
    network.rewrite(&mut machine, &entries, &entries)?;
    for entry in &entries {
        let name = format!("{}.{SUFFIX}", entry.name);
        let question = Question::new(QUAD100, &name, "A");
        let seen = question.ask(&network.tools, &machine.host)?;
        assert_eq!(seen.summary(), format!("NOERROR {}", entry.address));
    }
    Ok(())
}
