//! One forwarder is down in each of the ways that it can be, and comes back; then both.

use tailwright_lab::Failure;
use tailwright_lab::blocky::Release;
use tailwright_lab::quad100::Mode;
use tailwright_lab::query::Question;

use crate::running::{Running, tailnet};
use crate::{PUBLIC_NAME, ask, host, ways};

/// What makes alpha's forwarder useless, or undoes that.
type Step = fn(&mut Running) -> Result<(), Failure>;

const OUTAGES: [(&str, Step, Step); 4] = [
    (
        "unbound is killed",
        |r| {
            r.alpha.unbound = None;
            Ok(())
        },
        Running::revive_alpha,
    ),
    (
        "the node is cut off",
        |r| Ok(r.cluster.cut_off(&r.cluster.alpha)?),
        |r| Ok(r.cluster.connect(&r.cluster.alpha)?),
    ),
    (
        "unbound is frozen",
        |r| on_unbound(r, |daemon| daemon.freeze()),
        |r| on_unbound(r, |daemon| daemon.thaw()),
    ),
    (
        "quad100 fails",
        |r| Ok(r.alpha.quad100.set(Mode::ServFail)?),
        |r| Ok(r.alpha.quad100.set(Mode::Answer)?),
    ),
];

fn on_unbound(
    running: &Running,
    step: fn(&tailwright_lab::process::Daemon) -> tailwright_lab::Result<()>,
) -> Result<(), Failure> {
    match &running.alpha.unbound {
        Some(unbound) => Ok(step(unbound.daemon())?),
        None => panic!("there is no unbound on alpha"),
    }
}

/// Every way has answers for these hosts, which nothing has been asked about before.
#[track_caller]
fn assert_answers(
    what: &str,
    running: &Running,
    hosts: std::ops::Range<usize>,
) -> Result<(), Failure> {
    for n in hosts {
        for (way, from, server) in ways(&running.cluster) {
            let question = Question::new(server, &host(n), "A");
            let seen = ask(&running.cluster, from, &question)?;
            assert_eq!(seen, format!("NOERROR 100.64.1.{n}"), "{what}, {way}");
        }
    }
    Ok(())
}

#[test]
fn one_forwarder_is_enough() -> Result<(), Failure> {
    for release in Release::ALL {
        let mut running = Running::new(release, &tailnet())?;
        let mut first = 0;
        for (what, down, up) in OUTAGES {
            assert_answers("before", &running, first..first + 2)?;
            down(&mut running)?;
            assert_answers(what, &running, first + 2..first + 20)?;
            up(&mut running)?;
            assert_answers("afterwards", &running, first + 20..first + 25)?;
            first += 25;
        }
        running.assert_no_leak()?;
    }
    Ok(())
}

#[test]
fn blocky_starts_without_one_forwarder() -> Result<(), Failure> {
    // Before it serves, it waits for each silent server of each key of its mapping in turn.
    for release in Release::ALL {
        let mut running = Running::new(release, &tailnet())?;
        running.cluster.cut_off(&running.cluster.alpha)?;
        running.restart_blocky()?;
        assert_answers("started without alpha", &running, 0..5)?;
        running.assert_no_leak()?;
    }
    Ok(())
}

#[test]
fn without_any_forwarder_names_fail_and_stay_inside() -> Result<(), Failure> {
    for release in Release::ALL {
        let mut running = Running::new(release, &tailnet())?;
        running.alpha.unbound = None;
        running.beta.unbound = None;
        for (way, from, server) in ways(&running.cluster) {
            let question = Question::new(server, &host(1), "A");
            let seen = ask(&running.cluster, from, &question)?;
            assert!(matches!(&*seen, "SERVFAIL" | "timeout"), "{way}: {seen}");
            let question = Question::new(server, PUBLIC_NAME, "A");
            let seen = ask(&running.cluster, from, &question)?;
            assert_eq!(seen, "NOERROR 192.0.2.80", "{way}");
        }
        running.assert_no_leak()?;
    }
    Ok(())
}
