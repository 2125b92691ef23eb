//! Traces for programs.

use serde_json::{Value, json};

use crate::trace::outcome::{Because, Cause, Outcome, When};
use crate::trace::{Query, Served, Started, Step, Trace, Way};

/// A trace as one document; docs/FORMATS.md describes its members.
#[must_use]
pub fn document(trace: &Trace) -> String {
    let mut value = trace_value(trace);
    if let Some(object) = value.as_object_mut() {
        object.insert("version".to_owned(), 1.into());
    }
    format!("{value:#}\n")
}

fn trace_value(trace: &Trace) -> Value {
    let question = &trace.question;
    json!({
        "from": question.from.to_string(),
        "name": question.name.as_str(),
        "type": question.record_type.as_str(),
        "protocol": question.protocol.as_str(),
        "starts": trace.starts.iter().map(started).collect::<Vec<_>>(),
        "outcomes": outcomes(&trace.outcomes),
    })
}

fn started(started: &Started) -> Value {
    json!({
        "when": conditions(&started.when),
        "who": started.who,
        "step": step(&started.step),
        "queries": started.queries.iter().map(query).collect::<Vec<_>>(),
        "outcomes": outcomes(&started.outcomes),
    })
}

fn query(query: &Query) -> Value {
    json!({
        "whom": query.whom,
        "path": query.place.as_ref().map(|place| place.path.as_str()),
        "ways": query.ways.iter().map(way).collect::<Vec<_>>(),
        "outcomes": outcomes(&query.outcomes),
    })
}

fn way(way: &Way) -> Value {
    json!({
        "when": conditions(&way.when),
        "steps": way.steps.iter().map(step).collect::<Vec<_>>(),
        "server": way.served.as_deref().map(served),
        "outcomes": outcomes(&way.outcomes),
    })
}

fn served(served: &Served) -> Value {
    json!({
        "name": served.server,
        "step": step(&served.step),
        "queries": served.queries.iter().map(query).collect::<Vec<_>>(),
        "outcomes": outcomes(&served.outcomes),
    })
}

fn step(step: &Step) -> Value {
    json!({
        "text": step.text,
        "because": step.because.as_ref().map(because),
    })
}

fn because(because: &Because) -> Value {
    match because {
        Because::Declared(place) => json!({
            "path": place.path.as_str(),
            "file": place.location.file.to_string(),
            "line": place.location.line,
            "column": place.location.column,
        }),
        Because::Fact(fact) => json!({ "fact": fact.says, "source": fact.source }),
    }
}

/// Outcomes as every document has them.
pub(in crate::report) fn outcomes(outcomes: &[Outcome]) -> Vec<Value> {
    let outcomes = outcomes.iter().map(|outcome| {
        let leaks = outcome.leaks.iter().map(|leak| {
            json!({
                "server": leak.server,
                "name": leak.name.as_str(),
                "type": leak.record_type.as_str(),
            })
        });
        let when = outcome.when.iter().map(conditions);
        json!({
            "seen": outcome.seen.as_str(),
            "cause": cause(&outcome.cause),
            "leaks": leaks.collect::<Vec<_>>(),
            "when": when.collect::<Vec<_>>(),
        })
    });
    outcomes.collect()
}

fn conditions(when: &When) -> Vec<String> {
    when.iter().map(ToString::to_string).collect()
}

fn cause(of: &Cause) -> Value {
    json!({
        "kind": of.kind.as_str(),
        "text": of.text,
        "because": of.because.as_ref().map(because),
        "mend": of.mend,
        "of": of.of.iter().map(cause).collect::<Vec<_>>(),
        "path": of.path,
    })
}
