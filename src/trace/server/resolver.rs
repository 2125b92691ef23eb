//! Resolvers: what they hold themselves, what they ask others for by zone, and whom they ask for the
//! rest.

use super::held::held;
use super::{Asked, Does, Target, Via, step};
use crate::facts::trace::{PRIVATE_REVERSE_SERVERS, RESOLVER_HOLDS, RESOLVER_RECURSES};
use crate::place::Place;
use crate::scalar::{Cidr, DnsName, ResolverKind, Strategy};
use crate::topology::{Id, Resolver};
use crate::trace::address::private_ranges;
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
        if kind == ResolverKind::Blocky
            && let Some(does) = super::blocky::filters(resolver, asked)
        {
            return does;
        }
        if let Some((words, seen)) = held(resolver, asked) {
            return says(resolver, seen, words);
        }
        let mapped = self.mapped(id, &asked.name);
        let zone = mapped.as_ref().map(|(zone, _)| zone);
        if let Some(does) = super::special_use::says(resolver, zone, asked) {
            return does;
        }
        if let Some((zone, targets)) = mapped {
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
        if kind == ResolverKind::AdguardHome && is_reverse_of_private(&asked.name) {
            return reverse_servers(resolver);
        }
        let upstreams = &resolver.declared.upstreams;
        if upstreams.is_empty() {
            return self.without_upstreams(resolver, host, asked);
        }
        let servers = upstreams.iter();
        Does::Asks {
            step: Step::new("asks its upstream servers").because(&upstreams[0].place),
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

/// Whether a name is that of a private address.
fn is_reverse_of_private(name: &DnsName) -> bool {
    let mut zones = private_ranges().flat_map(|range| DnsName::reverse_zones(Cidr::from(range)));
    zones.any(|zone| name.is_within(&zone))
}

/// AdGuard Home has servers of their own for the names of private addresses.
fn reverse_servers(resolver: &Resolver) -> Does {
    let words = "asks others for the names of private addresses, which are not declared";
    let cause = Cause::new(
        CauseKind::Unknown,
        format!("resolver {} {words}", resolver.name),
    )
    .because(&PRIVATE_REVERSE_SERVERS)
    .mend("declare them in `conditional`, for the reverse zones");
    let step = step(words, &PRIVATE_REVERSE_SERVERS);
    Does::Says(step, Outcome::new(Seen::Unknown, cause))
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

/// How a kind of resolver uses the servers of a zone.
fn conditional(kind: ResolverKind, strategy: Option<Strategy>) -> Use {
    match (kind, strategy) {
        (ResolverKind::Blocky, Some(Strategy::Random)) => super::blocky::RANDOM,
        (ResolverKind::Blocky, _) => super::blocky::RACE,
        _ => general(kind, None),
    }
}

/// What unbound takes for no answer, and makes SERVFAIL of: measured with 1.17.1.
pub(super) const UNBOUND_FAILS: [Seen; 4] = [
    Seen::ServFail,
    Seen::Refused,
    Seen::FormatError,
    Seen::NotImplemented,
];

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
        ResolverKind::Unbound => (&UNBOUND_FAILS, Some(Seen::ServFail)),
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
