//! What was seen, in the words of the trace.

use tailwright::trace::outcome;
use tailwright_lab::query::Seen;

pub(crate) fn in_words_of_the_trace(seen: &Seen) -> outcome::Seen {
    match seen {
        Seen::Timeout => outcome::Seen::Timeout,
        Seen::Unreachable(_) => outcome::Seen::Unreachable,
        Seen::Reply(reply) => match reply.code.as_str() {
            "NOERROR" if reply.records.is_empty() => outcome::Seen::NoData,
            "NOERROR" => outcome::Seen::Answer,
            "FORMERR" => outcome::Seen::FormatError,
            "NOTIMP" => outcome::Seen::NotImplemented,
            "NXDOMAIN" => outcome::Seen::NoSuchName,
            "SERVFAIL" => outcome::Seen::ServFail,
            "REFUSED" => outcome::Seen::Refused,
            other => panic!("there is no word for {other}"),
        },
    }
}
