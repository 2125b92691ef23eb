//! Names to ask for, and what comes of asking.

use tailwright::scalar::{Protocol, RecordType};
use tailwright::trace::classes::{NameClass, NameKind};
use tailwright::trace::outcome;
use tailwright_lab::Failure;
use tailwright_lab::quad100::Transport;
use tailwright_lab::query::Question;

use crate::SUFFIX;
use crate::clients::{Program, Start};
use crate::declared::HOSTS;
use crate::home::Running;
use crate::words::in_words_of_the_trace;

/// The `n`th name of a class.
pub(crate) fn name(class: &NameClass, n: usize) -> String {
    let host = n % HOSTS;
    match class.kind {
        NameKind::Member(_) => format!("h{host}.{SUFFIX}"),
        NameKind::InSuffix(_) => format!("nobody{n}.{SUFFIX}"),
        NameKind::Reverse(_) => format!("{host}.1.64.100.in-addr.arpa"),
        NameKind::InReverse(_) => format!("{}.{}.127.100.in-addr.arpa", n % 256, n / 256),
        NameKind::Cluster(_) => format!("s{n}.default.svc.cluster.local"),
        NameKind::Public => format!("p{host}.example.com"),
        NameKind::Declared => match class.name().and_above().nth(1) {
            Some(above) => format!("n{n}.{above}"),
            None => class.name().to_string(),
        },
    }
}

/// Asks, and gives what the client sees.
pub(crate) fn ask(
    running: &Running,
    start: &Start<'_>,
    name: &str,
    record_type: RecordType,
    protocol: Protocol,
) -> Result<outcome::Seen, Failure> {
    let is_stub = start.program == Program::Stub;
    let transport = match protocol {
        Protocol::Tcp if !is_stub => Transport::Tcp,
        _ => Transport::Udp,
    };
    let mut seen = outcome::Seen::Timeout;
    for server in &start.servers {
        let mut question = Question::new(*server, name, record_type.as_str()).over(transport);
        if is_stub || start.from.name() == running.cluster.beyond.name() {
            // Nothing more comes: nobody on the way waits for anybody.
            question.wait_ms = 1000;
        }
        seen = in_words_of_the_trace(&running.cluster.ask(start.from, &question)?);
        let is_failure = matches!(seen, outcome::Seen::ServFail | outcome::Seen::Refused);
        if !is_failure && !seen.is_silence() {
            return Ok(seen);
        }
    }
    Ok(if is_stub {
        outcome::Seen::ServFail
    } else {
        seen
    })
}
