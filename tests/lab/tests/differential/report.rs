//! Running the cases, and what is said of them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::case::{self, Result};
use crate::choices::{of_seed, shrink, shrinks_to_what_matters};
use crate::coverage::Coverage;
use crate::falsified;
use crate::network;
use crate::options::Options;
use crate::random::declaration;

/// More cases than this no falsified model may survive.
const CAUGHT_WITHIN: u64 = 100;

/// Prints a line.
pub(crate) fn line(text: &str) {
    // Nobody is left to read it.
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// A case that was run.
struct Ran {
    took: Duration,
    result: std::result::Result<Result, String>,
}

impl Ran {
    fn new(declaration: &Value) -> Self {
        let start = Instant::now();
        let result = catch_unwind(AssertUnwindSafe(|| case::run(declaration)));
        let result = match result {
            Ok(Ok(result)) => Ok(result),
            Ok(Err(failure)) => Err(format!("{failure:?}")),
            Err(panic) => {
                let text = panic.downcast_ref::<String>().cloned();
                let short = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
                Err(text
                    .or(short)
                    .unwrap_or_else(|| "a panic without words".to_owned()))
            }
        };
        Self {
            took: start.elapsed(),
            result,
        }
    }

    /// What is wrong, if something is.
    fn wrong(&self) -> Option<String> {
        match &self.result {
            Err(text) => Some(format!("    {text}")),
            Ok(result) if result.differences.is_empty() => None,
            Ok(result) => {
                let lines = result.differences.iter();
                let lines: Vec<String> = lines.map(|one| format!("    {}", one.0)).collect();
                Some(lines.join("\n"))
            }
        }
    }
}

/// Everything that was run, by seed.
#[derive(Default)]
struct All(BTreeMap<u64, Ran>);

impl All {
    /// The seeds from `first` on, several at once; until `is_enough` where that comes first.
    fn run(
        &mut self,
        first: u64,
        count: u64,
        jobs: usize,
        is_enough: impl Fn(&Self) -> bool + Sync,
    ) {
        let next = AtomicU64::new(0);
        let all = Mutex::new(std::mem::take(self));
        std::thread::scope(|scope| {
            for _ in 0..jobs.max(1) {
                scope.spawn(|| {
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        let known = all.lock().unwrap_or_else(PoisonError::into_inner);
                        if number >= count || is_enough(&known) {
                            break;
                        }
                        drop(known);
                        let seed = first.wrapping_add(number);
                        let ran = Ran::new(&declaration(&of_seed(seed)));
                        said(seed, &ran);
                        let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
                        all.0.insert(seed, ran);
                    }
                });
            }
        });
        *self = all.into_inner().unwrap_or_else(PoisonError::into_inner);
    }

    fn caught(&self) -> BTreeMap<&'static str, u64> {
        let mut caught = BTreeMap::new();
        for (number, ran) in (1..).zip(self.0.values()) {
            for what in ran.result.iter().flat_map(|result| &result.caught) {
                caught.entry(*what).or_insert(number);
            }
        }
        caught
    }

    fn uncaught(&self) -> Vec<&'static str> {
        let caught = self.caught();
        let all = falsified::ALL.iter().map(|one| one.what);
        all.filter(|what| !caught.contains_key(what)).collect()
    }
}

fn said(seed: u64, ran: &Ran) {
    let seconds = ran.took.as_secs_f64();
    let word = if ran.wrong().is_some() {
        "DIFFERS"
    } else {
        "agrees"
    };
    line(&format!("seed {seed}: {word} after {seconds:.1} s"));
    for one in ran.result.iter().flat_map(|result| &result.fleeting) {
        line(&format!("    seen once, and not again: {}", one.0));
    }
    if let Some(wrong) = ran.wrong() {
        line(&wrong);
    }
}

