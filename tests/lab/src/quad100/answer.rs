//! Which answer a question gets: a pure function of [`Config`] and message.

use std::net::IpAddr;

use hickory_proto::op::{Message, Metadata, OpCode, Query, ResponseCode};
use hickory_proto::rr::rdata::{A, AAAA, PTR, SOA};
use hickory_proto::rr::{Name, RData, Record, RecordType};

use super::{Config, Release};
use crate::{Error, Result};

/// Labels of service discovery that are refused before anything else.
const BONJOUR: [&str; 5] = ["b", "db", "r", "dr", "lb"];

/// What is behind a name.
enum Found {
    Addresses(Vec<IpAddr>),
    Host(Name),
    Nothing(ResponseCode),
}

/// The answer to `request`, `None` if it is not a question.
///
/// # Errors
/// If the configuration holds what is not a name.
pub fn answer(config: &Config, request: &Message) -> Result<Option<Message>> {
    let Some(query) = request.queries.first() else {
        return Ok(None);
    };
    let mut response = respond(request, query);
    if request.metadata.op_code != OpCode::Query {
        response.metadata.response_code = ResponseCode::NotImp;
        return Ok(Some(response));
    }
    match find(config, query)? {
        Found::Nothing(code) => response.metadata.response_code = code,
        found => fill(config, query, found, &mut response),
    }
    let negative = match response.metadata.response_code {
        ResponseCode::NXDomain => true,
        ResponseCode::NoError => response.answers.is_empty(),
        _ => false,
    };
    if negative
        && config.release == Release::From1_102_3
        && let Some(zone) = zone_of(config, query.name())?
    {
        let soa = SOA::new(zone.clone(), zone.clone(), 1, 10, 10, 10, 10);
        response
            .authorities
            .push(Record::from_rdata(zone, 10, RData::SOA(soa)));
    }
    Ok(Some(response))
}

/// Whether the answer to `request` is for the tailnet's name servers to give.
///
/// # Errors
/// As [`answer`].
pub fn is_others(config: &Config, request: &Message) -> Result<bool> {
    match request.queries.first() {
        Some(query) if config.accept_dns && !config.name_servers.is_empty() => {
            let unknown = matches!(find(config, query)?, Found::Nothing(ResponseCode::ServFail));
            Ok(unknown && request.metadata.op_code == OpCode::Query)
        }
        _ => Ok(false),
    }
}

/// A SERVFAIL for `request`, `None` if it is not a question.
#[must_use]
pub fn serv_fail(request: &Message) -> Option<Message> {
    let mut response = respond(request, request.queries.first()?);
    response.metadata.response_code = ResponseCode::ServFail;
    Some(response)
}

fn respond(request: &Message, query: &Query) -> Message {
    let asked = &request.metadata;
    let mut response = Message::response(asked.id, asked.op_code);
    response.metadata = Metadata::response_from_request(asked);
    response.metadata.authoritative = true;
    response.metadata.recursion_available = asked.recursion_desired;
    response.queries.push(query.clone());
    response
}

fn find(config: &Config, query: &Query) -> Result<Found> {
    let asked = query.name();
    if is_bonjour(asked) || parse("onion")?.zone_of(asked) {
        return Ok(Found::Nothing(ResponseCode::NXDomain));
    }
    for (label, addresses) in &config.hosts {
        let host = parse(&format!("{label}.{}", config.suffix))?;
        if host == *asked {
            return Ok(Found::Addresses(addresses.clone()));
        }
        if query.query_type() == RecordType::PTR
            && addresses.iter().any(|&a| Name::from(a) == *asked)
        {
            return Ok(Found::Host(host));
        }
    }
    // Without accept-dns or MagicDNS there are no zones of its own.
    let own = config.accept_dns && config.magic_dns && zone_of(config, asked)?.is_some();
    Ok(Found::Nothing(if own {
        ResponseCode::NXDomain
    } else {
        ResponseCode::ServFail
    }))
}

fn fill(config: &Config, query: &Query, found: Found, response: &mut Message) {
    let ttl = match config.release {
        Release::Before1_102_3 => 600,
        Release::From1_102_3 => 5,
    };
    let mut add = |data| {
        let record = Record::from_rdata(query.name().clone(), ttl, data);
        response.answers.push(record);
    };
    match (found, query.query_type()) {
        (Found::Host(host), _) => add(RData::PTR(PTR(host))),
        (Found::Addresses(all), kind) => {
            let v4 = matches!(kind, RecordType::A | RecordType::ANY);
            let v6 = config.aaaa && matches!(kind, RecordType::AAAA | RecordType::ANY);
            for address in all {
                match address {
                    IpAddr::V4(a) if v4 => add(RData::A(A(a))),
                    IpAddr::V6(a) if v6 => add(RData::AAAA(AAAA(a))),
                    IpAddr::V4(_) | IpAddr::V6(_) => {}
                }
            }
            if matches!(
                kind,
                RecordType::NS | RecordType::SOA | RecordType::AXFR | RecordType::HINFO
            ) {
                response.metadata.response_code = ResponseCode::NotImp;
            }
        }
        (Found::Nothing(_), _) => {}
    }
}

fn is_bonjour(name: &Name) -> bool {
    let mut labels = name.iter();
    let is = |label: Option<&[u8]>, text: &str| {
        label.is_some_and(|l| l.eq_ignore_ascii_case(text.as_bytes()))
    };
    let first = labels.next();
    BONJOUR.iter().any(|text| is(first, text))
        && is(labels.next(), "_dns-sd")
        && is(labels.next(), "_udp")
}

/// The suffix or reverse zone that `name` is in.
fn zone_of(config: &Config, name: &Name) -> Result<Option<Name>> {
    for zone in std::iter::once(&config.suffix).chain(&config.reverse_zones) {
        let zone = parse(zone)?;
        if zone.zone_of(name) {
            return Ok(Some(zone));
        }
    }
    Ok(None)
}

fn parse(text: &str) -> Result<Name> {
    let mut name = Name::from_ascii(text).map_err(|e| Error::Dns(format!("{text}: {e}")))?;
    name.set_fqdn(true);
    Ok(name)
}

#[cfg(test)]
mod tests;
