//! Resolvers: what they hold themselves, what they ask others for by zone, and whom they ask for the
//! rest.

use super::{Asked, Does, Target, Via, step};
use crate::facts::trace::{RESOLVER_HOLDS, RESOLVER_RECURSES};
use crate::place::Place;
use crate::scalar::{DnsName, RecordType, ResolverKind, Strategy};
use crate::topology::{Id, Resolver};
use crate::trace::combine::{How, Use};
use crate::trace::host::Host;
use crate::trace::outcome::{Cause, CauseKind, Outcome, Seen};
use crate::trace::path::Step;
use crate::trace::server::Server;
use crate::trace::walk::Walk;

impl Walk<'_, '_, '_> {
    pub(super) fn resolver(&self, id: Id<Resolver>, host: Host, asked: &Asked) -> Does {
        let resolver = self.world.topology().resolvers.get(id);
        let kind = resolver.declared.kind.value;
        if kind == ResolverKind::Public {
            return self.public(&format!("public server {}", resolver.name), asked);
        }
        if let Some((words, seen)) = held(resolver, asked) {
            return says(resolver, seen, words);
        }
        if let Some((zone, targets)) = self.mapped(id, &asked.name) {
            if let Some(does) = super::blocky::validates(resolver, &zone) {
                return does;
            }
            return Does::Asks {
                step: Step::new(format!("asks others for {zone}"))
                    .because(self.mapping_place(resolver, &zone)),
                targets,
                uses: conditional(kind, resolver.declared.strategy),
                via: via(kind),
                from: host,
            };
        }
        if kind == ResolverKind::Blocky
            && let Some(does) = super::blocky::special_use(resolver, asked)
        {
            return does;
        }
        let upstreams = &resolver.declared.upstreams;
        if upstreams.is_empty() {
            return self.without_upstreams(resolver, host, asked);
        }
        let servers = upstreams.iter();
        Does::Asks {
            step: Step::new("asks its upstream servers"),
            targets: servers
                .map(|server| Target::from(&server.value).at(&server.place))
                .collect(),
            uses: general(kind, resolver.declared.strategy),
            via: via(kind),
            from: host,
        }
    }

    fn mapping_place<'r>(&self, resolver: &'r Resolver, zone: &DnsName) -> &'r Place {
        let written = resolver.declared.conditional.0.get(zone);
        written.map_or(&resolver.declared.place, |(place, _)| place)
    }

    /// unbound and CoreDNS without upstream servers ask the roots and whom these name; of the others it
    /// is not known whom they ask.
    fn without_upstreams(&self, resolver: &Resolver, host: Host, asked: &Asked) -> Does {
        let kind = resolver.declared.kind.value;
        if kind == ResolverKind::Unbound {
            return Does::Asks {
                step: step("recurses from the root", &RESOLVER_RECURSES),
                targets: vec![Target::local(Server::Public(
                    "the servers of the zone's owner".to_owned(),
                ))],
                uses: general(kind, None),
                via: Via::Udp,
                from: host,
            };
        }
        if kind == ResolverKind::Coredns {
            let text = format!(
                "resolver {} refuses {}: no zone of it",
                resolver.name, asked.name
            );
            let cause = Cause::new(CauseKind::NotItsZone, text);
            return Does::Says(
                Step::new("refuses what is in none of its zones"),
                Outcome::new(Seen::Refused, cause),
            );
        }
        let text = format!("whom resolver {} asks is not declared", resolver.name);
        let cause = Cause::new(CauseKind::Unknown, text.clone())
            .because(&resolver.declared.place)
            .mend("declare its `upstreams`");
        Does::Says(Step::new(text), Outcome::new(Seen::Unknown, cause))
    }
}

pub(super) fn says(resolver: &Resolver, seen: Seen, words: &'static str) -> Does {
    let cause = Cause::new(
        CauseKind::Answered,
        format!("resolver {} {words}", resolver.name),
    )
    .because(&resolver.declared.place);
    let step = step(words, &RESOLVER_HOLDS);
    Does::Says(step, Outcome::new(seen, cause))
}

/// What a resolver holds itself: records, names with all below them, zones of its own.
fn held(resolver: &Resolver, asked: &Asked) -> Option<(&'static str, Seen)> {
    let declared = &resolver.declared;
    // Blocky's own default is to filter; what is generated does not (emit/kubernetes/blocky/config.rs).
    let filters = declared
        .filter_unmapped_types
        .unwrap_or(resolver.app.is_none());
    let is_blocky = declared.kind.value == ResolverKind::Blocky;
    let mut of_name = declared
        .records
        .iter()
        .filter(|record| record.name == asked.name)
        .peekable();
    if of_name.peek().is_some() {
        let fits = of_name.any(|record| record.record_type == asked.record_type);
        let seen = if fits { Seen::Answer } else { Seen::NoData };
        return Some(("has records of the name", seen));
    }
    let custom = asked.name.and_above().find_map(|name| {
        let (_, addresses) = declared.custom_dns.0.get(&name)?;
        Some(addresses)
    });
    if let Some(addresses) = custom {
        let has = |is_ipv6| {
            addresses
                .0
                .iter()
                .any(|address| address.ip().is_ipv6() == is_ipv6)
        };
        let seen = match asked.record_type {
            RecordType::A if has(false) => Some(Seen::Answer),
            RecordType::Aaaa if has(true) => Some(Seen::Answer),
            // Blocky hands on every type of which it has nothing, also the other family's
            // (resolver/custom_dns_resolver.go, processRequest).
            RecordType::A | RecordType::Aaaa if !is_blocky => Some(Seen::NoData),
            _ if filters => Some(Seen::NoData),
            _ => None,
        };
        if let Some(seen) = seen {
            return Some(("holds the name and all below it", seen));
        }
    }
    let is_own = declared.zones.iter().any(|zone| asked.name.is_within(zone));
    is_own.then_some(("alone knows what is in the zone", Seen::NoSuchName))
}

/// How a kind of resolver uses the servers of a zone.
fn conditional(kind: ResolverKind, strategy: Option<Strategy>) -> Use {
    match (kind, strategy) {
        (ResolverKind::Blocky, Some(Strategy::Random)) => super::blocky::RANDOM,
        (ResolverKind::Blocky, _) => super::blocky::RACE,
        _ => general(kind, None),
    }
}

/// How a kind of resolver uses its upstream servers.
fn general(kind: ResolverKind, strategy: Option<Strategy>) -> Use {
    if kind == ResolverKind::Blocky {
        return super::blocky::general(strategy);
    }
    let how = match strategy {
        Some(Strategy::Race) => How::All,
        Some(Strategy::Failover) => How::Failover,
        Some(Strategy::Random) | None => How::Random,
    };
    let (fails, gives_up): (&'static [Seen], _) = match kind {
        // The client hears what the last one said; nothing where all keep silent.
        ResolverKind::Dnsmasq | ResolverKind::PiHole => (&[Seen::ServFail, Seen::Refused], None),
        ResolverKind::Coredns => (&[], Some(Seen::ServFail)),
        _ => (&[Seen::ServFail], Some(Seen::ServFail)),
    };
    Use {
        how,
        fails,
        gives_up,
        most: usize::MAX,
    }
}

/// In which protocol a kind of resolver asks.
fn via(kind: ResolverKind) -> Via {
    match kind {
        ResolverKind::Blocky => Via::UdpThenTcp,
        ResolverKind::Coredns => Via::AsCoredns,
        ResolverKind::Dnsmasq | ResolverKind::PiHole => Via::Same,
        ResolverKind::AdguardHome | ResolverKind::Unbound | ResolverKind::Public => Via::Udp,
    }
}
