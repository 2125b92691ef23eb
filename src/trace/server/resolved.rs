//! systemd-resolved on a node: the zones of the forwarders go to them, everything else to the node's
//! name servers.

use super::{Asked, Does, Server, Target, Via, step};
use crate::facts::trace::RESOLVED_ROUTES;
use crate::topology::{Asker, Id, Node};
use crate::trace::combine::{How, Use};
use crate::trace::host::Host;
use crate::trace::outcome::Seen;
use crate::trace::walk::Walk;

/// It stays with a server until that fails (systemd, src/resolve/resolved-dns-transaction.c).
pub(super) const STAYS: Use = Use {
    how: How::Random,
    fails: &[Seen::ServFail, Seen::Refused],
    gives_up: Some(Seen::ServFail),
    most: usize::MAX,
};

impl Walk<'_, '_, '_> {
    pub(super) fn resolved(&self, id: Id<Node>, asked: &Asked) -> Does {
        let node = self.world.topology().nodes.get(id);
        let from = Host::Node(id);
        if let Some((zone, targets)) =
            self.delegated(&Asker::Resolved(node.name.clone()), &asked.name)
        {
            return Does::Asks {
                step: step(
                    format!("{zone} is routed to the forwarders"),
                    &RESOLVED_ROUTES,
                ),
                targets,
                uses: STAYS,
                via: Via::UdpThenTcp,
                from,
            };
        }
        let member = self.world.member(from).filter(|member| member.accepts_dns);
        if let Some(member) = member
            && self.takes_over(&member, &asked.name)
        {
            return Does::Asks {
                step: step(
                    "the tailnet's settings name quad100 for it",
                    &RESOLVED_ROUTES,
                ),
                targets: vec![Target::local(Server::Quad100(from))],
                uses: STAYS,
                via: Via::UdpThenTcp,
                from,
            };
        }
        Does::Asks {
            step: step(
                "everything else is asked of the node's name servers",
                &node.declared.place,
            ),
            targets: self.targets(&node.declared.nameservers),
            uses: STAYS,
            via: Via::UdpThenTcp,
            from,
        }
    }
}
