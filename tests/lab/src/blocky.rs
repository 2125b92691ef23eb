//! Blocky, of every release that was built for the tests.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::Command;

use crate::command::run;
use crate::namespace::Namespace;
use crate::process::Daemon;
use crate::query::{Question, Seen};
use crate::scratch::Scratch;
use crate::{Error, Result, Tools};

/// A release of Blocky; the text is the program's name, as `tests/tools` calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Release(&'static str);

impl Release {
    /// The newest one, and the one before.
    pub const ALL: [Self; 2] = [Self("blocky"), Self("blocky-0.33")];

    /// Puts `configuration` to `blocky validate`: its schema and its own rules.
    ///
    /// # Errors
    /// What Blocky said, if it refuses it.
    pub fn validate(self, configuration: &str) -> Result<String> {
        let files = written(configuration)?;
        self.validate_file(&config_file(&files))
    }

    fn validate_file(self, path: &Path) -> Result<String> {
        run(Command::new(self.0)
            .arg("validate")
            .arg("--config")
            .arg(path))
    }
}

/// A running Blocky.
#[derive(Debug)]
pub struct Blocky {
    // Both end with it; the files after the daemon that reads them.
    _daemon: Daemon,
    _files: Scratch,
}

impl Blocky {
    /// Validates `configuration` and serves it, as it stands, from inside `namespace`; returns
    /// when it answers what it is asked on the loopback interface, port 53.
    ///
    /// # Errors
    /// If it is refused, or the daemon doesn't start.
    pub fn start(
        tools: &Tools,
        release: Release,
        namespace: &Namespace,
        configuration: &str,
    ) -> Result<Self> {
        let files = written(configuration)?;
        let path = config_file(&files);
        release.validate_file(&path)?;
        let mut command = namespace.command(release.0);
        command.arg("serve").arg("--config").arg(&path);
        let mut daemon = Daemon::start(release.0, &mut command)?;
        // Blocky itself answers this name, with no data.
        let own = SocketAddr::from((Ipv4Addr::LOCALHOST, 53));
        let question = Question::new(own, "healthcheck.blocky", "A");
        daemon.wait_until("an answer of Blocky", |_| {
            Ok(matches!(question.ask(tools, namespace)?, Seen::Reply(_)))
        })?;
        Ok(Self {
            _daemon: daemon,
            _files: files,
        })
    }
}

fn written(configuration: &str) -> Result<Scratch> {
    let files = Scratch::new(&std::env::temp_dir())?;
    let path = config_file(&files);
    fs::write(&path, configuration).map_err(Error::io(format!("could not write {path:?}")))?;
    Ok(files)
}

fn config_file(files: &Scratch) -> std::path::PathBuf {
    files.path().join("config.yml")
}
