//! The CoreDNS of a cluster: the cluster's own domain, the zones of the forwarders, and everything
//! else by the name servers of the node on which it runs.

use super::{Asked, Does, Via, step};
use crate::facts::Release;
use crate::facts::kubernetes::COREDNS_FAILS_OVER;
use crate::facts::trace::{COREDNS_CLUSTER, COREDNS_REST, COREDNS_ZONES};
use crate::topology::{Asker, Cluster, Id};
use crate::trace::combine::{How, Use};
use crate::trace::host::Host;
use crate::trace::names::cluster_domain;
use crate::trace::outcome::{Cause, CauseKind, Outcome, Seen};
use crate::trace::path::Step;
use crate::trace::walk::Walk;

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
                via: Via::Same,
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
            via: Via::Same,
            from: host,
        }
    }
}
