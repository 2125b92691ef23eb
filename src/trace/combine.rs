//! How a server, or a program, uses several servers: whose answer becomes the answer.

use std::collections::BTreeSet;

use super::outcome::{Cause, CauseKind, Condition, Leak, Outcome, Seen, When, both, merged};

/// How a list of servers is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum How {
    /// All at once; the first answer that is no failure counts.
    All,
    /// Two of them, chosen by chance, at once; the first answer that is no failure counts.
    Race,
    /// All of them at once; where none answers, one that keeps silent is waited for until the client has
    /// given up.
    AllToTheEnd,
    /// In their order, the next when one fails.
    Failover,
    /// Any of them, another when it fails.
    Random,
    /// Any of them, one other when it fails.
    RandomTwice,
}

impl How {
    /// In words, as it continues "asks …".
    pub(super) fn words(self, count: usize) -> &'static str {
        match (count, self) {
            (0 | 1, _) => "",
            (2, Self::Race) | (_, Self::All | Self::AllToTheEnd) => ", all at once",
            (_, Self::Race) => ", two of them at once",
            (_, Self::Failover) => ", the next when one fails",
            (2, Self::RandomTwice) | (_, Self::Random) => ", any of them, another when it fails",
            (_, Self::RandomTwice) => ", any of them, one other when it fails",
        }
    }
}

/// How a program uses its servers, and what it takes for a failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Use {
    /// How.
    pub(super) how: How,
    /// The answers for which it asks another server; silence is always one.
    pub(super) fails: &'static [Seen],
    /// What it says itself when all have failed; nothing where the client hears what the last said.
    pub(super) gives_up: Option<Seen>,
    /// How many it asks at most.
    pub(super) most: usize,
}

/// One of several servers that may be asked, with what becomes of the query there.
pub(super) struct Branch {
    /// What messages call it.
    pub(super) name: String,
    /// The outcomes there; never empty.
    pub(super) outcomes: Vec<Outcome>,
}

impl Use {
    fn is_failure(&self, outcome: &Outcome) -> bool {
        outcome.seen.is_silence()
            || outcome.seen == Seen::Unknown
            || self.fails.contains(&outcome.seen)
    }

    /// Whether the client can hear it as it is: what is not known may be an answer as well as a failure.
    fn can_be_heard(&self, outcome: &Outcome) -> bool {
        !self.is_failure(outcome) || outcome.seen == Seen::Unknown
    }

    /// What becomes of a query that `who` puts to these servers.
    pub(super) fn combine(&self, who: &str, branches: &[Branch]) -> Vec<Outcome> {
        let branches = &branches[..branches.len().min(self.most)];
        let outcomes = match (self.how, branches.len()) {
            (_, 0) => self.failed(who, &[], &[], self.gives_up),
            (How::All | How::AllToTheEnd, _) | (How::Race, 2) => {
                self.race(who, &branches.iter().collect::<Vec<_>>())
            }
            (How::Race, count) if count > 2 => {
                let mut all = Vec::new();
                for (index, first) in branches.iter().enumerate() {
                    for second in &branches[index + 1..] {
                        let pair = format!("{} and {}", first.name, second.name);
                        let asked = Condition::Asks(pair);
                        let raced = self.race(who, &[first, second]);
                        all.extend(raced.into_iter().map(|outcome| outcome.under(&asked)));
                    }
                }
                all
            }
            (How::RandomTwice, count) if count > 2 => {
                let mut all = Vec::new();
                for (index, first) in branches.iter().enumerate() {
                    let others = branches.iter().enumerate();
                    for (_, second) in others.filter(|(other, _)| *other != index) {
                        let pair = format!("{}, and {} when it fails,", first.name, second.name);
                        let found = self.in_order(who, &[first, second]);
                        let asked = Condition::Asks(pair);
                        all.extend(found.into_iter().map(|outcome| outcome.under(&asked)));
                    }
                }
                all
            }
            (How::Failover | How::Race, _) => {
                self.in_order(who, &branches.iter().collect::<Vec<_>>())
            }
            (How::Random | How::RandomTwice, _) => self.in_any_order(who, branches),
        };
        merged(outcomes)
    }

    /// Several at once: each answer that is no failure can be the first.
    fn race(&self, who: &str, branches: &[&Branch]) -> Vec<Outcome> {
        // All are asked, whichever is the first to answer.
        let outcomes_of_all = branches.iter().flat_map(|branch| &branch.outcomes);
        let leaks = outcomes_of_all.flat_map(|outcome| outcome.leaks.iter().cloned());
        let leaks: BTreeSet<Leak> = leaks.collect();
        let mut outcomes = Vec::new();
        let succeeding = branches
            .iter()
            .filter(|branch| branch.outcomes.iter().any(|one| self.can_be_heard(one)))
            .count();
        for branch in branches {
            for outcome in &branch.outcomes {
                if !self.can_be_heard(outcome) {
                    continue;
                }
                let outcome = outcome.clone().leaking(leaks.clone());
                outcomes.push(if succeeding > 1 {
                    outcome.under(&Condition::First(branch.name.clone()))
                } else {
                    outcome
                });
            }
        }
        let can_all_fail = branches
            .iter()
            .all(|branch| branch.outcomes.iter().any(|one| self.is_failure(one)));
        if can_all_fail {
            let failures: Vec<&Outcome> = branches
                .iter()
                .flat_map(|branch| &branch.outcomes)
                .filter(|outcome| self.is_failure(outcome))
                .collect();
            for gives_up in self.at_the_end(branches) {
                outcomes.extend(self.failed(who, &failures, &failures, gives_up));
            }
        }
        outcomes
    }

