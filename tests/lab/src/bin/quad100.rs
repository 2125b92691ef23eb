//! The stand-in for MagicDNS' resolver as a program: `quad100 CONFIG`, see
//! `tailwright_lab::quad100`.

use tailwright_lab::quad100::server::serve;
use tailwright_lab::{Error, Failure};

fn main() -> Result<(), Failure> {
    let argument = std::env::args().nth(1).unwrap_or_default();
    let config = serde_json::from_str(&argument).map_err(|e| Error::Output {
        program: "the argument".to_owned(),
        reason: e.to_string(),
        output: argument,
    })?;
    Ok(serve(config)?)
}
