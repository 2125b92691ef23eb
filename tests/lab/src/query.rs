//! Questions, asked from inside a namespace.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::time::{Duration, Instant};

use hickory_proto::op::{Edns, Message, Query};
use hickory_proto::rr::{DNSClass, Name, Record, RecordType};
use serde::{Deserialize, Serialize};

use crate::command::run;
use crate::namespace::Namespace;
use crate::quad100::{Transport, json};
use crate::{Error, Result, Tools};

/// How long a client waits. Longer than Blocky's 2 seconds, so that a slow answer is seen to
/// be one.
const WAIT: Duration = Duration::from_secs(8);

/// One question to one server.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Question {
    /// Address and port of the server.
    pub server: SocketAddr,
    /// The name, with or without a dot at the end.
    pub name: String,
    /// The record type's mnemonic, or `TYPEn`.
    pub record_type: String,
    /// Class CH instead of IN, for `version.bind` and its like.
    pub chaos: bool,
    /// How it is sent.
    pub transport: Transport,
    /// The UDP payload size announced in an OPT record, `None` for no such record.
    pub edns: Option<u16>,
    /// How long to wait, in milliseconds.
    pub wait_ms: u64,
}

/// What a client sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Seen {
    /// A message came back.
    Reply(Reply),
    /// Nothing came back in time.
    Timeout,
    /// The network or the server's host said that there is nobody, or closed the stream.
    Unreachable(String),
}

/// A message that came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// `NOERROR`, `NXDOMAIN`, `SERVFAIL`, `REFUSED`, or the number of another code.
    pub code: String,
    /// The answer section.
    pub records: Vec<Answer>,
    /// The authority section.
    pub authority: Vec<Answer>,
    /// The AA, TC and RA flags that are set.
    pub flags: Vec<String>,
    /// Milliseconds between question and answer.
    pub elapsed_ms: u64,
}

/// One record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The owner, without a dot at the end.
    pub name: String,
    /// The type's mnemonic.
    pub record_type: String,
    /// Seconds.
    pub ttl: u32,
    /// The data in presentation format.
    pub data: String,
}

impl Question {
    /// A question over UDP with EDNS as resolvers ask it.
    #[must_use]
    pub fn new(server: impl Into<SocketAddr>, name: &str, record_type: &str) -> Self {
        Self {
            server: server.into(),
            name: name.to_owned(),
            record_type: record_type.to_owned(),
            chaos: false,
            transport: Transport::Udp,
            edns: Some(1232),
            wait_ms: u64::try_from(WAIT.as_millis()).unwrap_or(u64::MAX),
        }
    }

    /// The same over another transport.
    #[must_use]
    pub fn over(mut self, transport: Transport) -> Self {
        self.transport = transport;
        self
    }

    /// Asks it from inside `namespace`.
    ///
    /// # Errors
    /// If the question can't be expressed or the program fails; that nobody answers is none.
    pub fn ask(&self, tools: &Tools, namespace: &Namespace) -> Result<Seen> {
        let mut command = namespace.command(&tools.ask);
        let output = run(command.arg(json("a question", self)?))?;
        serde_json::from_str(&output).map_err(|e| Error::Output {
            program: "ask".to_owned(),
            reason: e.to_string(),
            output,
        })
    }
}

impl Seen {
    /// In one line: the code and the records' data, or why there is neither.
    #[must_use]
    pub fn summary(&self) -> String {
        match self {
            Self::Timeout => "timeout".to_owned(),
            Self::Unreachable(why) => format!("unreachable: {why}"),
            Self::Reply(reply) => std::iter::once(reply.code.as_str())
                .chain(reply.records.iter().map(|r| r.data.as_str()))
                .collect::<Vec<_>>()
                .join(" "),
        }
    }
}

/// Asks from where this process runs; the program `ask` is this function.
///
/// # Errors
/// If the question can't be expressed or what comes back is no DNS message.
pub fn exchange(question: &Question) -> Result<Seen> {
    let message = encode(question)?;
    let start = Instant::now();
    let wait = Duration::from_millis(question.wait_ms);
    let answered = exchange_bytes(question.server, question.transport, wait, &message);
    match answered {
        Ok(bytes) => decode(&bytes, start.elapsed()).map(Seen::Reply),
        Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
            Ok(Seen::Timeout)
        }
        Err(e) => Ok(Seen::Unreachable(e.to_string())),
    }
}

