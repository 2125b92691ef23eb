//! `ssh`: read for what Tailscale refuses. Which domains belong to the tailnet is not known here,
//! so that `localpart:*@…` and `user:*@…` pass.

use super::Policy;
use super::reader::{Reader, entry};
use super::sections::postures;
use super::validity::{Role, known};
use crate::declaration::value::{Kind, Set, Value};

const RULE: [&str; 9] = [
    "action",
    "src",
    "dst",
    "users",
    "checkPeriod",
    "acceptEnv",
    "recorder",
    "enforceRecorder",
    "srcPosture",
];

/// The longest time after which one is asked again (tailscale.com/docs/features/tailscale-ssh).
const LONGEST_CHECK: f64 = 168.0 * 3600.0;

pub(super) fn check(root: &Set, policy: &Policy, reader: &mut Reader) {
    for value in reader.list(root, "ssh") {
        if let Some(set) = reader.object(value, &RULE) {
            rule(set, value, policy, reader);
        }
    }
}

fn rule(set: &Set, value: &Value, policy: &Policy, reader: &mut Reader) {
    let action = reader.string(set, "action");
    match action.map(|(action, location)| (action.trim(), location)) {
        Some(("accept" | "check", _)) => {}
        Some((other, location)) => reader.problem(
            location,
            format!("\"{other}\" is no action"),
            "write accept or check",
        ),
        None => reader.problem(
            &value.location,
            "an SSH rule without an action",
            "add \"action\": \"accept\" or \"check\"",
        ),
    }
    let elements = reader.list(set, "src");
    let sources = reader.selectors(elements);
    known(sources, Role::Source, policy, reader);
    let elements = reader.list(set, "dst");
    let destinations = reader.selectors(elements);
    known(destinations, Role::SshDestination, policy, reader);
    let elements = reader.list(set, "users");
    if elements.is_empty() {
        reader.problem(
            &value.location,
            "an SSH rule without users",
            "add \"users\": those on the machine that one may become",
        );
    }
    for (user, location) in reader.strings(elements) {
        if user.is_empty() || user == "*" || user == "localpart:*@*" {
            reader.problem(
                location,
                format!("\"{user}\" is no user of a machine"),
                "name users, or autogroup:nonroot",
            );
        }
    }
    if let Some((text, location)) = reader.string(set, "checkPeriod")
        && let Some(message) = check_period(text)
    {
        reader.problem(location, message, "write always, or a time of at most 168h");
    }
    let elements = entry(set, "acceptEnv").map_or(&[][..], |entry| match &entry.value.kind {
        Kind::List(elements) => elements,
        _ => &[],
    });
    for (name, location) in reader.strings(elements) {
        if name.is_empty() {
            reader.problem(location, "a variable without a name", "remove it");
        }
    }
    postures(set, policy, reader);
}

/// What is wrong with a time between two checks.
fn check_period(text: &str) -> Option<String> {
    if text.is_empty() || text == "always" {
        return None;
    }
    match seconds(text) {
        None => Some(format!("\"{text}\" is no time such as 12h or 30m")),
        Some(time) if time < 0.0 => Some(format!("{text} is no time to wait")),
        Some(time) if time > LONGEST_CHECK => Some(format!("{text} is longer than 168h")),
        Some(_) => None,
    }
}

/// A time in the notation of Go's `time.ParseDuration`, in seconds.
fn seconds(text: &str) -> Option<f64> {
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text),
    };
    let mut total = 0.0;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = rest[..end].parse().ok()?;
        rest = &rest[end..];
        let (unit, seconds) = [("ms", 0.001), ("h", 3600.0), ("m", 60.0), ("s", 1.0)]
            .into_iter()
            .find(|(unit, _)| rest.starts_with(unit))?;
        total += number * seconds;
        rest = &rest[unit.len()..];
    }
    Some(sign * total)
}
