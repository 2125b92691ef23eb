//! Which answer a question gets: a pure function of [`Config`] and message.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use hickory_proto::op::{Message, Metadata, OpCode, Query, ResponseCode};
use hickory_proto::rr::rdata::{A, AAAA, PTR, SOA};
use hickory_proto::rr::{Name, RData, Record, RecordType};

use super::{Config, Release};
use crate::{Error, Result};

/// Labels of service discovery, for which nobody else is asked.
const BONJOUR: [&str; 5] = ["b", "db", "r", "dr", "lb"];

/// The resolver's own name and addresses.
const OWN_NAME: &str = "magicdns.localhost-tailscale-daemon";
const OWN_ADDRESSES: [IpAddr; 2] = [
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 100)),
    IpAddr::V6(Ipv6Addr::new(0xfd7a, 0x115c, 0xa1e0, 0, 0, 0, 0, 0x53)),
];

/// What is behind a name.
enum Found {
    Addresses(Vec<IpAddr>),
    Host(Name),
    /// Nothing, in a zone of its own.
    Nothing,
    /// It is for somebody else to say.
    Others,
}

/// What becomes of a question.
#[derive(Debug)]
pub enum Answer {
    /// The resolver knows.
    Own(Message),
    /// The tailnet's name servers are asked.
    Others,
    /// It is not a question.
    None,
}

/// The answer to `request`.
///
/// # Errors
/// If the configuration holds what is not a name.
pub fn answer(config: &Config, request: &Message) -> Result<Answer> {
    let Some(query) = request.queries.first() else {
        return Ok(Answer::None);
    };
    let mut response = respond(request, query);
    if request.metadata.op_code != OpCode::Query {
        response.metadata.response_code = ResponseCode::NotImp;
        return Ok(Answer::Own(response));
    }
    match find(config, query)? {
        Found::Others if is_bonjour(query.name()) => {
            response.metadata.response_code = ResponseCode::NXDomain;
            response.metadata.authoritative = false;
            return Ok(Answer::Own(response));
        }
        Found::Others if config.accept_dns && !config.name_servers.is_empty() => {
            return Ok(Answer::Others);
        }
        Found::Others => return Ok(serv_fail(request).map_or(Answer::None, Answer::Own)),
        Found::Nothing => response.metadata.response_code = ResponseCode::NXDomain,
        found => fill(config, query, found, &mut response),
    }
    let negative = match (response.metadata.response_code, query.query_type()) {
        (ResponseCode::NXDomain, _) => true,
        (ResponseCode::NoError, RecordType::A | RecordType::AAAA | RecordType::ANY) => {
            response.answers.is_empty()
        }
        _ => false,
    };
    if negative
        && config.release == Release::From1_102_3
        && let Some(zone) = own_zone_of(config, query.name())?
    {
        let soa = SOA::new(zone.clone(), zone.clone(), 1, 10, 10, 10, 10);
        response
            .authorities
            .push(Record::from_rdata(zone, 10, RData::SOA(soa)));
    }
    Ok(Answer::Own(response))
}

/// A SERVFAIL for `request`, `None` if it is not a question.
#[must_use]
pub fn serv_fail(request: &Message) -> Option<Message> {
    let mut response = respond(request, request.queries.first()?);
    response.metadata.response_code = ResponseCode::ServFail;
    response.metadata.recursion_available = false;
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
    if query.query_type() == RecordType::PTR {
        return reverse(config, asked);
    }
    if parse("onion")?.zone_of(asked) {
        return Ok(Found::Nothing);
    }
    if *asked == parse(OWN_NAME)? && query.query_type() == RecordType::A {
        return Ok(Found::Addresses(vec![OWN_ADDRESSES[0]]));
    }
    if *asked == parse(OWN_NAME)? && query.query_type() == RecordType::AAAA {
        return Ok(Found::Addresses(vec![OWN_ADDRESSES[1]]));
    }
    for (label, addresses) in &config.hosts {
        // With MagicDNS the label alone will do, whether its host takes the settings or not.
        let is_label = config.magic_dns && parse(label)? == *asked;
        if is_label || host(config, label)? == *asked {
            return Ok(Found::Addresses(visible(config, addresses)));
        }
    }
    unknown(config, asked)
}

