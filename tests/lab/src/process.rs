//! Daemons: started, waited for by condition, ended by process id.

use std::fs;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::command::{run, show};
use crate::{Error, Result};

/// How long a condition may take before a test gives up. Generous: a busy machine must not
/// fail a test, and a test that passes never waits for it.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A running daemon. Dropping it kills it.
#[derive(Debug)]
pub struct Daemon {
    label: String,
    child: Child,
    output: Arc<Mutex<Vec<String>>>,
}

impl Daemon {
    /// Starts `command`; `label` names it in failure messages. Both outputs are collected
    /// line by line, and its standard input is a pipe for [`Self::tell`].
    ///
    /// # Errors
    /// If the program can't be started.
    pub fn start(label: impl Into<String>, command: &mut Command) -> Result<Self> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(Error::io(format!("could not start `{}`", show(command))))?;
        let output = Arc::default();
        if let Some(pipe) = child.stdout.take() {
            collect(pipe, &output);
        }
        if let Some(pipe) = child.stderr.take() {
            collect(pipe, &output);
        }
        Ok(Self {
            label: label.into(),
            child,
            output,
        })
    }

    /// The lines written so far, of both outputs.
    #[must_use]
    pub fn output(&self) -> Vec<String> {
        self.output
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The processor time that all its threads have used so far.
    ///
    /// # Errors
    /// If the kernel doesn't say.
    pub fn processor_time(&self) -> Result<Duration> {
        let folder = format!("/proc/{}/task", self.child.id());
        let failed = || Error::io(format!("no times of {} in {folder}", self.label));
        let mut sum = Duration::ZERO;
        for thread in fs::read_dir(&folder).map_err(failed())? {
            let path = thread.map_err(failed())?.path().join("schedstat");
            // Nanoseconds on a processor, nanoseconds of waiting for one, turns.
            let text = fs::read_to_string(&path).map_err(failed())?;
            let first = text.split(' ').next().unwrap_or_default();
            let on_it = first
                .parse()
                .map_err(|e| failed()(io::Error::other(format!("{text}: {e}"))))?;
            sum += Duration::from_nanos(on_it);
        }
        Ok(sum)
    }

    /// Writes one line to its standard input.
    ///
    /// # Errors
    /// If it no longer reads.
    pub fn tell(&mut self, line: &str) -> Result<()> {
        let what = format!("could not tell {} `{line}`", self.label);
        let pipe = self.child.stdin.as_mut();
        let written = pipe.map_or(Err(ErrorKind::BrokenPipe.into()), |p| writeln!(p, "{line}"));
        written.map_err(Error::io(what))
    }

    /// Stops it in its tracks: it keeps its sockets and answers nothing.
    ///
    /// # Errors
    /// What `kill` said.
    pub fn freeze(&self) -> Result<()> {
        self.signal("-STOP")
    }

    /// Lets it go on after [`Self::freeze`].
    ///
    /// # Errors
    /// What `kill` said.
    pub fn thaw(&self) -> Result<()> {
        self.signal("-CONT")
    }

    /// Asks it to end, and waits until it has.
    ///
    /// # Errors
    /// What `kill` said, or [`Error::TooLate`].
    pub fn terminate(mut self) -> Result<()> {
        self.signal("-TERM")?;
        let start = Instant::now();
        while !matches!(self.child.try_wait(), Ok(Some(_))) {
            if start.elapsed() > PATIENCE {
                return Err(Error::TooLate {
                    what: "its end".to_owned(),
                    limit: PATIENCE,
                    daemon: self.label.clone(),
                    output: self.output().join("\n"),
                });
            }
            thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }

    fn signal(&self, signal: &str) -> Result<()> {
        run(Command::new("kill")
            .arg(signal)
            .arg(self.child.id().to_string()))
        .map(drop)
    }

    /// Waits until `done` holds, at most [`PATIENCE`]; `what` completes "… did not happen".
    ///
    /// # Errors
    /// [`Error::Ended`] as soon as the daemon ends, [`Error::TooLate`], or `done`'s own.
    pub fn wait_until(
        &mut self,
        what: &str,
        mut done: impl FnMut(&Self) -> Result<bool>,
    ) -> Result<()> {
        let start = Instant::now();
        while !done(self)? {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(Error::Ended {
                    daemon: self.label.clone(),
                    status,
                    what: what.to_owned(),
                    output: self.output().join("\n"),
                });
            }
            if start.elapsed() > PATIENCE {
                return Err(Error::TooLate {
                    what: what.to_owned(),
                    limit: PATIENCE,
                    daemon: self.label.clone(),
                    output: self.output().join("\n"),
                });
            }
            thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // Both fail only if it has ended already, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn collect(pipe: impl Read + Send + 'static, into: &Arc<Mutex<Vec<String>>>) {
    let into = Arc::clone(into);
    thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(|l| l.ok()) {
            into.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(line);
        }
    });
}
