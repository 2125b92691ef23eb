//! Source NAT of network plug-ins: whose address a node sees when a pod asks it.

use super::Fact;
use crate::scalar::CniKind;

/// Where a pod's packet goes, seen from the node on which the pod runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Destination {
    /// The node on which the pod runs.
    OwnNode,
    /// Another node of the same cluster.
    OtherNode,
    /// Anything outside the cluster.
    Outside,
}

/// Whose address the destination sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeenAs {
    /// The pod's.
    Pod,
    /// That of the node on which the pod runs.
    Node,
}

const OWN_NODE: Fact = Fact {
    says: "a packet to the node on which the pod runs passes no source NAT",
    source: "netfilter: local delivery does not traverse POSTROUTING; measured with flannel's rules",
};

const NO_MASQUERADE: Fact = Fact {
    says: "the cluster's masquerading is off: pods keep their address",
    source: "the declaration",
};

const CILIUM_NODES: Fact = Fact {
    says: "Cilium does not masquerade what goes to other nodes of the cluster",
    source: "docs.cilium.io, network/concepts/masquerading",
};

const CILIUM_OUTSIDE: Fact = Fact {
    says: "Cilium masquerades what leaves the cluster to the node's address",
    source: "docs.cilium.io, network/concepts/masquerading",
};

const FLANNEL: Fact = Fact {
    says: "flannel masquerades everything that leaves the pod range, other nodes included, to the \
           node's address",
    source: "github.com/flannel-io/flannel, pkg/trafficmngr/iptables; measured",
};

const CALICO: Fact = Fact {
    says: "Calico's natOutgoing masquerades everything outside its pools, nodes included, to the \
           node's address",
    source: "docs.tigera.io, IPPool natOutgoing and FelixConfiguration natOutgoingExclusions",
};

const KUBE_ROUTER: Fact = Fact {
    says: "kube-router masquerades what goes neither to pods nor to nodes",
    source: "github.com/cloudnativelabs/kube-router, pkg/controllers/routing/pod_egress.go",
};

/// Whose address `destination` sees when a pod asks it. `masquerade` is the cluster's.
#[must_use]
pub fn seen_as(
    cni: CniKind,
    masquerade: bool,
    destination: Destination,
) -> (SeenAs, &'static Fact) {
    match (cni, destination) {
        (_, Destination::OwnNode) => (SeenAs::Pod, &OWN_NODE),
        _ if !masquerade => (SeenAs::Pod, &NO_MASQUERADE),
        (CniKind::Cilium, Destination::OtherNode) => (SeenAs::Pod, &CILIUM_NODES),
        (CniKind::Cilium, Destination::Outside) => (SeenAs::Node, &CILIUM_OUTSIDE),
        (CniKind::Flannel | CniKind::Canal, _) => (SeenAs::Node, &FLANNEL),
        (CniKind::Calico, _) => (SeenAs::Node, &CALICO),
        (CniKind::KubeRouter, Destination::OtherNode) => (SeenAs::Pod, &KUBE_ROUTER),
        (CniKind::KubeRouter, Destination::Outside) => (SeenAs::Node, &KUBE_ROUTER),
    }
}

#[cfg(test)]
mod tests {
    use super::{Destination, SeenAs, seen_as};
    use crate::scalar::CniKind;

    #[test]
    fn flannel_hides_pods_from_other_nodes_and_cilium_does_not() {
        let seen = |cni, destination| seen_as(cni, true, destination).0;
        assert_eq!(seen(CniKind::Flannel, Destination::OwnNode), SeenAs::Pod);
        assert_eq!(seen(CniKind::Flannel, Destination::OtherNode), SeenAs::Node);
        assert_eq!(seen(CniKind::Cilium, Destination::OtherNode), SeenAs::Pod);
        assert_eq!(seen(CniKind::Cilium, Destination::Outside), SeenAs::Node);
    }
}
