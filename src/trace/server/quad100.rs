//! quad100: it knows the members of its host's tailnet, whoever asks. What else it does depends on
//! whether the host takes the tailnet's DNS settings.

use super::{Asked, Does, Target, Via, step};
use crate::facts::trace::{
    MAGIC_DNS_KNOWS_MEMBERS, QUAD100_ASKS_NAME_SERVERS, QUAD100_HOLDS_ZONES, QUAD100_NO_ROUTE,
    QUAD100_OWN_RESOLVERS, QUAD100_WITHOUT_SETTINGS,
};
use crate::scalar::{Control, NodeResolver, RecordType};
use crate::topology::{Id, Tailnet};
use crate::trace::combine::{How, Use};
use crate::trace::host::{Host, Member};
use crate::trace::outcome::{Because, Cause, CauseKind, Outcome, Seen};
use crate::trace::server::Server;
use crate::trace::walk::Walk;

/// All at once, one that fails is no answer, and silence is waited for (net/dns/resolver/forwarder.go;
/// measured with 1.102.5).
const ASKS: Use = Use {
    how: How::AllToTheEnd,
    fails: &[Seen::ServFail, Seen::Refused],
    gives_up: Some(Seen::ServFail),
    most: usize::MAX,
};

impl Walk<'_, '_, '_> {
    pub(super) fn quad100(&self, host: Host, asked: &Asked) -> Does {
        let name = format!("quad100 on {}", self.world.host_name(host));
        let Some(member) = self.world.member(host) else {
            let text = format!("{name} is not there: it is no member of a tailnet");
            let cause = Cause::new(CauseKind::NoListener, text.clone());
            return Does::Says(
                crate::trace::path::Step::new(text),
                Outcome::new(Seen::Timeout, cause),
            );
        };
        let says = |seen: Seen, words: &str, because: Because| {
            let cause =
                Cause::new(CauseKind::Answered, format!("{name} {words}")).because(because.clone());
            let step = crate::trace::path::Step::new(words).because(because);
            Does::Says(step, Outcome::new(seen, cause))
        };
        if let Some(seen) = self.known_to_tailnet(member.tailnet, asked) {
            let words = "knows the members of its tailnet";
            return says(seen, words, (&MAGIC_DNS_KNOWS_MEMBERS).into());
        }
        if !member.accepts_dns {
            let words = "knows no such name, and nobody to ask: its host does not take the tailnet's \
                         DNS settings";
            let cause = Cause::new(CauseKind::NobodyToAsk, format!("{name} {words}"))
                .because(&QUAD100_WITHOUT_SETTINGS);
            let step = step(words, &QUAD100_WITHOUT_SETTINGS);
            return Does::Says(step, Outcome::new(Seen::ServFail, cause));
        }
        let tailnet = self.world.topology().tailnets.get(member.tailnet);
        let holds_zones = tailnet.declared.magic_dns.unwrap_or(true);
        if holds_zones && self.names.is_tailnets(member.tailnet, &asked.name) {
            let words = "holds the zones of its tailnet, and there is no such name";
            return says(Seen::NoSuchName, words, (&QUAD100_HOLDS_ZONES).into());
        }
        self.asks_settings(host, &member, asked)
    }

    /// What a tailnet knows of a name: an answer, no data, or `None` where it does not know it.
    fn known_to_tailnet(&self, id: Id<Tailnet>, asked: &Asked) -> Option<Seen> {
        let tailnet = self.world.topology().tailnets.get(id);
        if self.names.is_member(id, &asked.name) {
            let has_v4 = tailnet.ranges.iter().any(|range| !range.is_ipv6());
            return Some(match asked.record_type {
                RecordType::A if has_v4 => Seen::Answer,
                // Members' IPv6 addresses are left out where the asking host has an IPv4 one.
                RecordType::Aaaa if !has_v4 => Seen::Answer,
                _ => Seen::NoData,
            });
        }
        if self.names.is_reverse(id, &asked.name) {
            return Some(match asked.record_type {
                RecordType::Ptr => Seen::Answer,
                _ => Seen::NoData,
            });
        }
        let mut records = tailnet.declared.records.iter();
        let is_there = records.any(|record| record.name == asked.name);
        is_there.then(|| {
            let mut records = tailnet.declared.records.iter();
            let fits = records
                .any(|record| record.name == asked.name && record.record_type == asked.record_type);
            if fits { Seen::Answer } else { Seen::NoData }
        })
    }

    /// What the tailnet's DNS settings say: split DNS, Tailscale's own servers, name servers for
    /// everything, or those that the host had before.
    fn asks_settings(&self, host: Host, member: &Member<'_>, asked: &Asked) -> Does {
        let tailnet = self.world.topology().tailnets.get(member.tailnet);
        let declared = &tailnet.declared;
        let split = asked
            .name
            .and_above()
            .find_map(|zone| declared.split_dns.0.get_key_value(&zone));
        if let Some((zone, (place, servers))) = split {
            return Does::Asks {
                step: step(
                    format!("split DNS: {zone} has name servers of its own"),
                    place,
                ),
                targets: self.targets(servers),
                uses: ASKS,
                via: Via::SameThenTcp,
                from: host,
            };
        }
        // Without MagicDNS no routes are handed out.
        let is_tailscales = declared.magic_dns.unwrap_or(true)
            && tailnet.control() == Control::Tailscale
            && asked.name.and_above().any(|zone| zone.as_str() == "ts.net");
        if is_tailscales {
            let server = Server::Public("Tailscale's own servers for ts.net".to_owned());
            return Does::Asks {
                step: step(
                    "names of ts.net are asked of Tailscale",
                    &QUAD100_OWN_RESOLVERS,
                ),
                targets: vec![Target::local(server)],
                uses: ASKS,
                via: Via::Same,
                from: host,
            };
        }
        // systemd-resolved takes the tailnet's zones apart: the servers that the host had are not
        // handed on to quad100.
        let is_split = matches!(host, Host::Node(node)
            if self.world.topology().nodes.get(node).resolver() == NodeResolver::Resolved);
        if declared.nameservers.is_empty() && is_split {
            let words = "has no zone that holds the name, and nobody to ask";
            let cause = Cause::new(
                CauseKind::NobodyToAsk,
                format!("quad100 on {} {words}", self.world.host_name(host)),
            )
            .because(&QUAD100_NO_ROUTE);
            let step = step(words, &QUAD100_NO_ROUTE);
            return Does::Says(step, Outcome::new(Seen::ServFail, cause));
        }
        let (text, targets) = if declared.nameservers.is_empty() {
            (
                "the tailnet has no name servers: those that the host had are asked",
                self.own_servers(host),
            )
        } else {
            (
                "the tailnet's name servers are asked",
                self.targets(&declared.nameservers),
            )
        };
        Does::Asks {
            step: step(text, &QUAD100_ASKS_NAME_SERVERS),
            targets,
            uses: ASKS,
            via: Via::SameThenTcp,
            from: host,
        }
    }
}
