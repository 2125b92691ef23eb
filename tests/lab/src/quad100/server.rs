//! The resolver's listeners and its control channel.

use std::io::{self, BufRead, Read, Write};
use std::net::{IpAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use hickory_proto::op::Message;
use serde::de::DeserializeOwned;

use super::answer::{Answer, Known, answer, serv_fail};
use super::forward::{Forwarded, forward};
use super::{Asked, Event, Mode, Transport, json};
use crate::asker::Asker;
use crate::{Error, Result};

struct State {
    known: Known,
    mode: Mutex<Mode>,
    asker: Option<Arc<Asker>>,
}

/// What becomes of a question.
enum Step {
    /// This is sent back.
    Answer(Vec<u8>),
    /// Nothing is.
    Silence,
    /// The tailnet's name servers are asked, which takes its time.
    Others(Message),
}

/// Serves what the first line of standard input says, until that ends.
///
/// # Errors
/// If an address can't be listened on, or standard input holds no [`super::Config`] or [`Mode`].
pub fn serve() -> Result<()> {
    let mut lines = io::stdin().lock().lines();
    let first = lines.next().unwrap_or(Ok(String::new()));
    let known = Known::new(read("the configuration", first)?)?;
    let asker = match &known.config().asks_from {
        Some(from) => Some(Arc::new(Asker::start_in(&from.program, &from.namespace)?)),
        None => None,
    };
    let state = Arc::new(State {
        known,
        asker,
        mode: Mutex::new(Mode::Answer),
    });
    for &address in &state.known.config().listen {
        listen(&state, address)?;
    }
    report(&Event::Listening)?;
    for line in lines {
        let mode = read("the mode", line)?;
        *state.mode.lock().unwrap_or_else(PoisonError::into_inner) = mode;
        report(&Event::Mode(mode))?;
    }
    Ok(())
}

fn read<T: DeserializeOwned>(what: &str, line: io::Result<String>) -> Result<T> {
    let line = line.map_err(Error::io(format!("could not read {what}")))?;
    serde_json::from_str(&line).map_err(|e| Error::Output {
        program: "who controls quad100".to_owned(),
        reason: e.to_string(),
        output: line,
    })
}

fn listen(state: &Arc<State>, address: IpAddr) -> Result<()> {
    let at = (address, 53);
    let failed = || Error::io(format!("could not listen on {address}"));
    let udp = UdpSocket::bind(at).map_err(failed())?;
    let tcp = TcpListener::bind(at).map_err(failed())?;
    let shared = Arc::clone(state);
    thread::spawn(move || serve_udp(&shared, &Arc::new(udp)));
    let shared = Arc::clone(state);
    thread::spawn(move || {
        for stream in tcp.incoming().map_while(|s| s.ok()) {
            let state = Arc::clone(&shared);
            // A client that goes away in the middle is its own concern.
            thread::spawn(move || drop(serve_tcp(&state, stream)));
        }
    });
    Ok(())
}

fn serve_udp(state: &Arc<State>, socket: &Arc<UdpSocket>) {
    let mut buffer = [0; 4096];
    // An error here is an ICMP message about an earlier answer.
    loop {
        let Ok((length, client)) = socket.recv_from(&mut buffer) else {
            continue;
        };
        let asked = &buffer[..length];
        match handle(state, asked, Transport::Udp) {
            Ok(Step::Answer(answer)) => {
                let _ = socket.send_to(&answer, client);
            }
            Ok(Step::Silence) | Err(_) => {}
            // One that waits for a name server keeps nobody else waiting.
            Ok(Step::Others(request)) => {
                let (state, socket) = (Arc::clone(state), Arc::clone(socket));
                let asked = asked.to_vec();
                thread::spawn(move || {
                    let answer = ask_others(&state, &request, &asked, Transport::Udp);
                    if let Ok(Some(answer)) = answer {
                        let _ = socket.send_to(&answer, client);
                    }
                });
            }
        }
    }
}

fn serve_tcp(state: &State, mut stream: TcpStream) -> Result<(), Box<dyn std::error::Error>> {
    loop {
        let mut length = [0; 2];
        stream.read_exact(&mut length)?;
        let mut asked = vec![0; usize::from(u16::from_be_bytes(length))];
        stream.read_exact(&mut asked)?;
        let answer = match handle(state, &asked, Transport::Tcp)? {
            Step::Answer(answer) => Some(answer),
            Step::Silence => None,
            Step::Others(request) => ask_others(state, &request, &asked, Transport::Tcp)?,
        };
        if let Some(answer) = answer {
            stream.write_all(&u16::try_from(answer.len())?.to_be_bytes())?;
            stream.write_all(&answer)?;
        }
    }
}

/// What becomes of a question in wire format.
fn handle(state: &State, asked: &[u8], transport: Transport) -> Result<Step> {
    let request = Message::from_vec(asked).map_err(|e| invalid(&e))?;
    if let Some(query) = request.queries.first()
        && !state.known.config().quiet
    {
        report(&Event::Asked(Asked {
            name: query.name().to_ascii().trim_end_matches('.').to_owned(),
            record_type: query.query_type().to_string(),
            transport,
        }))?;
    }
    let mode = *state.mode.lock().unwrap_or_else(PoisonError::into_inner);
    let response = match mode {
        Mode::Silent => None,
        Mode::ServFail => serv_fail(&request),
        Mode::Answer => match answer(&state.known, &request) {
            Answer::Own(response) => Some(response),
            Answer::Others => return Ok(Step::Others(request)),
            Answer::None => None,
        },
    };
    Ok(wire(response)?.map_or(Step::Silence, Step::Answer))
}

/// What the tailnet's name servers make of it; `None` for no answer at all.
fn ask_others(
    state: &State,
    request: &Message,
    asked: &[u8],
    transport: Transport,
) -> Result<Option<Vec<u8>>> {
    let servers = &state.known.config().name_servers;
    match forward(servers, state.asker.as_ref(), asked, transport) {
        Forwarded::Answer(answer) => Ok(Some(answer)),
        Forwarded::Failed => wire(serv_fail(request)),
        Forwarded::Silence => Ok(None),
    }
}

fn wire(message: Option<Message>) -> Result<Option<Vec<u8>>> {
    message
        .map(|m| m.to_vec().map_err(|e| invalid(&e)))
        .transpose()
}

fn invalid(error: &dyn std::fmt::Display) -> Error {
    Error::Dns(error.to_string())
}

fn report(event: &Event) -> Result<()> {
    let line = json("an event", event)? + "\n";
    io::stdout()
        .lock()
        .write_all(line.as_bytes())
        .map_err(Error::io("could not report an event"))
}