    /// What can be said where all of these fail, each in one of its ways.
    fn at_the_end(&self, branches: &[&Branch]) -> Vec<Option<Seen>> {
        if self.how != How::AllToTheEnd {
            return vec![self.gives_up];
        }
        let can = |branch: &&Branch, fails: fn(Seen) -> bool| {
            let mut failures = branch.outcomes.iter().filter(|one| self.is_failure(one));
            failures.any(|one| fails(one.seen))
        };
        let is_silent: fn(Seen) -> bool = Seen::is_silence;
        let speaks: fn(Seen) -> bool = |seen| !seen.is_silence();
        let refuses: fn(Seen) -> bool = |seen| seen == Seen::Refused;
        let fails: fn(Seen) -> bool = |seen| !seen.is_silence() && seen != Seen::Refused;
        let all_speak = branches.iter().all(|branch| can(branch, speaks));
        let ends = [
            (
                Seen::Timeout,
                branches.iter().any(|branch| can(branch, is_silent)),
            ),
            (
                Seen::Refused,
                branches.iter().all(|branch| can(branch, refuses)),
            ),
            (
                Seen::ServFail,
                all_speak && branches.iter().any(|branch| can(branch, fails)),
            ),
        ];
        ends.into_iter()
            .filter(|end| end.1)
            .map(|end| Some(end.0))
            .collect()
    }

    /// One after the other: what comes later comes under the conditions under which what is before
    /// it fails.
    fn in_order(&self, who: &str, branches: &[&Branch]) -> Vec<Outcome> {
        let mut outcomes = Vec::new();
        let mut leaks: BTreeSet<Leak> = BTreeSet::new();
        let mut failures: Vec<&Outcome> = Vec::new();
        let mut last: Vec<&Outcome> = Vec::new();
        let mut before = vec![When::new()];
        for branch in branches {
            let all = branch.outcomes.iter();
            let failing: Vec<&Outcome> = all.filter(|outcome| self.is_failure(outcome)).collect();
            let heard = branch
                .outcomes
                .iter()
                .filter(|outcome| self.can_be_heard(outcome));
            outcomes.extend(heard.map(|outcome| {
                let mut outcome = outcome.clone().leaking(leaks.clone());
                outcome.when = both(&before, &outcome.when);
                outcome
            }));
            if failing.is_empty() {
                return outcomes;
            }
            let alternatives: Vec<When> = failing
                .iter()
                .flat_map(|outcome| outcome.when.iter().cloned())
                .collect();
            before = both(&before, &alternatives);
            for outcome in &failing {
                leaks.extend(outcome.leaks.iter().cloned());
            }
            failures.extend(&failing);
            last = failing;
        }
        outcomes.extend(
            self.failed(who, &failures, &last, self.gives_up)
                .into_iter()
                .map(|failed| Outcome {
                    when: before.clone(),
                    ..failed
                }),
        );
        outcomes
    }

    /// Any first; what fails is followed by each of the others.
    fn in_any_order(&self, who: &str, branches: &[Branch]) -> Vec<Outcome> {
        let mut outcomes = Vec::new();
        for (index, first) in branches.iter().enumerate() {
            let mut order = vec![first];
            let others = branches.iter().enumerate();
            order.extend(others.filter(|(other, _)| *other != index).map(|(_, b)| b));
            let found = self.in_order(who, &order);
            let asked = Condition::Asks(first.name.clone());
            outcomes.extend(found.into_iter().map(|outcome| {
                if branches.len() > 1 {
                    outcome.under(&asked)
                } else {
                    outcome
                }
            }));
        }
        outcomes
    }

    /// What is said where all of these have failed, of which the client hears one of `last` if it is
    /// not said anything else.
    fn failed(
        &self,
        who: &str,
        failures: &[&Outcome],
        last: &[&Outcome],
        gives_up: Option<Seen>,
    ) -> Vec<Outcome> {
        let leaks: BTreeSet<Leak> = failures
            .iter()
            .flat_map(|one| one.leaks.iter().cloned())
            .collect();
        let Some(gives_up) = gives_up.filter(|_| !failures.is_empty()) else {
            if last.is_empty() {
                let cause = Cause::new(CauseKind::Unknown, format!("whom {who} asks is not known"));
                return vec![Outcome::new(Seen::Unknown, cause)];
            }
            let heard = last.iter().map(|one| (*one).clone().leaking(leaks.clone()));
            return heard.collect();
        };
        let mut of: Vec<Cause> = failures.iter().map(|one| one.cause.clone()).collect();
        of.sort();
        of.dedup();
        // A circle is told apart from a server that is merely down.
        let circle = of
            .iter()
            .flat_map(Cause::leaves)
            .find(|cause| cause.kind == CauseKind::Loop)
            .cloned();
        let unknown = failures.iter().find(|one| one.seen == Seen::Unknown);
        if let (Some(unknown), None) = (unknown, &circle) {
            return vec![(*unknown).clone().leaking(leaks)];
        }
        let cause = circle.unwrap_or_else(|| {
            let text = format!("{who} gets no usable answer");
            let mut cause = Cause::new(CauseKind::UpstreamFailed, text);
            cause.of = of;
            cause
        });
        vec![Outcome::new(gives_up, cause).leaking(leaks)]
    }
}
