//! What the page says of a step.

use serde::{Serialize, Serializer};

/// How a step is done, seen to work, and taken back. All texts are Markdown.
#[derive(Serialize)]
pub(super) struct Guide {
    pub(super) title: String,
    pub(super) place: String,
    #[serde(serialize_with = "markdown")]
    pub(super) apply: Vec<Block>,
    #[serde(serialize_with = "markdown")]
    pub(super) check: Vec<Block>,
    #[serde(serialize_with = "markdown")]
    pub(super) undo: Vec<Block>,
}

/// A paragraph, the commands that follow it, or both.
pub(super) struct Block {
    text: String,
    /// Lines for a POSIX shell; none begins with a backquote, which could end the block.
    commands: Vec<String>,
}

impl Block {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            commands: Vec::new(),
        }
    }

    pub(super) fn commands(commands: Vec<String>) -> Self {
        Self {
            text: String::new(),
            commands,
        }
    }

    pub(super) fn with(text: impl Into<String>, commands: Vec<String>) -> Self {
        Self {
            text: text.into(),
            commands,
        }
    }
}

fn markdown<S: Serializer>(blocks: &[Block], serializer: S) -> Result<S::Ok, S::Error> {
    let mut paragraphs = Vec::new();
    for block in blocks {
        if !block.text.is_empty() {
            paragraphs.push(block.text.clone());
        }
        if !block.commands.is_empty() {
            paragraphs.push(format!("```sh\n{}\n```", block.commands.join("\n")));
        }
    }
    serializer.serialize_str(&paragraphs.join("\n\n"))
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn and(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [others @ .., last] => format!("{} and {last}", others.join(", ")),
    }
}
