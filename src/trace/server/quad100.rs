//! quad100: it knows the members of its host's tailnet, whoever asks. What else it does depends on
//! whether the host takes the tailnet's DNS settings.

use super::{Asked, Does, Target, Via, step};
use std::collections::BTreeSet;

use crate::facts::trace::{
    EXIT_NODE_ANSWERS, MAGIC_DNS_KNOWS_MEMBERS, QUAD100_ASKS_NAME_SERVERS, QUAD100_HOLDS_ZONES,
    QUAD100_NO_ROUTE, QUAD100_OWN_RESOLVERS, QUAD100_TYPES, QUAD100_WITHOUT_SETTINGS,
};
use crate::place::Located;
use crate::scalar::{Control, Name, NodeResolver, RecordType};
use crate::topology::{Id, Tailnet};
use crate::trace::combine::{How, Use};
use crate::trace::host::{Host, Member};
use crate::trace::outcome::{Because, Cause, CauseKind, Outcome, Seen};
use crate::trace::server::Server;
use crate::trace::walk::Walk;

/// All at once; one that fails is no answer (net/dns/resolver/forwarder.go).
const ASKS: Use = Use {
    how: How::All,
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
        if super::special_use::is_onion(&asked.name) {
            let words = "says that nobody has names of .onion";
            return says(Seen::NoSuchName, words, (&QUAD100_TYPES).into());
        }
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
                RecordType::Ns | RecordType::Soa => Seen::NotImplemented,
                _ => Seen::NoData,
            });
        }
        if self.names.is_reverse(id, &asked.name) {
            return Some(match asked.record_type {
                RecordType::Ptr => Seen::Answer,
                _ => Seen::NoData,
            });
        }
        // Records of other types are handed out, but not looked at.
        let types: BTreeSet<RecordType> = tailnet
            .declared
            .records
            .iter()
            .filter(|record| record.name == asked.name)
            .map(|record| record.record_type)
            .filter(|own| matches!(own, RecordType::A | RecordType::Aaaa))
            .collect();
        (!types.is_empty()).then(|| match asked.record_type {
            RecordType::Ns | RecordType::Soa => Seen::NotImplemented,
            own if types.contains(&own) => Seen::Answer,
            _ => Seen::NoData,
        })
    }

    /// With an exit node everything is asked of it, split DNS too: it has the question answered by the first
    /// of its own name servers.
    fn asks_exit_node(&self, exit: &Located<Name>) -> Does {
        let step = step(
            format!("everything else is asked of exit node {}", exit.value),
            &EXIT_NODE_ANSWERS,
        );
        let Some((node, _)) = self.world.topology().nodes.find(exit.value.as_str()) else {
            let text = format!("whom exit node {} asks is not declared", exit.value);
            let cause = Cause::new(CauseKind::Unknown, text).because(&exit.place);
            return Does::Says(step, Outcome::new(Seen::Unknown, cause));
        };
        if !self.world.is_up(node) {
            let text = format!("exit node {} does not answer", exit.value);
            let mut cause = Cause::new(CauseKind::UpstreamFailed, text).because(&exit.place);
            cause.of = vec![self.world.down(node)];
            return Does::Says(step, Outcome::new(Seen::ServFail, cause));
        }
        let at = Host::Node(node);
        let targets = match self.world.topology().nodes.get(node).resolver() {
            NodeResolver::Resolved => vec![Target::local(Server::Resolved(node))],
            NodeResolver::None => {
                let own = self.servers_of_resolv_conf(node).into_iter();
                own.take(1).collect()
            }
        };
        if targets.is_empty() {
            let text = format!(
                "the name servers of exit node {} are not declared",
                exit.value
            );
            let cause = Cause::new(CauseKind::Unknown, text)
                .because(&exit.place)
                .mend("declare its `nameservers`");
            return Does::Says(step, Outcome::new(Seen::Unknown, cause));
        }
        Does::Asks {
            step,
            targets,
            uses: ASKS,
            via: Via::SameThenTcp,
            from: at,
        }
    }

    /// What the tailnet's DNS settings say: split DNS, Tailscale's own servers, name servers for
    /// everything, or those that the host had before.
    fn asks_settings(&self, host: Host, member: &Member<'_>, asked: &Asked) -> Does {
        if let Some(exit) = member.exit_node() {
            return self.asks_exit_node(exit);
        }
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
