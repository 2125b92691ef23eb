//! Asks one question and prints what came back: `ask QUESTION`, both JSON, see
//! `tailwright_lab::query`. Without an argument it asks what it is told, see `tailwright_lab::asker`.

use std::io::Write;

use tailwright_lab::query::exchange;
use tailwright_lab::{Error, Failure};

fn main() -> Result<(), Failure> {
    let Some(argument) = std::env::args().nth(1) else {
        return Ok(tailwright_lab::asker::serve()?);
    };
    let question = serde_json::from_str(&argument).map_err(|e| Error::Output {
        program: "the argument".to_owned(),
        reason: e.to_string(),
        output: argument,
    })?;
    let reply = serde_json::to_string(&exchange(&question)?)?;
    Ok(writeln!(std::io::stdout(), "{reply}")?)
}
