//! Which answer a question gets: a pure function of [`Config`] and message.

use std::collections::HashMap;
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

/// A [`Config`], made ready for looking names up: a tailnet may have thousands of members.
#[derive(Debug)]
pub struct Known {
    config: Config,
    /// Hosts by what they may be asked for as.
    hosts: HashMap<Name, Vec<IpAddr>>,
    /// Names by address.
    names: HashMap<IpAddr, Name>,
    /// The suffix and the reverse zones, where it has zones.
    zones: Vec<Name>,
    onion: Name,
    own: Name,
}

impl Known {
    /// Makes it ready.
    ///
    /// # Errors
    /// If it holds what is not a name.
    pub fn new(config: Config) -> Result<Self> {
        let mut hosts = HashMap::new();
        let mut names = HashMap::new();
        for (label, addresses) in &config.hosts {
            let name = parse(&format!("{label}.{}", config.suffix))?;
            let told = visible(&config, addresses);
            // With MagicDNS the label alone will do, whether its host takes the settings or not.
            if config.magic_dns {
                hosts.entry(parse(label)?).or_insert_with(|| told.clone());
            }
            hosts.entry(name.clone()).or_insert(told);
            for &address in addresses {
                names.entry(address).or_insert_with(|| name.clone());
            }
        }
        // There are no zones without MagicDNS, nor where the host does not take the tailnet's settings.
        let zones = if config.accept_dns && config.magic_dns {
            let zones = std::iter::once(&config.suffix).chain(&config.reverse_zones);
            zones.map(|zone| parse(zone)).collect::<Result<_>>()?
        } else {
            Vec::new()
        };
        Ok(Self {
            hosts,
            names,
            zones,
            onion: parse("onion")?,
            own: parse(OWN_NAME)?,
            config,
        })
    }

    /// What it was made of.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The suffix or reverse zone that `name` is in.
    fn zone_of(&self, name: &Name) -> Option<&Name> {
        self.zones.iter().find(|zone| zone.zone_of(name))
    }
}

/// What is behind a name.
enum Found<'a> {
    Addresses(&'a [IpAddr]),
    Host(&'a Name),
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
#[must_use]
pub fn answer(known: &Known, request: &Message) -> Answer {
    let config = &known.config;
    let Some(query) = request.queries.first() else {
        return Answer::None;
    };
    let mut response = respond(request, query);
    if request.metadata.op_code != OpCode::Query {
        response.metadata.response_code = ResponseCode::NotImp;
        return Answer::Own(response);
    }
    match find(known, query) {
        Found::Others if is_bonjour(query.name()) => {
            response.metadata.response_code = ResponseCode::NXDomain;
            response.metadata.authoritative = false;
            return Answer::Own(response);
        }
        Found::Others if config.accept_dns && !config.name_servers.is_empty() => {
            return Answer::Others;
        }
        Found::Others => return serv_fail(request).map_or(Answer::None, Answer::Own),
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
        && let Some(zone) = known.zone_of(query.name())
    {
        let soa = SOA::new(zone.clone(), zone.clone(), 1, 10, 10, 10, 10);
        let soa = Record::from_rdata(zone.clone(), 10, RData::SOA(soa));
        response.authorities.push(soa);
    }
    Answer::Own(response)
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

fn find<'a>(known: &'a Known, query: &Query) -> Found<'a> {
    let asked = query.name();
    if query.query_type() == RecordType::PTR {
        return reverse(known, asked);
    }
    if known.onion.zone_of(asked) {
        return Found::Nothing;
    }
    if *asked == known.own {
        match query.query_type() {
            RecordType::A => return Found::Addresses(&OWN_ADDRESSES[..1]),
            RecordType::AAAA => return Found::Addresses(&OWN_ADDRESSES[1..]),
            _ => {}
        }
    }
    match known.hosts.get(asked) {
        Some(addresses) => Found::Addresses(addresses),
        None => unknown(known, asked),
    }
}

/// A question for a name: only those of single addresses are looked up, whoever they are of.
fn reverse<'a>(known: &'a Known, asked: &Name) -> Found<'a> {
    let whole = asked.parse_arpa_name().ok().map(|net| net.addr());
    let Some(address) = whole.filter(|&address| Name::from(address) == *asked) else {
        return Found::Others;
    };
    if is_bonjour(asked) {
        return Found::Others;
    }
    if OWN_ADDRESSES.contains(&address) {
        return Found::Host(&known.own);
    }
    match known.names.get(&address) {
        Some(host) => Found::Host(host),
        None => unknown(known, asked),
    }
}

fn unknown<'a>(known: &Known, asked: &Name) -> Found<'a> {
    match known.zone_of(asked) {
        Some(_) => Found::Nothing,
        None => Found::Others,
    }
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

fn fill(config: &Config, query: &Query, found: Found<'_>, response: &mut Message) {
    let ttl = match config.release {
        Release::Before1_102_3 => 600,
        Release::From1_102_3 => 5,
    };
    let data = match (found, query.query_type()) {
        (Found::Host(host), _) => Some(RData::PTR(PTR(host.clone()))),
        (
            Found::Addresses(_),
            RecordType::NS | RecordType::SOA | RecordType::AXFR | RecordType::HINFO,
        ) => {
            response.metadata.response_code = ResponseCode::NotImp;
            None
        }
        // The first one that fits, never several.
        (Found::Addresses(all), kind) => all.iter().find_map(|&address| match address {
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

fn parse(text: &str) -> Result<Name> {
    let mut name = Name::from_ascii(text).map_err(|e| Error::Dns(format!("{text}: {e}")))?;
    name.set_fqdn(true);
    Ok(name)
}

#[cfg(test)]
mod tests;