/// A question for a name: only those of single addresses are looked up, whoever they are of.
fn reverse(config: &Config, asked: &Name) -> Result<Found> {
    let whole = asked.parse_arpa_name().ok().map(|net| net.addr());
    let Some(address) = whole.filter(|&address| Name::from(address) == *asked) else {
        return Ok(Found::Others);
    };
    if is_bonjour(asked) {
        return Ok(Found::Others);
    }
    if OWN_ADDRESSES.contains(&address) {
        return Ok(Found::Host(parse(OWN_NAME)?));
    }
    for (label, addresses) in &config.hosts {
        if addresses.contains(&address) {
            return Ok(Found::Host(host(config, label)?));
        }
    }
    unknown(config, asked)
}

fn unknown(config: &Config, asked: &Name) -> Result<Found> {
    Ok(match own_zone_of(config, asked)? {
        Some(_) => Found::Nothing,
        None => Found::Others,
    })
}

/// A host's addresses as others are told them: of both families only by request, or by who has no
/// IPv4 itself.
fn visible(config: &Config, addresses: &[IpAddr]) -> Vec<IpAddr> {
    let has_v4 = addresses.iter().any(IpAddr::is_ipv4);
    let told = addresses.iter().copied().filter(|address| {
        if config.only_v6 {
            address.is_ipv6()
        } else {
            address.is_ipv4() || !has_v4 || config.aaaa
        }
    });
    told.collect()
}

fn fill(config: &Config, query: &Query, found: Found, response: &mut Message) {
    let ttl = match config.release {
        Release::Before1_102_3 => 600,
        Release::From1_102_3 => 5,
    };
    let data = match (found, query.query_type()) {
        (Found::Host(host), _) => Some(RData::PTR(PTR(host))),
        (
            Found::Addresses(_),
            RecordType::NS | RecordType::SOA | RecordType::AXFR | RecordType::HINFO,
        ) => {
            response.metadata.response_code = ResponseCode::NotImp;
            None
        }
        // The first one that fits, never several.
        (Found::Addresses(all), kind) => all.into_iter().find_map(|address| match address {
            IpAddr::V4(a) if matches!(kind, RecordType::A | RecordType::ANY) => {
                Some(RData::A(A(a)))
            }
            IpAddr::V6(a) if matches!(kind, RecordType::AAAA | RecordType::ANY) => {
                Some(RData::AAAA(AAAA(a)))
            }
            IpAddr::V4(_) | IpAddr::V6(_) => None,
        }),
        (Found::Nothing | Found::Others, _) => None,
    };
    let records = data.map(|data| Record::from_rdata(query.name().clone(), ttl, data));
    response.answers.extend(records);
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

/// The suffix or reverse zone that `name` is in. There are none without MagicDNS, nor where the host
/// does not take the tailnet's settings.
fn own_zone_of(config: &Config, name: &Name) -> Result<Option<Name>> {
    if !config.accept_dns || !config.magic_dns {
        return Ok(None);
    }
    for zone in std::iter::once(&config.suffix).chain(&config.reverse_zones) {
        let zone = parse(zone)?;
        if zone.zone_of(name) {
            return Ok(Some(zone));
        }
    }
    Ok(None)
}

fn host(config: &Config, label: &str) -> Result<Name> {
    parse(&format!("{label}.{}", config.suffix))
}

fn parse(text: &str) -> Result<Name> {
    let mut name = Name::from_ascii(text).map_err(|e| Error::Dns(format!("{text}: {e}")))?;
    name.set_fqdn(true);
    Ok(name)
}

#[cfg(test)]
mod tests;