/// Sends a message and gives what comes back.
pub(crate) fn exchange_bytes(
    server: SocketAddr,
    transport: Transport,
    wait: Duration,
    message: &[u8],
) -> io::Result<Vec<u8>> {
    match transport {
        Transport::Udp => over_udp(server, wait, message),
        Transport::Tcp => over_tcp(server, wait, message),
    }
}

pub(crate) fn encode(question: &Question) -> Result<Vec<u8>> {
    let invalid = |e: &dyn std::fmt::Display| Error::Dns(format!("{question:?}: {e}"));
    let mut name = Name::from_ascii(&question.name).map_err(|e| invalid(&e))?;
    name.set_fqdn(true);
    let mut query = Query::query(name, record_type(&question.record_type)?);
    if question.chaos {
        query.set_query_class(DNSClass::CH);
    }
    let mut message = Message::query();
    message.metadata.recursion_desired = true;
    message.add_query(query);
    if let Some(size) = question.edns {
        let mut edns = Edns::new();
        edns.set_max_payload(size);
        message.set_edns(edns);
    }
    message.to_vec().map_err(|e| invalid(&e))
}

fn record_type(text: &str) -> Result<RecordType> {
    match text.strip_prefix("TYPE").map(str::parse::<u16>) {
        Some(Ok(number)) => Ok(RecordType::from(number)),
        Some(Err(e)) => Err(Error::Dns(format!("{text}: {e}"))),
        None => text.parse().map_err(|e| Error::Dns(format!("{text}: {e}"))),
    }
}

fn over_udp(server: SocketAddr, wait: Duration, message: &[u8]) -> io::Result<Vec<u8>> {
    let any = match server {
        SocketAddr::V4(_) => "0.0.0.0:0",
        SocketAddr::V6(_) => "[::]:0",
    };
    let socket = UdpSocket::bind(any)?;
    socket.set_read_timeout(Some(wait))?;
    socket.connect(server)?;
    socket.send(message)?;
    let mut buffer = vec![0; 65535];
    let length = socket.recv(&mut buffer)?;
    buffer.truncate(length);
    Ok(buffer)
}

fn over_tcp(server: SocketAddr, wait: Duration, message: &[u8]) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect_timeout(&server, wait)?;
    stream.set_read_timeout(Some(wait))?;
    let length = u16::try_from(message.len()).map_err(io::Error::other)?;
    // One write, as servers may expect length and message in one segment.
    stream.write_all(&[&length.to_be_bytes(), message].concat())?;
    let mut length = [0; 2];
    stream.read_exact(&mut length)?;
    let mut buffer = vec![0; usize::from(u16::from_be_bytes(length))];
    stream.read_exact(&mut buffer)?;
    Ok(buffer)
}

pub(crate) fn decode(bytes: &[u8], elapsed: Duration) -> Result<Reply> {
    let message = Message::from_vec(bytes).map_err(|e| Error::Dns(e.to_string()))?;
    let m = &message.metadata;
    let flags = [
        ("AA", m.authoritative),
        ("TC", m.truncation),
        ("RA", m.recursion_available),
    ];
    Ok(Reply {
        code: code(u16::from(m.response_code)),
        records: message.answers.iter().map(record).collect(),
        authority: message.authorities.iter().map(record).collect(),
        flags: flags
            .iter()
            .filter(|f| f.1)
            .map(|f| f.0.to_owned())
            .collect(),
        elapsed_ms: u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
    })
}

fn record(record: &Record) -> Answer {
    Answer {
        name: record.name.to_ascii().trim_end_matches('.').to_owned(),
        record_type: record.record_type().to_string(),
        ttl: record.ttl,
        data: record.data.to_string(),
    }
}

/// The usual mnemonic.
fn code(number: u16) -> String {
    match number {
        0 => "NOERROR".to_owned(),
        1 => "FORMERR".to_owned(),
        2 => "SERVFAIL".to_owned(),
        3 => "NXDOMAIN".to_owned(),
        4 => "NOTIMP".to_owned(),
        5 => "REFUSED".to_owned(),
        other => other.to_string(),
    }
}
