//! Who asks many questions from inside one namespace: one process for all of them.
//!
//! The program `ask` without an argument reads one [`Put`] per line (JSON) on its standard input and
//! writes one [`Came`] per line on its standard output, in the order in which answers come; it ends
//! with its standard input.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, ErrorKind, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::namespace::Namespace;
use crate::quad100::{Transport, json};
use crate::query::{Question, Seen, decode, encode, exchange_bytes};
use crate::{Error, Result, Tools};

/// A message to be sent.
#[derive(Debug, Serialize, Deserialize)]
pub struct Put {
    id: u64,
    server: SocketAddr,
    transport: Transport,
    wait_ms: u64,
    message: Vec<u8>,
}

/// What came of it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Came {
    id: u64,
    what: Back,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Back {
    /// A message.
    Message(Vec<u8>),
    /// Nothing in time.
    Silence,
    /// An error of the network.
    Failed(String),
}

/// Questions that are under way, each with who waits for its answer.
type Waiting = Arc<Mutex<BTreeMap<u64, mpsc::Sender<Back>>>>;

/// A running asker. Dropping it ends it.
#[derive(Debug)]
pub struct Asker {
    child: Child,
    input: Mutex<Option<ChildStdin>>,
    waiting: Waiting,
    next: AtomicU64,
}

impl Asker {
    /// Starts one in a namespace.
    ///
    /// # Errors
    /// If the program can't be started.
    pub fn start(tools: &Tools, namespace: &Namespace) -> Result<Self> {
        Self::start_in(&tools.ask, namespace.name())
    }

    /// Starts `program` in the namespace of that name.
    pub(crate) fn start_in(program: &Path, namespace: &str) -> Result<Self> {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", namespace]).arg(program);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(Error::io(format!("could not start `ask` in {namespace}")))?;
        let waiting = Waiting::default();
        if let Some(output) = child.stdout.take() {
            let waiting = Arc::clone(&waiting);
            thread::spawn(move || hand_out(BufReader::new(output), &waiting));
        }
        Ok(Self {
            input: Mutex::new(child.stdin.take()),
            child,
            waiting,
            next: AtomicU64::new(0),
        })
    }

    /// Asks a question, and waits for what comes of it.
    ///
    /// # Errors
    /// If the question can't be expressed, what comes back is no DNS message, or the program has ended.
    pub fn ask(&self, question: &Question) -> Result<Seen> {
        let message = encode(question)?;
        let start = Instant::now();
        let wait = Duration::from_millis(question.wait_ms);
        Ok(
            match self.exchange(question.server, question.transport, wait, message)? {
                Back::Message(bytes) => Seen::Reply(decode(&bytes, start.elapsed())?),
                Back::Silence => Seen::Timeout,
                Back::Failed(why) => Seen::Unreachable(why),
            },
        )
    }

    /// Sends a message in wire format, and waits for what comes back.
    ///
    /// # Errors
    /// If the program has ended.
    pub fn exchange(
        &self,
        server: SocketAddr,
        transport: Transport,
        wait: Duration,
        message: Vec<u8>,
    ) -> Result<Back> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let (sender, receiver) = mpsc::channel();
        lock(&self.waiting).insert(id, sender);
        let put = Put {
            id,
            server,
            transport,
            wait_ms: u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
            message,
        };
        let line = json("a message", &put)? + "\n";
        let ended = Error::io("could not tell `ask` what to send");
        match lock(&self.input).as_mut() {
            Some(input) => input.write_all(line.as_bytes()).map_err(ended)?,
            None => return Err(ended(ErrorKind::BrokenPipe.into())),
        }
        receiver
            .recv()
            .map_err(|_| Error::io("`ask` has ended")(ErrorKind::UnexpectedEof.into()))
    }
}

impl Drop for Asker {
    fn drop(&mut self) {
        // Both fail only if it has ended already, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn hand_out(output: impl BufRead, waiting: &Waiting) {
    for line in output.lines().map_while(|line| line.ok()) {
        let Ok(came) = serde_json::from_str::<Came>(&line) else {
            continue;
        };
        if let Some(sender) = lock(waiting).remove(&came.id) {
            // Who no longer waits does not mind.
            let _ = sender.send(came.what);
        }
    }
    // Whoever still waits hears that nothing will come.
    lock(waiting).clear();
}

/// Sends what standard input says from where this process runs; the program `ask` is this function.
///
/// # Errors
/// If a line is no [`Put`].
pub fn serve() -> Result<()> {
    for line in io::stdin().lock().lines() {
        let line = line.map_err(Error::io("could not read what to send"))?;
        let put: Put = serde_json::from_str(&line).map_err(|e| Error::Output {
            program: "who tells `ask` what to send".to_owned(),
            reason: e.to_string(),
            output: line,
        })?;
        thread::spawn(move || {
            let came = Came {
                id: put.id,
                what: send(&put),
            };
            if let Ok(line) = json("what came", &came) {
                // Nobody is left to hear it.
                let _ = io::stdout().lock().write_all((line + "\n").as_bytes());
            }
        });
    }
    Ok(())
}

fn send(put: &Put) -> Back {
    let wait = Duration::from_millis(put.wait_ms);
    match exchange_bytes(put.server, put.transport, wait, &put.message) {
        Ok(bytes) => Back::Message(bytes),
        Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => Back::Silence,
        Err(e) => Back::Failed(e.to_string()),
    }
}
