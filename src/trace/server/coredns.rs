//! The CoreDNS of a cluster: the cluster's own domain, the zones of the forwarders, and everything
//! else by the name servers of the node on which it runs.

use super::{Asked, Does, Target, Via, Whom, step};
use crate::facts::Release;
use crate::facts::kubernetes::COREDNS_FAILS_OVER;
use crate::facts::trace::{
    COREDNS_CLUSTER, COREDNS_REST, COREDNS_WAITS, COREDNS_WANTS_QUESTION, COREDNS_ZONES,
};
use crate::scalar::{Engine, Protocol};
use crate::topology::{Asker, Cluster, Id};
use crate::trace::combine::{How, Use};
use crate::trace::host::Host;
use crate::trace::names::cluster_domain;
use crate::trace::outcome::{Cause, CauseKind, Condition, Outcome, Seen, When, of_alternatives};
use crate::trace::path::Step;
use crate::trace::walk::{Query, Stack, Walk};

/// One by chance; only one that says nothing is replaced by another.
const FORWARDS: Use = Use {
    how: How::Random,
    fails: &[],
    gives_up: Some(Seen::ServFail),
    most: usize::MAX,
};

/// With `failover SERVFAIL` one that fails is replaced, too.
const FAILS_OVER: Use = Use {
    fails: &[Seen::ServFail],
    ..FORWARDS
};

impl Walk<'_, '_, '_> {
    pub(super) fn cluster_dns(&self, id: Id<Cluster>, host: Host, asked: &Asked) -> Does {
        let cluster = self.world.topology().clusters.get(id);
        let name = format!("the DNS of cluster {}", cluster.name);
        if asked.name.is_within(&cluster_domain(cluster)) {
            let cause = Cause::new(CauseKind::Answered, format!("{name} knows its cluster"))
                .because(&COREDNS_CLUSTER);
            let outcome = Outcome::new(Seen::Answer, cause);
            return Does::Says(step("the cluster's own domain", &COREDNS_CLUSTER), outcome);
        }
        let asker = Asker::ClusterDns(cluster.name.clone());
        if let Some((zone, targets)) = self.delegated(&asker, &asked.name) {
            let version = cluster.declared.dns_version.as_ref();
            let fails_over =
                version.is_some_and(|version| Release::from(version) >= COREDNS_FAILS_OVER);
            return Does::Asks {
                step: step(format!("{zone} has a block of its own"), &COREDNS_ZONES),
                targets,
                uses: if fails_over { FAILS_OVER } else { FORWARDS },
                via: Via::AsCoredns,
                from: host,
            };
        }
        // The node's resolv.conf, with systemd-resolved's own list of servers in place of its stub.
        let targets = match host {
            Host::Pod(_, Some(node)) => self.servers_of_resolv_conf(node),
            _ => Vec::new(),
        };
        if targets.is_empty() {
            let text = "the name servers of the node on which it runs are not declared";
            let cause = Cause::new(CauseKind::Unknown, format!("{name}: {text}"))
                .mend("declare `nodes.<node>.nameservers`");
            return Does::Says(Step::new(text), Outcome::new(Seen::Unknown, cause));
        }
        Does::Asks {
            step: step(
                "everything else is asked of its node's name servers",
                &COREDNS_REST,
            ),
            targets,
            uses: FORWARDS,
            via: Via::AsCoredns,
            from: host,
        }
    }
    /// What comes of waiting for a connection to a server that keeps silent over TCP. One that keeps
    /// silent over UDP as well is known to be down, and soon not asked any more.
    pub(in crate::trace) fn waited_for(
        &self,
        who: &str,
        from: Host,
        target: &Target,
        query: &Query,
        asked: &Asked,
        stack: &mut Stack,
    ) -> Vec<Outcome> {
        let silent = query.outcomes.iter();
        let silent: Vec<&Outcome> = silent
            .filter(|outcome| outcome.seen == Seen::Timeout)
            .collect();
        if silent.is_empty() {
            return Vec::new();
        }
        let over_udp = Asked {
            protocol: Protocol::Udp,
            ..asked.clone()
        };
        let probed = self.ask(from, None, target, Via::Udp, &over_udp, stack);
        if probed
            .outcomes
            .iter()
            .all(|outcome| outcome.seen.is_silence())
        {
            return Vec::new();
        }
        let asks = Condition::Asks(query.whom.clone());
        let words = format!("{who} waits long for connections to it");
        let silent = silent.into_iter().cloned();
        // Longer than a client has patience, or just too long to ask another server.
        let waits = silent.flat_map(|outcome| {
            let text = format!("{who} waits for a connection to {}", query.whom);
            let mut cause = Cause::new(CauseKind::UpstreamFailed, text).because(&COREDNS_WAITS);
            cause.of = vec![outcome.cause.clone()];
            let outcome = Outcome { cause, ..outcome };
            let outcome = outcome.under(&asks).under(&Condition::Other(words.clone()));
            [Seen::Timeout, Seen::ServFail].map(|seen| Outcome {
                seen,
                ..outcome.clone()
            })
        });
        waits.collect()
    }
    /// What CoreDNS, `who`, makes of the answers to a query: of a refusal that does not repeat the
    /// question, a FORMERR of its own.
    pub(in crate::trace) fn heard(
        &self,
        who: &str,
        target: &Target,
        query: &Query,
    ) -> Vec<Outcome> {
        if !self.refuses_without_question(target) {
            return query.outcomes.clone();
        }
        let ways: Vec<(&When, Vec<Outcome>)> = query
            .ways
            .iter()
            .map(|way| {
                let outcomes = way.outcomes.iter().cloned().map(|mut outcome| {
                    if outcome.cause.kind == CauseKind::AccessList {
                        let text = format!("{who} takes the refusal for malformed");
                        let mut cause = Cause::new(CauseKind::UpstreamFailed, text)
                            .because(&COREDNS_WANTS_QUESTION);
                        cause.of = vec![outcome.cause];
                        outcome.cause = cause;
                        outcome.seen = Seen::FormatError;
                    }
                    outcome
                });
                (&way.when, outcomes.collect())
            })
            .collect();
        let alternatives: Vec<_> = ways
            .iter()
            .map(|(when, outcomes)| (*when, outcomes.as_slice()))
            .collect();
        of_alternatives(&alternatives)
    }

    /// Whether an unbound with an access list is asked.
    fn refuses_without_question(&self, target: &Target) -> bool {
        let Whom::Plain(address, port) = target.whom else {
            return false;
        };
        let forwarders = self.world.topology().forwarders.values();
        let mut asked = forwarders.filter(|forwarder| forwarder.port.value.number() == port);
        asked.any(|forwarder| {
            let mut instances = forwarder.instances.iter();
            forwarder.declared.engine.value == Engine::Unbound
                && instances.any(|instance| instance.listen.contains(&address.into()))
        })
    }
}
