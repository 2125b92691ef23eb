//! Traces for people: each hop with what let it pass or stopped it, and what the client gets to see.

pub mod json;

use crate::facts::Fact;
use crate::trace::outcome::{Because, Cause, Outcome, When};
use crate::trace::{Query, Served, Started, Step, Trace, Way};

/// Renders a trace.
#[must_use]
pub fn render(trace: &Trace) -> String {
    let question = &trace.question;
    let mut page = Page::default();
    page.line(
        0,
        &format!(
            "{} asks for {} {} over {}",
            question.from,
            question.name,
            question.record_type,
            question.protocol.as_str().to_uppercase()
        ),
    );
    for group in grouped(&trace.starts, Started::sees) {
        page.start(group[0], &group[1..]);
    }
    page.text.push('\n');
    page.outcomes(&trace.outcomes);
    page.finish()
}

impl Started {
    /// What this start has in common with others that need not be told apart.
    fn sees(&self) -> String {
        shape(&self.outcomes)
    }
}

impl Way {
    fn sees(&self) -> String {
        let steps = self.steps.iter().map(|step| step.text.len().to_string());
        let steps: Vec<String> = steps.collect();
        let served = self.served.as_ref().map(|served| served.server.as_str());
        format!("{:?} {:?} {}", served, steps, shape(&self.outcomes))
    }
}

/// What is seen, whatever the conditions.
fn shape(outcomes: &[Outcome]) -> String {
    let words = outcomes
        .iter()
        .map(|one| format!("{} {}", one.seen, one.cause.text));
    let mut words: Vec<String> = words.collect();
    words.sort();
    words.dedup();
    words.join("; ")
}

/// Things that come to the same, each group in the place of its first.
fn grouped<T>(all: &[T], shape: impl Fn(&T) -> String) -> Vec<Vec<&T>> {
    let mut groups: Vec<(String, Vec<&T>)> = Vec::new();
    for one in all {
        let shape = shape(one);
        match groups.iter_mut().find(|(known, _)| *known == shape) {
            Some((_, group)) => group.push(one),
            None => groups.push((shape, vec![one])),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// A text that grows line by line. What decided a step stands behind it: a place of the declaration
/// itself, a built-in fact as a number of the list at the end.
#[derive(Default)]
struct Page {
    text: String,
    facts: Vec<&'static Fact>,
}

impl Page {
    fn line(&mut self, depth: usize, text: &str) {
        self.text.push_str(&"  ".repeat(depth));
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn because(&mut self, because: Option<&Because>) -> String {
        match because {
            None => String::new(),
            Some(Because::Declared(place)) => format!("  [{}]", place.location),
            Some(Because::Fact(fact)) => {
                let known = self.facts.iter().position(|known| known == fact);
                let number = known.unwrap_or_else(|| {
                    self.facts.push(fact);
                    self.facts.len() - 1
                });
                format!("  [{}]", number + 1)
            }
        }
    }

    fn step(&mut self, depth: usize, step: &Step) {
        let because = self.because(step.because.as_ref());
        self.line(depth, &format!("{}{because}", step.text));
    }

    fn start(&mut self, start: &Started, same: &[&Started]) {
        let when = if same.is_empty() {
            when_words(&start.when)
        } else {
            when_words(&start.when).map(|when| format!("{when}{}", others(same.len())))
        };
        if let Some(when) = when {
            self.line(0, &format!("when {when}:"));
        }
        let text = format!("{} {}{}", start.who, start.step.text, start.uses);
        let because = start.step.because.clone();
        self.step(0, &Step { text, because });
        for query in &start.queries {
            self.query(1, query);
        }
    }

    fn query(&mut self, depth: usize, query: &Query) {
        let place = query.place.as_ref();
        let place = place.map_or(String::new(), |place| format!("  [{}]", place.location));
        self.line(depth, &format!("→ {}{place}", query.whom));
        for group in grouped(&query.ways, Way::sees) {
            self.way(depth + 1, group[0], group.len() - 1);
        }
    }

    fn way(&mut self, depth: usize, way: &Way, same: usize) {
        if let Some(when) = when_words(&way.when) {
            self.line(depth, &format!("when {when}{}:", others(same)));
        }
        for step in &way.steps {
            self.step(depth, step);
        }
        match &way.served {
            Some(served) => self.served(depth, served),
            None => {
                for outcome in &way.outcomes {
                    self.stop(depth, outcome);
                }
            }
        }
    }

    fn served(&mut self, depth: usize, served: &Served) {
        let text = format!("{}: {}{}", served.server, served.step.text, served.uses);
        let because = served.step.because.clone();
        self.step(depth, &Step { text, because });
        if served.queries.is_empty() {
            for outcome in &served.outcomes {
                self.line(depth, &format!("= {}", outcome.seen));
            }
        }
        for query in &served.queries {
            self.query(depth + 1, query);
        }
    }

    fn stop(&mut self, depth: usize, outcome: &Outcome) {
        let because = self.because(outcome.cause.because.as_ref());
        self.line(depth, &format!("✗ {}{because}", outcome.cause.text));
        self.line(depth, &format!("= {}", outcome.seen));
    }

    fn outcomes(&mut self, outcomes: &[Outcome]) {
        for outcome in outcomes {
            let because = self.because(outcome.cause.because.as_ref());
            self.line(
                0,
                &format!("{}: {}{because}", outcome.seen, outcome.cause.text),
            );
            let when: Vec<String> = outcome.when.iter().filter_map(when_words).collect();
            if when.len() == outcome.when.len() {
                for alternative in when {
                    self.line(1, &format!("when {alternative}"));
                }
            }
            self.cause(&outcome.cause);
            for leak in &outcome.leaks {
                let text = format!(
                    "leak: {} sees {} {}",
                    leak.server, leak.name, leak.record_type
                );
                self.line(1, &text);
            }
        }
    }

    /// Why an upstream failed: each cause at the end, with what decided it and what would mend it.
    fn cause(&mut self, cause: &Cause) {
        for leaf in cause.leaves() {
            if !cause.of.is_empty() {
                let because = self.because(leaf.because.as_ref());
                self.line(1, &format!("since {}{because}", leaf.text));
            }
            if let Some(mend) = &leaf.mend {
                self.line(1, &format!("to mend it: {mend}"));
            }
        }
    }

    fn finish(mut self) -> String {
        for (number, fact) in std::mem::take(&mut self.facts).into_iter().enumerate() {
            if number == 0 {
                self.text.push('\n');
            }
            let text = format!("[{}] {} ({})", number + 1, fact.says, fact.source);
            self.line(0, &text);
        }
        self.text
    }
}

/// How many more come to the same.
fn others(same: usize) -> String {
    match same {
        0 => String::new(),
        1 => ", or another".to_owned(),
        more => format!(", or {more} others"),
    }
}

/// Conditions in words; `None` for always.
pub(super) fn when_words(when: &When) -> Option<String> {
    let words: Vec<String> = when.iter().map(ToString::to_string).collect();
    (!words.is_empty()).then(|| words.join(", "))
}
