use std::fmt;
use std::io;
use std::time::Duration;

/// Why the laboratory could not be set up or did not do what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The laboratory was started by an ordinary user.
    #[error(
        "the laboratory needs root: it makes network namespaces, links and routes. \
         Run the test binary as root, or leave this package out of the test run"
    )]
    NotRoot,
    /// A command ended with an error.
    #[error("`{command}` failed ({status}):\n{output}")]
    Command {
        /// Program and arguments.
        command: String,
        /// How it ended.
        status: std::process::ExitStatus,
        /// What it wrote to both outputs.
        output: String,
    },
    /// A daemon ended although it was still needed.
    #[error("{daemon} ended ({status}) while waiting for {what}; its output:\n{output}")]
    Ended {
        /// The daemon's label.
        daemon: String,
        /// How it ended.
        status: std::process::ExitStatus,
        /// What was waited for.
        what: String,
        /// What it had written.
        output: String,
    },
    /// A condition did not come true.
    #[error("{what} did not happen within {limit:?}; output of {daemon}:\n{output}")]
    TooLate {
        /// What was waited for.
        what: String,
        /// How long.
        limit: Duration,
        /// The daemon that was expected to make it true.
        daemon: String,
        /// What it had written.
        output: String,
    },
    /// The operating system refused.
    #[error("{what}: {source}")]
    Io {
        /// What was tried.
        what: String,
        /// The system's error.
        source: io::Error,
    },
    /// A program wrote something that could not be read.
    #[error("unexpected output of {program}: {reason}\n{output}")]
    Output {
        /// Who wrote it.
        program: String,
        /// What is wrong with it.
        reason: String,
        /// The text.
        output: String,
    },
    /// A name, record type or message that DNS can't express.
    #[error("not valid in DNS: {0}")]
    Dns(String),
    /// No unbound to test with.
    #[error(
        "no unbound at {0}: install it, or name the root of a system that has one in \
         TAILWRIGHT_UNBOUND_ROOT"
    )]
    NoUnbound(std::path::PathBuf),
}

impl Error {
    /// For `map_err` on an operation of the system.
    pub(crate) fn io(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let what = what.into();
        |source| Self::Io { what, source }
    }
}

/// The laboratory's results.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What a test returns: the test harness prints errors with `Debug`, and this one's `Debug`
/// is the text meant for people.
pub struct Failure(String);

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
