//! The prediction of `tailwright trace`, put to real daemons for random declarations: each is built in
//! network namespaces with what is generated for it, every class of clients asks for every class of names,
//! and what is seen and who is told is compared.
//!
//! Nothing may be seen but what is predicted. A declaration that shows something else is made smaller, as
//! long as it does, and printed with its seed. `--help` of the command is [`options::USAGE`].

mod by_hand;
mod case;
mod choices;
mod clients;
mod coverage;
mod falsified;
mod generated;
mod names;
mod network;
mod options;
mod policy;
mod random;
#[path = "../shared/rendered.rs"]
#[expect(dead_code, reason = "hosts are evaluated all at once here")]
mod rendered;
mod report;
mod running;
mod servers;
#[path = "../shared/words.rs"]
mod words;

use std::process::ExitCode;

use options::Options;
use tailwright_lab::Failure;

/// A failure in these words.
fn failure(text: &str) -> Failure {
    Failure::from(std::io::Error::other(text.to_owned()))
}

fn main() -> ExitCode {
    match Options::read(std::env::args().skip(1)) {
        Ok(Some(options)) => report::run(&options),
        Ok(None) => {
            report::line("\nrunning 0 tests\n\ntest result: ok. 0 passed; 0 failed; 0 ignored\n");
            ExitCode::SUCCESS
        }
        Err(text) => {
            report::line(&text);
            ExitCode::from(2)
        }
    }
}
