//! quad100: it knows the members of its host's tailnet, whoever asks. What else it does depends on
//! whether the host takes the tailnet's DNS settings.

use super::{Asked, Does, Target, Via, step};
use std::collections::BTreeSet;

use crate::facts::tailnet::MAGIC_DNS_AAAA;
use crate::facts::trace::{
    EXIT_NODE_ANSWERS, MAGIC_DNS_KNOWS_MEMBERS, QUAD100_ASKS_NAME_SERVERS, QUAD100_HOLDS_ZONES,
    QUAD100_NO_ROUTE, QUAD100_OWN_RESOLVERS, QUAD100_TYPES, QUAD100_WITHOUT_SETTINGS,
};
use crate::place::Located;
use crate::policy::Whose;
use crate::scalar::{Control, Name, NodeResolver, RecordType};
use crate::topology::Tailnet;
use crate::topology::members::whose;
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
        if super::special_use::is_onion(&asked.name) {
            let words = "says that nobody has names of .onion";
            return says(Seen::NoSuchName, words, (&QUAD100_TYPES).into());
        }
        if let Some(seen) = self.known_to_tailnet(&member, asked) {
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
        // Names of addresses are asked for alone: what is none is not looked up in its zones.
        let is_looked_up = asked.record_type != RecordType::Ptr || asked.name.is_of_address();
        if holds_zones && is_looked_up && self.names.is_tailnets(member.tailnet, &asked.name) {
            let words = "holds the zones of its tailnet, and there is no such name";
            return says(Seen::NoSuchName, words, (&QUAD100_HOLDS_ZONES).into());
        }
        self.asks_settings(host, &member, asked)
    }

    /// What a tailnet knows of a name: an answer, no data, or `None` where it does not know it.
    fn known_to_tailnet(&self, member: &Member<'_>, asked: &Asked) -> Option<Seen> {
        let id = member.tailnet;
        if asked.record_type == RecordType::Ptr && !asked.name.is_of_address() {
            return None;
        }
        let tailnet = self.world.topology().tailnets.get(id);
        if self.names.is_member(id, &asked.name) {
            let has_v4 = tailnet.ranges.iter().any(|range| !range.is_ipv6());
            let has_v6 = tailnet.ranges.iter().any(|range| range.is_ipv6());
            return Some(match asked.record_type {
                RecordType::A if has_v4 => Seen::Answer,
                // IPv6 addresses of members who have an IPv4 one are for those who ask for them.
                RecordType::Aaaa if has_v6 && (!has_v4 || wants_ipv6(tailnet, member)) => {
                    Seen::Answer
                }
                RecordType::Ns | RecordType::Soa => Seen::NotImplemented,
                _ => Seen::NoData,
            });
        }
        // Of other types it knows nothing there.
        if asked.record_type == RecordType::Ptr && self.names.is_reverse(id, &asked.name) {
            return Some(Seen::Answer);
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
        let unknown = |text: String, mend: &str| {
            let cause = Cause::new(CauseKind::Unknown, text).because(&exit.place);
            Does::Says(step.clone(), Outcome::new(Seen::Unknown, cause.mend(mend)))
        };
        let Some(at) = self.world.exit_host(exit) else {
            let text = format!("exit node {} is not declared", exit.value);
            return unknown(text, "declare it as a node or a device");
        };
        let targets = match at {
            Host::Node(node) if !self.world.is_up(node) => {
                let text = format!("exit node {} does not answer", exit.value);
                let mut cause = Cause::new(CauseKind::UpstreamFailed, text).because(&exit.place);
                cause.of = vec![self.world.down(node)];
                return Does::Says(step, Outcome::new(Seen::Timeout, cause));
            }
            Host::Node(node) => match self.world.topology().nodes.get(node).resolver() {
                NodeResolver::Resolved => vec![Target::local(Server::Resolved(node))],
                NodeResolver::None => self.servers_of_resolv_conf(node),
            },
            _ => self.own_servers(at),
        };
        let targets: Vec<Target> = targets.into_iter().take(1).collect();
        if targets.is_empty() {
            let text = format!(
                "the name servers of exit node {} are not declared",
                exit.value
            );
            return unknown(text, "declare its `nameservers`");
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

/// Whether the policy gives a member the attribute with which quad100 tells it members' IPv6 addresses.
fn wants_ipv6(tailnet: &Tailnet, member: &Member<'_>) -> bool {
    let policy = tailnet.policy.as_ref();
    let policy = policy.and_then(|file| file.policy.as_ref());
    let whose = member.declared.map_or(Whose::Somebody, whose);
    policy.is_some_and(|policy| policy.has_attribute(&whose, MAGIC_DNS_AAAA))
}
