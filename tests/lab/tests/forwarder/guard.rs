//! The unit `tailwright-quad100`, by its own commands.

use common::{Firewall, Generated};
use tailwright_lab::home::QUAD100_V6;
use tailwright_lab::namespace::Namespace;
use tailwright_lab::unbound::{Installation, Unbound};
use tailwright_lab::{Failure, Result};

use crate::example::{NODE, example, forwarder_conf, guarded_home, home_of};
use crate::rendered::Rendered;
use crate::{ask, assert_no_leak, host};

/// The routes of the main table that lead nowhere.
fn guards(node: &Namespace) -> Result<[String; 2]> {
    let of = |family| node.ip(&format!("{family} route show type unreachable table main"));
    Ok([of("-4")?, of("-6")?])
}

#[test]
fn it_may_start_again_and_leaves_nothing_behind() -> Result<(), Failure> {
    let home = guarded_home()?;
    let rendered = example();
    rendered.guard(&home.node, "ExecStart")?;
    let [v4, v6] = guards(&home.node)?;
    assert_eq!(v4.trim(), "unreachable 100.100.100.100 metric 4294967295");
    assert_eq!(v6, "");
    rendered.guard(&home.node, "ExecStop")?;
    assert_eq!(guards(&home.node)?, ["", ""]);
    Ok(())
}

#[test]
fn it_guards_a_tailnet_of_ipv6_too() -> Result<(), Failure> {
    let rendered = Rendered::new(ipv6_tailnet().host(NODE).firewall(Firewall::Nftables));
    let home = home_of(&rendered)?;
    rendered.guard(&home.node, "ExecStart")?;
    let [v4, v6] = guards(&home.node)?;
    assert_eq!(v4, "");
    let expected = format!("unreachable {QUAD100_V6} dev lo metric 4294967295 ");
    assert!(v6.starts_with(&expected), "{v6}");
    rendered.guard(&home.node, "ExecStop")?;
    assert_eq!(guards(&home.node)?, ["", ""]);
    Ok(())
}

pub(crate) fn ipv6_tailnet() -> Generated {
    Generated::homelab_but(&[
        (
            "    inherit suffix;\n",
            "    inherit suffix;\n    ranges = [ \"fd7a:115c:a1e0::/48\" ];\n",
        ),
        ("100.104.138.109", "fd7a:115c:a1e0::9"),
        ("seen = \"answer\";", "type = \"AAAA\"; seen = \"answer\";"),
    ])
}

/// Any other route comes first, in whichever table; and without the guard there would be a leak
/// for the other tests to see.
#[test]
fn it_is_what_keeps_questions_in() -> Result<(), Failure> {
    for unbound in Installation::all()? {
        let home = guarded_home()?;
        let _unbound = Unbound::start(&unbound, &home.node, forwarder_conf())?;
        let via_main = home.node.ip("route get 100.100.100.100")?;
        assert!(via_main.contains("dev tailscale0"), "{via_main}");
        home.remove_route()?;
        let seen = ask(&home, &home.pod, &host(1), "A")?;
        assert_eq!(seen, ["SERVFAIL"; 2]);
        assert_no_leak(&home)?;

        home.node.ip("route add 100.100.100.100 dev tailscale0")?;
        let via_main = home.node.ip("route get 100.100.100.100")?;
        assert!(via_main.contains("dev tailscale0"), "{via_main}");
        home.node.ip("route del 100.100.100.100 dev tailscale0")?;

        example().guard(&home.node, "ExecStop")?;
        ask(&home, &home.pod, &host(2), "A")?;
        let left = home.leaked()?.destinations;
        assert!(left.contains("100.100.100.100 udp 53"), "{left:?}");
    }
    Ok(())
}
