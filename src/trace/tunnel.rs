//! What a member's tunnel takes in: WireGuard drops packets with a source that is neither the sender's
//! own address nor in a route of the sender that the receiver accepts.

use std::net::IpAddr;

use super::host::{Host, Member, Sources};
use super::outcome::{Cause, CauseKind, Outcome, Seen};
use super::world::{Holder, World};
use crate::facts::source_nat::{Destination, SeenAs};
use crate::facts::tailnet as facts;
use crate::topology::Membership;

impl World<'_, '_> {
    /// Why `receiver` gets nothing of what `sender` hands on for `from`, where that keeps its own address.
    pub(super) fn kept_out(
        &self,
        (from, to): (Host, IpAddr),
        is_handed_on: bool,
        sender: &Member<'_>,
        receiver: Holder,
    ) -> Option<Box<Outcome>> {
        let sources = self.kept_sources(from, to, is_handed_on)?;
        let accepts = self
            .membership(receiver)
            .is_some_and(|receiver| receiver.accept_routes.value);
        let mut routes = sender
            .declared
            .iter()
            .flat_map(|own| &own.advertised_routes);
        let is_known = |source| routes.any(|route| route.value.contains(source));
        if accepts && sources.iter().copied().any(is_known) {
            return None;
        }
        let source = sources.first()?;
        let name = self.holder_name(receiver);
        let text = format!(
            "{name} takes nothing from {source} out of the tunnel: that is no address of the member that \
             hands it on, nor in a route of it that {name} accepts"
        );
        let cause = Cause::new(CauseKind::NoRoute, text)
            .because(&facts::CRYPTOKEY_ROUTING)
            .mend(format!(
                "advertise the range of {source} there and accept it on {name}, or ask by another way"
            ));
        Some(Box::new(Outcome::new(Seen::Timeout, cause)))
    }

    /// Whether a host advertises a route of this length to an address itself.
    pub(super) fn advertises(&self, host: Host, length: u8, to: IpAddr) -> bool {
        let member = self.member(host).and_then(|member| member.declared);
        let mut routes = member.into_iter().flat_map(|own| &own.advertised_routes);
        routes.any(|route| {
            route.value.net().prefix_len() == length && route.value.net().contains(&to)
        })
    }

    /// The addresses that a sender keeps on its way into the tunnel of its machine; `None` where the
    /// machine's own is in their place.
    fn kept_sources(&self, from: Host, to: IpAddr, is_handed_on: bool) -> Option<Sources> {
        let is_ipv6 = to.is_ipv6();
        let sources = match from {
            Host::Pod(cluster, _) => {
                let holders = self.index.holders(to).iter();
                let nodes = holders.filter_map(|holder| match holder {
                    Holder::Node(node) => Some(self.topology().nodes.get(*node)),
                    _ => None,
                });
                let is_in_tailnet = |membership: &Membership| {
                    let own = &membership.declared.address.0;
                    own.iter().any(|own| own.value.ip() == to)
                };
                let mut of_cluster = nodes.filter(|node| {
                    node.cluster == Some(cluster)
                        && !node.tailscale.as_ref().is_some_and(is_in_tailnet)
                });
                let destination = match of_cluster.next() {
                    Some(_) => Destination::OtherNode,
                    None => Destination::Outside,
                };
                let (seen_as, _) = self.pod_seen_as(cluster, to, destination);
                (seen_as == SeenAs::Pod).then(|| self.pod_sources(cluster, is_ipv6))?
            }
            _ if is_handed_on => self.lan_sources(from, is_ipv6),
            _ => return None,
        };
        (!sources.is_empty()).then_some(sources)
    }

    /// What is declared of whoever has an address as a member of a tailnet.
    pub(super) fn membership(&self, holder: Holder) -> Option<&Membership> {
        let topology = self.topology();
        match holder {
            Holder::Node(node) => topology.nodes.get(node).tailscale.as_ref(),
            Holder::Device(device) => topology.devices.get(device).tailscale.as_ref(),
            Holder::Service(_) | Holder::ClusterDns(_) | Holder::Bare(_) => None,
        }
    }
}
