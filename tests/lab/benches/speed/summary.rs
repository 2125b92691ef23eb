//! What is said of the measurements.

use serde::Serialize;

use crate::Report;
use crate::contestant::Engine;
use crate::load::Load;
use crate::outage::{Outage, Way};
use crate::race::{Sample, Samples};
use tailwright_lab::Failure;

/// Everything of one engine.
#[derive(Debug, Serialize)]
pub(crate) struct OfEngine {
    engine: String,
    contestants: Vec<OfContestant>,
    results: Vec<OfLoad>,
    outages: Vec<Outage>,
}

#[derive(Debug, Serialize)]
struct OfContestant {
    contestant: String,
    what: String,
    configuration: String,
}

/// A configuration under a load.
#[derive(Debug, Serialize)]
struct OfLoad {
    load: &'static str,
    contestant: String,
    answers_per_second: Spread,
    /// Microseconds of the forwarder's processor time for an answer.
    work_us: Spread,
    p50_ms: Spread,
    p99_ms: Spread,
    /// The same, each round's divided by what the generated one had in that round.
    to_generated: Ratios,
    questions: u64,
    /// Those without an answer, or with another than the expected.
    stray: u64,
}

#[derive(Debug, Serialize)]
struct Ratios {
    answers_per_second: Spread,
    work: Spread,
    p50: Spread,
    p99: Spread,
}

/// The values of the rounds.
#[derive(Debug, Serialize)]
struct Spread {
    median: f64,
    quartiles: [f64; 2],
    least: f64,
    most: f64,
    rounds: Vec<f64>,
}

impl Spread {
    fn new(rounds: Vec<f64>) -> Self {
        let mut sorted = rounds.clone();
        sorted.sort_by(f64::total_cmp);
        let at = |quarters: usize| {
            let last = sorted.len().saturating_sub(1) * quarters;
            let [low, high] = [last / 4, last.div_ceil(4)].map(|n| sorted.get(n).copied());
            let part = f64::from(u8::try_from(last % 4).unwrap_or(0)) / 4.0;
            let [low, high] = [low, high].map(|value| value.unwrap_or(f64::NAN));
            low + (high - low) * part
        };
        Self {
            median: at(2),
            quartiles: [at(1), at(3)],
            least: at(0),
            most: at(4),
            rounds,
        }
    }

    fn of(samples: &[Sample], value: impl Fn(&Sample) -> f64) -> Self {
        Self::new(samples.iter().map(value).collect())
    }

    fn ratio(samples: &[Sample], to: &[Sample], value: impl Fn(&Sample) -> f64) -> Self {
        let rounds = samples.iter().zip(to);
        Self::new(
            rounds
                .map(|(one, other)| value(one) / value(other))
                .collect(),
        )
    }

    /// `1.23 (1.20 to 1.25)`: the median and the quartiles.
    fn text(&self) -> String {
        let [low, high] = self.quartiles;
        format!("{:.2} ({low:.2} to {high:.2})", self.median)
    }
}

impl OfEngine {
    /// Of what was measured.
    pub(crate) fn new(
        engine: &dyn Engine,
        samples: Samples,
        outages: Vec<Outage>,
    ) -> Result<Self, Failure> {
        let contestants = engine.contestants();
        let mut results = Vec::new();
        for load in Load::ALL {
            let of = |which: usize| samples.get(&(which, load)).map_or(&[][..], Vec::as_slice);
            for (which, contestant) in contestants.iter().enumerate() {
                let (own, generated) = (of(which), of(0));
                results.push(OfLoad {
                    load: load.name(),
                    contestant: contestant.name.clone(),
                    answers_per_second: Spread::of(own, |s| s.per_second),
                    work_us: Spread::of(own, |s| s.work),
                    p50_ms: Spread::of(own, |s| s.p50),
                    p99_ms: Spread::of(own, |s| s.p99),
                    to_generated: Ratios {
                        answers_per_second: Spread::ratio(own, generated, |s| s.per_second),
                        work: Spread::ratio(own, generated, |s| s.work),
                        p50: Spread::ratio(own, generated, |s| s.p50),
                        p99: Spread::ratio(own, generated, |s| s.p99),
                    },
                    questions: own.iter().map(|s| s.sent).sum(),
                    stray: own.iter().map(|s| s.stray).sum(),
                });
            }
        }
        let contestants = contestants.iter().map(|one| OfContestant {
            contestant: one.name.clone(),
            what: one.what.clone(),
            configuration: one.configuration.clone(),
        });
        Ok(Self {
            engine: engine.label().to_owned(),
            contestants: contestants.collect(),
            results,
            outages,
        })
    }

    fn lines(&self) -> Vec<String> {
        let heads = ["answers/s", "work us", "p50 ms", "p99 ms"].map(|head| format!("{head:32}"));
        let mut lines = vec![
            String::new(),
            format!(
                "{}: medians; their ratios to the generated one, round by round, with quartiles",
                self.engine
            ),
            format!("{:13} {:12} {}", "load", "", heads.join("")),
        ];
        for one in &self.results {
            let ratio = &one.to_generated;
            let cells = [
                (0, &one.answers_per_second, &ratio.answers_per_second),
                (1, &one.work_us, &ratio.work),
                (3, &one.p50_ms, &ratio.p50),
                (3, &one.p99_ms, &ratio.p99),
            ];
            let cells = cells.map(|(digits, own, ratio)| {
                format!("{:<8.digits$} {:23}", own.median, ratio.text())
            });
            let stray = match one.stray {
                0 => String::new(),
                stray => format!(" {stray} of {} astray", one.questions),
            };
            let (load, who) = (one.load, &one.contestant);
            lines.push(format!("{load:13} {who:12} {}{stray}", cells.join("")));
        }
        lines.push(format!("\nquad100 away from {}:", self.engine));
        for one in &self.outages {
            let way = match one.way {
                Way::Silent => "silent",
                Way::RouteGone => "route gone",
            };
            let after = one
                .answered_after_ms
                .map_or("not within a minute".to_owned(), |ms| format!("{ms} ms"));
            lines.push(format!(
                "{way:10}  {:13} the client hears {} after {} ms; answered after the return: {after}",
                one.contestant, one.heard, one.heard_after_ms,
            ));
        }
        lines
    }
}

/// The table for people.
pub(crate) fn table(report: &Report) -> String {
    let (before, after) = (&report.before, &report.after);
    let mut lines = vec![
        format!("\n{}", report.command),
        format!(
            "{} UTC, {} cores, {}, dnsperf {}; load {} before, {} after",
            before.date, before.cores, before.kernel, report.dnsperf, before.load, after.load
        ),
    ];
    for load in &report.loads {
        lines.push(format!("  {:14} {}: {}", load.load, load.what, load.answer));
    }
    let of_engines = report.engines.iter();
    lines.extend(of_engines.flat_map(OfEngine::lines));
    lines.join("\n")
}
