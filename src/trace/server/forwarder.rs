//! Forwarders: their zones are asked of quad100, everything else is refused.

use super::{Asked, Does, Target, Via, step};
use crate::facts::trace::FORWARDER_REFUSES;
use crate::scalar::Engine;
use crate::topology::{Forwarder, Id, Node};
use crate::trace::combine::{How, Use};
use crate::trace::host::Host;
use crate::trace::outcome::{Cause, CauseKind, Outcome, Seen};
use crate::trace::walk::Walk;

impl Walk<'_, '_, '_> {
    pub(super) fn forwarder(&self, id: Id<Forwarder>, node: Id<Node>, asked: &Asked) -> Does {
        let forwarder = self.world.topology().forwarders.get(id);
        let zone = asked
            .name
            .and_above()
            .find(|name| self.is_zone_of(id, name));
        let Some(zone) = zone else {
            let text = format!("refuses what is outside of its zones: {}", asked.name);
            let cause = Cause::new(
                CauseKind::NotItsZone,
                format!("forwarder {} {text}", forwarder.name),
            )
            .because(&FORWARDER_REFUSES);
            let step = step(text, &FORWARDER_REFUSES);
            return Does::Says(step, Outcome::new(Seen::Refused, cause));
        };
        // dnsmasq keeps silent where unbound and CoreDNS say SERVFAIL: measured.
        let gives_up = match forwarder.declared.engine.value {
            Engine::Unbound | Engine::Coredns => Seen::ServFail,
            Engine::Dnsmasq => Seen::Timeout,
        };
        Does::Asks {
            step: step(
                format!("{zone} is one of its zones"),
                &forwarder.declared.place,
            ),
            targets: vec![Target::plain(forwarder.upstream.into(), 53)],
            uses: Use {
                how: How::Failover,
                // SERVFAIL is what unbound says itself: why quad100 said it stays the cause.
                fails: match forwarder.declared.engine.value {
                    Engine::Unbound => &super::resolver::UNBOUND_FAILS[1..],
                    Engine::Coredns | Engine::Dnsmasq => &[],
                },
                gives_up: Some(gives_up),
                most: 1,
            },
            via: Via::Udp,
            from: Host::Node(node),
        }
    }
}
