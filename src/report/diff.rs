//! What changes from one declaration to another, for people and for programs.

use serde_json::{Value, json};

use crate::diff::{Changed, Diff, Summary};
use crate::scalar::{ClientClass, Protocol};
use crate::trace::outcome::Seen;

/// Renders what changes.
#[must_use]
pub fn render(diff: &Diff) -> String {
    let mut text = String::new();
    let mut what = "";
    for changed in &diff.outcomes {
        if changed.what != what {
            text += &format!(
                "{}, as {} {}:\n",
                changed.what, changed.name, changed.record_type
            );
            what = &changed.what;
        }
        text += &format!(
            "    {}{}: {} → {}\n",
            classes(&changed.from),
            protocols(&changed.protocols),
            summary(changed.before.as_ref()),
            summary(changed.after.as_ref())
        );
    }
    match &diff.files {
        Some(files) => {
            for file in files {
                text += &format!("{} {}\n", file.how.as_str(), file.path);
            }
        }
        None => text += "files are not compared: one of the declarations has errors\n",
    }
    if text.is_empty() {
        text += "no difference\n";
    }
    text
}

fn classes(from: &[ClientClass]) -> String {
    let words: Vec<String> = from.iter().map(ToString::to_string).collect();
    words.join(", ")
}

fn protocols(protocols: &[Protocol]) -> &'static str {
    match protocols {
        [Protocol::Udp] => " over UDP",
        [Protocol::Tcp] => " over TCP",
        _ => "",
    }
}

fn summary(summary: Option<&Summary>) -> String {
    let Some(summary) = summary else {
        return "not there".to_owned();
    };
    let seen: Vec<&str> = summary.seen.iter().copied().map(Seen::as_str).collect();
    let mut text = seen.join(" or ");
    if !summary.leaks.is_empty() {
        let servers: Vec<&str> = summary.leaks.iter().map(String::as_str).collect();
        text += &format!(", leaks to {}", servers.join(", "));
    }
    text
}

/// What changes as one document; docs/FORMATS.md describes its members.
#[must_use]
pub fn document(diff: &Diff) -> String {
    let files = diff.files.as_ref().map(|files| {
        let files = files.iter();
        let files = files.map(|file| json!({ "path": file.path, "how": file.how.as_str() }));
        files.collect::<Vec<_>>()
    });
    let value = json!({
        "version": 1,
        "outcomes": diff.outcomes.iter().map(changed).collect::<Vec<_>>(),
        "files": files,
    });
    format!("{value:#}\n")
}

fn changed(changed: &Changed) -> Value {
    let from = changed.from.iter().map(ToString::to_string);
    let protocols = changed.protocols.iter().map(|protocol| protocol.as_str());
    json!({
        "from": from.collect::<Vec<_>>(),
        "what": changed.what,
        "name": changed.name.as_str(),
        "type": changed.record_type.as_str(),
        "protocols": protocols.collect::<Vec<_>>(),
        "before": changed.before.as_ref().map(summary_value),
        "after": changed.after.as_ref().map(summary_value),
    })
}

fn summary_value(summary: &Summary) -> Value {
    let seen = summary.seen.iter().copied().map(Seen::as_str);
    json!({ "seen": seen.collect::<Vec<_>>(), "leaks": summary.leaks })
}
