//! The resolver's listeners and its control channel.

use std::io::{self, BufRead, Read, Write};
use std::net::{IpAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use hickory_proto::op::Message;

use super::answer::{Answer, answer, serv_fail};
use super::forward::{Forwarded, forward};
use super::{Asked, Config, Event, Mode, Transport, json};
use crate::asker::Asker;
use crate::{Error, Result};

struct State {
    config: Config,
    mode: Mutex<Mode>,
    asker: Option<Arc<Asker>>,
}

/// Serves until standard input ends.
///
/// # Errors
/// If an address can't be listened on, or standard input holds no [`Mode`].
pub fn serve(config: Config) -> Result<()> {
    let asker = match &config.asks_from {
        Some(from) => Some(Arc::new(Asker::start_in(&from.program, &from.namespace)?)),
        None => None,
    };
    let state = Arc::new(State {
        config,
        asker,
        mode: Mutex::new(Mode::Answer),
    });
    for &address in &state.config.listen {
        listen(&state, address)?;
    }
    report(&Event::Listening)?;
    for line in io::stdin().lock().lines() {
        let line = line.map_err(Error::io("could not read the mode"))?;
        let mode = serde_json::from_str(&line).map_err(|e| Error::Output {
            program: "who controls quad100".to_owned(),
            reason: e.to_string(),
            output: line,
        })?;
        *state.mode.lock().unwrap_or_else(PoisonError::into_inner) = mode;
        report(&Event::Mode(mode))?;
    }
    Ok(())
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
        let (state, socket) = (Arc::clone(state), Arc::clone(socket));
        let request = buffer[..length].to_vec();
        // One that waits for a name server keeps nobody else waiting.
        thread::spawn(move || {
            if let Ok(Some(answer)) = handle(&state, &request, Transport::Udp) {
                let _ = socket.send_to(&answer, client);
            }
        });
    }
}

fn serve_tcp(state: &State, mut stream: TcpStream) -> Result<(), Box<dyn std::error::Error>> {
    loop {
        let mut length = [0; 2];
        stream.read_exact(&mut length)?;
        let mut request = vec![0; usize::from(u16::from_be_bytes(length))];
        stream.read_exact(&mut request)?;
        if let Some(answer) = handle(state, &request, Transport::Tcp)? {
            stream.write_all(&u16::try_from(answer.len())?.to_be_bytes())?;
            stream.write_all(&answer)?;
        }
    }
}

/// The answer in wire format, `None` for no answer at all.
fn handle(state: &State, asked: &[u8], transport: Transport) -> Result<Option<Vec<u8>>> {
    let invalid = |e: &dyn std::fmt::Display| Error::Dns(e.to_string());
    let request = Message::from_vec(asked).map_err(|e| invalid(&e))?;
    if let Some(query) = request.queries.first() {
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
        Mode::Answer => match answer(&state.config, &request)? {
            Answer::Own(response) => Some(response),
            Answer::Others => match forward(
                &state.config.name_servers,
                state.asker.as_ref(),
                asked,
                transport,
            ) {
                Forwarded::Answer(answer) => return Ok(Some(answer)),
                Forwarded::Failed => serv_fail(&request),
                Forwarded::Silence => None,
            },
            Answer::None => None,
        },
    };
    response
        .map(|r| r.to_vec().map_err(|e| invalid(&e)))
        .transpose()
}

fn report(event: &Event) -> Result<()> {
    let line = json("an event", event)? + "\n";
    io::stdout()
        .lock()
        .write_all(line.as_bytes())
        .map_err(Error::io("could not report an event"))
}
