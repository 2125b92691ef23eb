//! The rounds.

use std::collections::BTreeMap;

use tailwright_lab::Failure;
use tailwright_lab::home::Home;
use tailwright_lab::quad100::Quad100;

use crate::contestant::{Engine, Running};
use crate::dnsperf::{self, Came};
use crate::load::{Files, Load, Pace, tailnet};
use crate::options::Options;
use crate::{failure, line};

/// Of a thousand questions, this many may get no answer, or another than the expected, before a run is no
/// measurement.
const STRAY: u64 = 10;

/// What one round says of one configuration under one load.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sample {
    /// Answers a second at full speed.
    pub(crate) per_second: f64,
    /// Microseconds of processor time that an answer costs the forwarder at full speed.
    pub(crate) work: f64,
    /// Milliseconds within which half of the answers have come at a fixed rate.
    pub(crate) p50: f64,
    /// The same for 99 of 100.
    pub(crate) p99: f64,
    /// Questions of both runs.
    pub(crate) sent: u64,
    /// Those that got no answer, or another than the expected.
    pub(crate) stray: u64,
}

/// What each round says, by configuration and load.
pub(crate) type Samples = BTreeMap<(usize, Load), Vec<Sample>>;

/// Puts every load to every configuration, in each round from another one on.
pub(crate) fn run(
    engine: &dyn Engine,
    home: &Home,
    files: &Files,
    options: &Options,
) -> Result<Samples, Failure> {
    let _quad100 = Quad100::start(&home.tools, &home.tailnet, &tailnet())?;
    let mut samples = Samples::new();
    let count = engine.contestants().len();
    for round in 0..options.rounds {
        for place in 0..count {
            let which = (round + place) % count;
            let contestant = &engine.contestants()[which];
            let server = engine.start(&home.node, &contestant.configuration)?;
            for load in Load::ALL {
                let sample = sample(server.as_ref(), home, files, load, options).map_err(|e| {
                    failure(format!("{} {}: {e:?}", engine.label(), contestant.name))
                })?;
                samples.entry((which, load)).or_default().push(sample);
            }
        }
        let label = engine.label();
        line(&format!(
            "{label}: round {} of {}",
            round + 1,
            options.rounds
        ));
    }
    Ok(samples)
}

fn sample(
    server: &dyn Running,
    home: &Home,
    files: &Files,
    load: Load,
    options: &Options,
) -> Result<Sample, Failure> {
    let run = |pace| {
        let file = files.of(load, pace);
        let came = dnsperf::run(
            load.asker(home),
            &file,
            load.is_once(),
            pace,
            options.seconds,
        )?;
        check(load, &came)?;
        Ok::<_, Failure>(came)
    };
    let before = server.processor_time()?;
    let full = run(Pace::Full)?;
    let work = server.processor_time()?.saturating_sub(before);
    let fixed = run(Pace::Fixed(options.rate))?;
    let stray = |came: &Came| came.others_than(load.answer());
    Ok(Sample {
        per_second: full.per_second,
        work: work.as_secs_f64() * 1e6 / number(full.sent - full.lost),
        p50: percentile(&fixed.took, 50),
        p99: percentile(&fixed.took, 99),
        sent: full.sent + fixed.sent,
        stray: stray(&full) + stray(&fixed),
    })
}

fn check(load: Load, came: &Came) -> Result<(), Failure> {
    let stray = came.others_than(load.answer());
    if came.sent == 0 || stray * 1000 > came.sent * STRAY {
        let answers = &came.codes;
        return Err(failure(format!(
            "{}: of {} questions {} have no answer, the others {answers:?}; expected is {}",
            load.name(),
            came.sent,
            came.lost,
            load.answer()
        )));
    }
    Ok(())
}

fn number(count: u64) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}

/// The value that so many of a hundred do not exceed.
fn percentile(sorted: &[f64], hundredths: usize) -> f64 {
    let place = (sorted.len() * hundredths).div_ceil(100).max(1) - 1;
    sorted.get(place).copied().unwrap_or(f64::NAN)
}
