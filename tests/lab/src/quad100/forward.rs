//! What the resolver asks the tailnet's name servers: all at once, and the first answer counts that
//! is neither SERVFAIL nor REFUSED. Who does not answer over UDP is asked over TCP, too.

use std::net::SocketAddr;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use hickory_proto::op::{Message, ResponseCode};

use super::Transport;
use crate::asker::{Asker, Back};
use crate::query::exchange_bytes;

/// How long it waits. Less than a client does, who shall see what it says then.
const WAIT: Duration = Duration::from_secs(2);

/// The first usable answer to a request in wire format, `None` if there is none; asked by `asker`, if
/// there is one.
pub(super) fn forward(
    servers: &[SocketAddr],
    asker: Option<&Arc<Asker>>,
    request: &[u8],
    transport: Transport,
) -> Option<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    for &server in servers {
        let (request, sender) = (request.to_vec(), sender.clone());
        let asker = asker.cloned();
        thread::spawn(move || {
            let over = |transport| exchange(asker.as_deref(), server, transport, &request);
            let again = || (transport == Transport::Udp).then(|| over(Transport::Tcp));
            if let Some(answer) = over(transport).or_else(|| again().flatten()) {
                let _ = sender.send(answer);
            }
        });
    }
    drop(sender);
    receiver.into_iter().find(|answer| is_usable(answer))
}

fn exchange(
    asker: Option<&Asker>,
    server: SocketAddr,
    transport: Transport,
    request: &[u8],
) -> Option<Vec<u8>> {
    let Some(asker) = asker else {
        return exchange_bytes(server, transport, WAIT, request).ok();
    };
    match asker.exchange(server, transport, WAIT, request.to_vec()) {
        Ok(Back::Message(answer)) => Some(answer),
        _ => None,
    }
}

fn is_usable(answer: &[u8]) -> bool {
    Message::from_vec(answer).is_ok_and(|answer| {
        let code = answer.metadata.response_code;
        !matches!(code, ResponseCode::ServFail | ResponseCode::Refused)
    })
}
