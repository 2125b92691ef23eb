//! Arriving: at whoever has the address, and with which source.

use super::{At, By, Path, Step, Travelling};
use crate::facts::source_nat::{Destination, SeenAs};
use crate::scalar::Cidr;
use crate::trace::address::is_public;
use crate::trace::host::{Host, Sources};
use crate::trace::outcome::{Cause, CauseKind, Condition, Seen};
use crate::trace::world::{Holder, World};

impl World<'_, '_> {
    /// To whoever has an address of a LAN.
    pub(super) fn on_link(&self, packet: &Travelling, step: Step) -> Vec<Path> {
        let holders = self.index.holders(packet.to);
        if holders.is_empty() {
            let cause = Cause::new(
                CauseKind::Unknown,
                format!(
                    "whether anybody has the address {} is not declared",
                    packet.to
                ),
            )
            .mend("declare who has it, or write the address of a server that is there");
            return Path::stopped(Seen::Unknown, cause);
        }
        let is_moving = holders.len() > 1;
        let up: Vec<Holder> = holders
            .iter()
            .copied()
            .filter(|holder| !matches!(holder, Holder::Node(node) if !self.is_up(*node)))
            .collect();
        if up.is_empty() {
            let down = holders.iter().find_map(|holder| match holder {
                Holder::Node(node) => Some(self.down(*node)),
                _ => None,
            });
            let cause = down.unwrap_or_else(|| {
                Cause::new(
                    CauseKind::Nobody,
                    format!("nobody has the address {}", packet.to),
                )
            });
            return Path::stopped(Seen::Timeout, cause);
        }
        let is_one_of = is_moving && up.len() > 1;
        up.into_iter()
            .map(|holder| {
                let mut path = if self.is_here(packet.from, holder) {
                    self.to_own(packet.from, holder, packet.to.is_ipv6())
                } else {
                    let (sources, by, note) = self.lan_arrival(packet, holder);
                    let mut path = Path::to(At::Holder(holder), sources, by, step.clone());
                    path.steps.extend(note);
                    path
                };
                path.when.extend(is_one_of.then(|| Condition::Holds {
                    node: self.holder_name(holder),
                    what: packet.to.to_string(),
                }));
                path
            })
            .collect()
    }

    fn is_here(&self, from: Host, holder: Holder) -> bool {
        matches!((self.machine(from), holder), (Host::Node(own), Holder::Node(node)) if own == node)
    }

    /// Whose address a packet has that comes by the LAN, and how it comes in.
    fn lan_arrival(&self, packet: &Travelling, holder: Holder) -> (Sources, By, Option<Step>) {
        let is_ipv6 = packet.to.is_ipv6();
        let Host::Pod(cluster, _) = packet.from else {
            return (self.lan_sources(packet.from, is_ipv6), By::Lan, None);
        };
        let is_node_of_cluster = matches!(
            holder,
            Holder::Node(node) if self.topology().nodes.get(node).cluster == Some(cluster)
        );
        let destination = if is_node_of_cluster {
            Destination::OtherNode
        } else {
            Destination::Outside
        };
        let (seen_as, fact) = self.pod_seen_as(cluster, packet.to, destination);
        match seen_as {
            SeenAs::Pod => {
                let by = if is_node_of_cluster { By::Pod } else { By::Lan };
                let step = Step::new("with the pod's own address").because(fact);
                (self.pod_sources(cluster, is_ipv6), by, Some(step))
            }
            SeenAs::Node => {
                let step = Step::new("behind the address of the pod's node").because(fact);
                (self.lan_sources(packet.from, is_ipv6), By::Lan, Some(step))
            }
        }
    }

    pub(super) fn on_internet(&self, packet: &Travelling, step: Step) -> Vec<Path> {
        let declared = self.index.holders(packet.to);
        if declared.is_empty() {
            return vec![Path::to(
                At::Public(packet.to),
                Vec::new(),
                By::Internet,
                step,
            )];
        }
        let mut paths = self.on_link(packet, step);
        for path in &mut paths {
            if let Ok(arrived) = &mut path.end
                && arrived.by == By::Lan
            {
                arrived.by = By::Internet;
                // A private address is left behind at home, and which public one is there in its place
                // is not declared.
                let is_known = |source: &Cidr| is_public(source.net().addr());
                arrived
                    .sources
                    .retain(|source| packet.from == Host::Internet || is_known(source));
            }
        }
        paths
    }
}
