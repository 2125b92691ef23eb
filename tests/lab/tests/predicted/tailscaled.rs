//! With a real tailnet: headscale, and tailscaled on both routers and on members.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use tailwright_lab::Failure;
use tailwright_lab::cluster::BLOCKY_SERVICE;
use tailwright_lab::namespace::Namespace;
use tailwright_lab::query::Question;

use crate::SUFFIX;
use crate::clients::{FORWARDERS, QUAD100};
use crate::comparison::Comparison;
use crate::declared::Declared;
use crate::home::Running;

const ALPHA: &str = "lab-alpha-cp";
const BETA: &str = "lab-beta-cp";
/// What the members' names are answered with.
const KNOWN: &str = "NOERROR 100.64.1.7";

/// What is seen of a member's name.
fn member(running: &Running, from: &Namespace, server: SocketAddr) -> Result<String, Failure> {
    ask(running, from, server, &format!("h7.{SUFFIX}"))
}

fn ask(
    running: &Running,
    from: &Namespace,
    server: SocketAddr,
    name: &str,
) -> Result<String, Failure> {
    let question = Question::new(server, name, "A");
    Ok(running.cluster.ask(from, &question)?.summary())
}

/// Everything is as predicted, and nobody outside is sent anything.
fn as_predicted(declared: &Declared, running: &Running) -> Result<(), Failure> {
    let mut compared = Comparison::new(declared, &[]);
    compared.ask(running)?;
    compared.assert_agrees();
    let seen: BTreeSet<&str> = compared.seen().collect();
    let expected = ["answer", "no-such-name", "serv-fail", "timeout"];
    assert_eq!(seen, expected.into());
    running.assert_inside()
}

#[test]
fn with_tailscaled_it_is_as_predicted() -> Result<(), Failure> {
    let declared = Declared::example();
    let mut running = Running::real(&declared)?;
    as_predicted(&declared, &running)?;

    // Members do without headscale.
    running.tailnet().headscale.stop()?;
    as_predicted(&declared, &running)
}

/// Whoever may ask is told nothing but the tailnet's names.
#[test]
fn a_forwarder_beside_tailscaled_is_no_open_resolver() -> Result<(), Failure> {
    let declared = Declared::example();
    let running = Running::real(&declared)?;
    let pod = &running.cluster.client;
    for forwarder in FORWARDERS {
        assert_eq!(member(&running, pod, forwarder)?, KNOWN);
        let other = ask(&running, pod, forwarder, "p7.example.com")?;
        assert_eq!(other, "REFUSED");
    }
    running.assert_inside()
}

/// A router hides members behind its address in the LAN, by which the other one lets them in. Its own
/// forwarder is behind a firewall that sees them come from the tailnet.
#[test]
fn members_reach_the_forwarder_of_the_other_router() -> Result<(), Failure> {
    let declared = Declared::example();
    let mut running = Running::real(&declared)?;
    running.tailnet().wait_for_route_by(ALPHA)?;
    let phone = &running.surroundings.member;
    let [alpha, beta] = FORWARDERS;
    assert_eq!(member(&running, phone, beta)?, KNOWN);
    assert_eq!(member(&running, phone, alpha)?, "timeout");
    // Who accepts no routes reaches neither.
    let stranger = &running.surroundings.stranger;
    for forwarder in FORWARDERS {
        assert_eq!(member(&running, stranger, forwarder)?, "timeout");
    }
    running.assert_inside()
}

#[test]
fn without_tailscaled_on_a_router_the_other_one_answers() -> Result<(), Failure> {
    let declared = Declared::example();
    let mut running = Running::real(&declared)?;
    running.tailnet().wait_for_route_by(ALPHA)?;
    let [alpha, _] = FORWARDERS;

    running.tailnet().routers[0].freeze()?;
    others_answer(&running)?;
    assert_eq!(
        member(&running, &running.cluster.client, alpha)?,
        "SERVFAIL"
    );
    running.tailnet().routers[0].thaw()?;
    assert_eq!(member(&running, &running.cluster.client, alpha)?, KNOWN);

    for stop in [true, false] {
        if stop {
            running.tailnet().routers[0].stop()?;
        } else {
            running.tailnet().routers[0].kill();
        }
        // Its interface and its route are gone; the guard keeps the question from the default route.
        assert_eq!(
            member(&running, &running.cluster.client, alpha)?,
            "SERVFAIL"
        );
        others_answer(&running)?;
        running.tailnet().wait_for_route_by(BETA)?;
        running.wait_for_phone(&Question::new(BLOCKY_SERVICE, &format!("h7.{SUFFIX}"), "A"))?;
        running.resume_alpha()?;
        assert_eq!(member(&running, &running.cluster.client, alpha)?, KNOWN);
    }
    running.assert_inside()
}

/// Pods and the LAN are answered by way of the other router.
fn others_answer(running: &Running) -> Result<(), Failure> {
    for from in [&running.cluster.client, &running.cluster.lan] {
        assert_eq!(member(running, from, BLOCKY_SERVICE)?, KNOWN);
    }
    let stranger = &running.surroundings.stranger;
    assert_eq!(member(running, stranger, QUAD100.into())?, KNOWN);
    Ok(())
}
