//! IPv6: a home with both families, and a tailnet with IPv6 alone.

use std::net::{IpAddr, Ipv6Addr};

use common::{Firewall, Generated};
use tailwright_lab::Failure;
use tailwright_lab::home::{NODE_V6, PORT, QUAD100_V6};
use tailwright_lab::quad100::{Config, Quad100};
use tailwright_lab::unbound::{Installation, Unbound};

use crate::example::{NODE, home_of};
use crate::guard::ipv6_tailnet;
use crate::rendered::Rendered;
use crate::{ask, ask_at, assert_no_leak, host, tailnet};

#[test]
fn a_home_with_both_families_is_answered_over_both() -> Result<(), Failure> {
    let rendered = Rendered::new(
        Generated::dual_stack("nftables")
            .host(NODE)
            .firewall(Firewall::Nftables),
    );
    for unbound in Installation::all()? {
        let home = home_of(&rendered)?;
        let _quad100 = Quad100::start(&home.tools, &home.tailnet, &tailnet())?;
        let _unbound = Unbound::start(&unbound, &home.node, rendered.unbound_conf())?;
        let over_ipv6 = (NODE_V6, PORT).into();
        for from in [&home.pod, &home.router, &home.node] {
            let answered = ["NOERROR 100.64.1.7"; 2];
            assert_eq!(ask(&home, from, &host(7), "A")?, answered);
            assert_eq!(ask_at(over_ipv6, &home, from, &host(7), "A")?, answered);
        }
        let loopback = (Ipv6Addr::LOCALHOST, PORT).into();
        let seen = ask_at(loopback, &home, &home.node, &host(8), "A")?;
        assert_eq!(seen, ["NOERROR 100.64.1.8"; 2]);
        for from in [&home.lan, &home.foreign] {
            let seen = ask_at(over_ipv6, &home, from, &host(7), "A")?;
            assert_eq!(seen, ["REFUSED"; 2]);
        }
        assert_no_leak(&home)?;
    }
    Ok(())
}

#[test]
fn a_tailnet_of_ipv6_alone_is_asked_and_its_outage_leaks_nothing() -> Result<(), Failure> {
    let rendered = Rendered::new(ipv6_tailnet().host(NODE).firewall(Firewall::Nftables));
    for unbound in Installation::all()? {
        let home = home_of(&rendered)?;
        let config = Config {
            listen: vec![IpAddr::V6(QUAD100_V6)],
            ..tailnet()
        };
        let _quad100 = Quad100::start(&home.tools, &home.tailnet, &config)?;
        let _unbound = Unbound::start(&unbound, &home.node, rendered.unbound_conf())?;
        let seen = ask(&home, &home.pod, &host(1), "A")?;
        assert_eq!(seen, ["NOERROR 100.64.1.1"; 2]);
        home.remove_route()?;
        assert_eq!(ask(&home, &home.pod, &host(2), "A")?, ["SERVFAIL"; 2]);
        home.add_route()?;
        let seen = ask(&home, &home.pod, &host(3), "A")?;
        assert_eq!(seen, ["NOERROR 100.64.1.3"; 2]);
        home.remove_tun()?;
        assert_eq!(ask(&home, &home.pod, &host(4), "A")?, ["SERVFAIL"; 2]);
        assert_no_leak(&home)?;
    }
    Ok(())
}
