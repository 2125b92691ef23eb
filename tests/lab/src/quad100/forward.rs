//! What the resolver asks the tailnet's name servers: all at once, and the first answer counts that
//! is neither SERVFAIL nor REFUSED. Who does not answer over UDP is asked over TCP, too.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use hickory_proto::op::{Message, ResponseCode};

use super::Transport;
use crate::asker::{Asker, Back};
use crate::query::exchange_bytes;

/// How long it waits: longer than clients do, which hear nothing if all keep silent.
const WAIT: Duration = Duration::from_secs(10);
/// How long it waits for an answer over UDP before it asks over TCP, too.
const RACE: Duration = Duration::from_secs(2);

/// What comes of asking.
pub(super) enum Forwarded {
    /// This is the answer.
    Answer(Vec<u8>),
    /// All have failed in different ways.
    Failed,
    /// Some say nothing, and none has answered.
    Silence,
}

/// Asks all of them a request in wire format; by `asker`, if there is one.
pub(super) fn forward(
    servers: &[SocketAddr],
    asker: Option<&Arc<Asker>>,
    request: &[u8],
    transport: Transport,
) -> Forwarded {
    let (sender, receiver) = mpsc::channel();
    for &server in servers {
        let (request, sender) = (request.to_vec(), sender.clone());
        let asker = asker.cloned();
        thread::spawn(move || {
            let over =
                |transport, wait| exchange(asker.as_deref(), server, transport, wait, &request);
            let answer = match transport {
                Transport::Udp => {
                    over(transport, RACE).or_else(|_| over(Transport::Tcp, WAIT - RACE))
                }
                Transport::Tcp => over(transport, WAIT),
            };
            // Nobody may be there any more to hear it.
            let _ = sender.send(answer);
        });
    }
    drop(sender);
    let mut failures = Vec::new();
    for answer in receiver {
        match answer {
            Ok(answer) if code(&answer).is_none() => return Forwarded::Answer(answer),
            failure => failures.push(failure),
        }
    }
    told(failures)
}

/// What the client is told where all have failed: nothing where any said nothing, which is not told from
/// one that is not there; the first failure where that is SERVFAIL or all refuse.
fn told(failures: Vec<io::Result<Vec<u8>>>) -> Forwarded {
    let Ok(failures) = failures.into_iter().collect::<io::Result<Vec<_>>>() else {
        return Forwarded::Silence;
    };
    let is = |wanted| move |answer: &Vec<u8>| code(answer) == Some(wanted);
    let all_refuse = failures.iter().all(is(ResponseCode::Refused));
    match failures.into_iter().next() {
        Some(first) if all_refuse || is(ResponseCode::ServFail)(&first) => Forwarded::Answer(first),
        _ => Forwarded::Failed,
    }
}

/// The code of an answer that is none.
fn code(answer: &[u8]) -> Option<ResponseCode> {
    let code = Message::from_vec(answer).ok()?.metadata.response_code;
    matches!(code, ResponseCode::ServFail | ResponseCode::Refused).then_some(code)
}

fn exchange(
    asker: Option<&Asker>,
    server: SocketAddr,
    transport: Transport,
    wait: Duration,
    request: &[u8],
) -> io::Result<Vec<u8>> {
    let Some(asker) = asker else {
        return exchange_bytes(server, transport, wait, request);
    };
    match asker.exchange(server, transport, wait, request.to_vec()) {
        Ok(Back::Message(answer)) => Ok(answer),
        _ => Err(io::ErrorKind::TimedOut.into()),
    }
}