/// Runs what the options say.
pub(crate) fn run(options: &Options) -> ExitCode {
    let Options { cases, seed, .. } = *options;
    if options.prints {
        for number in 0..cases {
            let seed = seed.wrapping_add(number);
            line(&format!("{seed}: {:#}", declaration(&of_seed(seed))));
        }
        return ExitCode::SUCCESS;
    }
    line(&format!("\nrunning {cases} cases from seed {seed}"));
    if let Err(text) = network::prepare() {
        line(&format!(
            "{text}\n\ntest result: FAILED. 0 passed; 1 failed; 0 ignored"
        ));
        return ExitCode::FAILURE;
    }
    let start = Instant::now();
    let mut all = All::default();
    all.run(seed, cases, options.jobs, |_| false);
    if options.least > 0 {
        let more = CAUGHT_WITHIN.saturating_sub(cases);
        all.run(seed.wrapping_add(cases), more, options.jobs, |all| {
            all.uncaught().is_empty()
        });
    }
    let took = start.elapsed();
    let mut verdict = Verdict::default();
    verdict.judge("cases shrink", shrinks_to_what_matters());
    let wrong = smaller(options, &all);
    verdict.judge("seen as predicted", none(&wrong));
    let mut coverage = Coverage::default();
    for result in all.0.values().flat_map(|ran| &ran.result) {
        coverage.merge(&result.coverage);
    }
    line(&format!("\n{}", coverage.table()));
    verdict.judge(
        "everything is shown",
        none(&coverage.missing(options.least)),
    );
    let caught = all.caught();
    for (what, number) in &caught {
        line(&format!(
            "a model without {what} is caught by case {number}"
        ));
    }
    if options.least > 0 {
        verdict.judge("falsified models are caught", none(&all.uncaught()));
    }
    let count = all.0.len();
    let per_case = took.as_secs_f64() / f64::from(u32::try_from(count.max(1)).unwrap_or(u32::MAX));
    line(&format!(
        "{count} cases in {:.0} s, {per_case:.1} s for each",
        took.as_secs_f64()
    ));
    let fleeting: usize = all
        .0
        .values()
        .flat_map(|ran| &ran.result)
        .map(|one| one.fleeting.len())
        .sum();
    let report = json!({
        "command": format!("cargo test -p tailwright-lab --test differential -- --cases {cases} --seed {seed}"),
        "cases": count,
        "seed": seed,
        "secondsPerCase": per_case,
        "differences": wrong,
        "seenOnceAndNotAgain": fleeting,
        "coverage": coverage.to_json(),
        "falsifiedModelsCaughtByCase": caught,
    });
    if let Some(path) = &options.report {
        verdict.judge(
            "the report is written",
            std::fs::write(path, format!("{report:#}\n")).map_err(|e| e.to_string()),
        );
    }
    verdict.end()
}

/// What is wrong, each with the smallest declaration that still shows it.
fn smaller(options: &Options, all: &All) -> Vec<String> {
    let mut texts = Vec::new();
    for (seed, ran) in &all.0 {
        let Some(wrong) = ran.wrong() else { continue };
        let mut last = wrong;
        let small = shrink(
            of_seed(*seed),
            options.shrinks,
            |bytes| declaration(bytes).to_string(),
            |bytes| {
                let wrong = Ran::new(&declaration(bytes)).wrong();
                let is_wrong = wrong.is_some();
                last = wrong.unwrap_or_else(|| std::mem::take(&mut last));
                is_wrong
            },
        );
        let text = format!(
            "seed {seed}, as small as it gets:\n{:#}\n{last}\n    again: --cases 1 --seed {seed}",
            declaration(&small)
        );
        line(&format!("\n{text}"));
        texts.push(text);
    }
    texts
}

fn none(what: &[impl AsRef<str>]) -> std::result::Result<(), String> {
    let all: Vec<&str> = what.iter().map(|one| one.as_ref()).collect();
    if all.is_empty() {
        Ok(())
    } else {
        Err(all.join("\n"))
    }
}

/// In the words of Rust's own tests.
#[derive(Default)]
struct Verdict {
    passed: usize,
    failed: BTreeSet<String>,
}

impl Verdict {
    fn judge(&mut self, what: &str, result: std::result::Result<(), String>) {
        match result {
            Ok(()) => {
                self.passed += 1;
                line(&format!("test {what} ... ok"));
            }
            Err(text) => {
                line(&format!("test {what} ... FAILED\n{text}"));
                self.failed.insert(what.to_owned());
            }
        }
    }

    fn end(self) -> ExitCode {
        let word = if self.failed.is_empty() {
            "ok"
        } else {
            "FAILED"
        };
        let (passed, failed) = (self.passed, self.failed.len());
        line(&format!(
            "\ntest result: {word}. {passed} passed; {failed} failed; 0 ignored"
        ));
        if failed == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}
