//! What the resolver asks the tailnet's name servers: all at once, and the first answer counts that
//! is neither SERVFAIL nor REFUSED.

use std::net::SocketAddr;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use hickory_proto::op::{Message, ResponseCode};

use super::Transport;
use crate::query::exchange_bytes;

/// How long it waits. Less than a client does, who shall see what it says then.
const WAIT: Duration = Duration::from_secs(2);

/// The first usable answer to a request in wire format, `None` if there is none.
pub(super) fn forward(
    servers: &[SocketAddr],
    request: &[u8],
    transport: Transport,
) -> Option<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    for &server in servers {
        let (request, sender) = (request.to_vec(), sender.clone());
        thread::spawn(move || {
            if let Ok(answer) = exchange_bytes(server, transport, WAIT, &request) {
                let _ = sender.send(answer);
            }
        });
    }
    drop(sender);
    receiver.into_iter().find(|answer| is_usable(answer))
}

fn is_usable(answer: &[u8]) -> bool {
    Message::from_vec(answer).is_ok_and(|answer| {
        let code = answer.metadata.response_code;
        !matches!(code, ResponseCode::ServFail | ResponseCode::Refused)
    })
}
