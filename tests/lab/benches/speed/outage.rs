//! What the settings that cost speed are for: what clients hear while quad100 is away, and how soon names
//! are answered again afterwards.

use std::thread::sleep;
use std::time::{Duration, Instant};

use serde::Serialize;
use tailwright_lab::Failure;
use tailwright_lab::home::{FORWARDER, Home};
use tailwright_lab::quad100::{Mode, Quad100};
use tailwright_lab::query::{Question, Seen};

use crate::contestant::Engine;
use crate::line;
use crate::load::last_member;
use crate::options::Options;

/// How long a client waits for an answer.
const WAIT: Duration = Duration::from_secs(5);
/// How long it is waited for a right answer afterwards.
const LIMIT: Duration = Duration::from_secs(60);

/// A way of being away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Way {
    /// It takes questions and never answers.
    Silent,
    /// Its route is gone, as after `tailscale down`.
    RouteGone,
}

/// What was seen of one outage.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Outage {
    pub(crate) contestant: String,
    pub(crate) way: Way,
    /// What the first question heard meanwhile.
    pub(crate) heard: String,
    /// After how many milliseconds.
    pub(crate) heard_after_ms: u64,
    /// How many milliseconds after the return its name was answered; none within a minute where absent.
    pub(crate) answered_after_ms: Option<u64>,
}

/// Takes quad100 away from each configuration.
pub(crate) fn run(
    engine: &dyn Engine,
    home: &Home,
    options: &Options,
) -> Result<Vec<Outage>, Failure> {
    let mut config = crate::load::tailnet();
    config.hosts.clear();
    let config = config.host("last", &[[100, 64, 1, 1].into()]);
    let mut quad100 = Quad100::start(&home.tools, &home.tailnet, &config)?;
    let mut all = Vec::new();
    for number in 0..options.outages {
        for contestant in engine.contestants() {
            for way in [Way::Silent, Way::RouteGone] {
                let _server = engine.start(&home.node, &contestant.configuration)?;
                all.push(Outage {
                    contestant: contestant.name.clone(),
                    ..outage(home, &mut quad100, way, options.away)?
                });
            }
        }
        let label = engine.label();
        line(&format!(
            "{label}: outage {} of {}",
            number + 1,
            options.outages
        ));
    }
    Ok(all)
}

fn outage(home: &Home, quad100: &mut Quad100, way: Way, away: Duration) -> Result<Outage, Failure> {
    let ask = |wait: Duration| {
        let mut question = Question::new(FORWARDER, &last_member(), "A");
        question.wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        home.ask(&home.pod, &question)
    };
    match way {
        Way::Silent => quad100.set(Mode::Silent)?,
        Way::RouteGone => home.remove_route()?,
    }
    let start = Instant::now();
    let heard = ask(WAIT)?;
    let heard_after = start.elapsed();
    // Clients go on asking.
    while start.elapsed() < away {
        ask(Duration::from_secs(1))?;
        sleep(Duration::from_millis(100));
    }
    match way {
        Way::Silent => quad100.set(Mode::Answer)?,
        Way::RouteGone => home.add_route()?,
    }
    let back = Instant::now();
    let mut answered_after = None;
    while answered_after.is_none() && back.elapsed() < LIMIT {
        let seen = ask(Duration::from_secs(1))?;
        if matches!(&seen, Seen::Reply(reply) if reply.code == "NOERROR") {
            answered_after = Some(milliseconds(back.elapsed()));
        } else {
            sleep(Duration::from_millis(20));
        }
    }
    Ok(Outage {
        contestant: String::new(),
        way,
        heard: heard.summary(),
        heard_after_ms: milliseconds(heard_after),
        answered_after_ms: answered_after,
    })
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
