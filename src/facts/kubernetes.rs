//! Kubernetes distributions and network plug-ins: which ranges they use where nothing is said.

use super::{Fact, Release};
use crate::scalar::{CniKind, Distribution, Ipam, LoadBalancerKind};

/// A default of one or more ranges.
#[derive(Debug, Clone, Copy)]
pub struct DefaultRanges {
    /// The ranges, in CIDR notation.
    pub cidrs: &'static [&'static str],
    /// Why.
    pub fact: &'static Fact,
}

macro_rules! ranges {
    ([$($cidr:literal),*], $says:literal, $source:literal) => {
        Some(DefaultRanges {
            cidrs: &[$($cidr),*],
            fact: &Fact { says: $says, source: $source },
        })
    };
}

/// The network plug-in that a distribution brings along, or `None` where it brings none.
#[must_use]
pub fn default_cni(distribution: Distribution) -> Option<(CniKind, &'static Fact)> {
    match distribution {
        Distribution::K3s => Some((
            CniKind::Flannel,
            &Fact {
                says: "k3s runs flannel",
                source: "docs.k3s.io/networking/basic-network-options",
            },
        )),
        Distribution::Talos => Some((
            CniKind::Flannel,
            &Fact {
                says: "Talos runs flannel",
                source: "github.com/siderolabs/talos, pkg/machinery/constants/constants.go",
            },
        )),
        Distribution::Rke2 => Some((
            CniKind::Canal,
            &Fact {
                says: "RKE2 runs Canal",
                source: "docs.rke2.io/networking/basic_network_options",
            },
        )),
        Distribution::K0s => Some((
            CniKind::KubeRouter,
            &Fact {
                says: "k0s runs kube-router",
                source: "docs.k0sproject.io/stable/networking",
            },
        )),
        Distribution::Microk8s => Some((
            CniKind::Calico,
            &Fact {
                says: "MicroK8s runs Calico",
                source: "canonical.com/microk8s/docs/change-cidr",
            },
        )),
        Distribution::Kubeadm | Distribution::Kind => None,
    }
}

/// The pod ranges of a cluster that declares none, or `None` where they must be declared.
///
/// A plug-in with an address management of its own decides, not the distribution, unless the
/// distribution itself brings the plug-in along and sets it up.
#[must_use]
pub fn default_pod_cidrs(
    distribution: Distribution,
    cni: CniKind,
    ipam: Option<Ipam>,
) -> Option<DefaultRanges> {
    match (cni, ipam, distribution) {
        (CniKind::Cilium, None, Distribution::Rke2) => ranges!(
            ["10.42.0.0/16"],
            "RKE2's Cilium takes the pod ranges of the Kubernetes nodes, 10.42.0.0/16 in all",
            "github.com/rancher/rke2-charts, rke2-cilium, values.yaml.patch, ipam.mode"
        ),
        // How its add-on sets up Cilium is not known.
        (CniKind::Cilium, None, Distribution::Microk8s) => None,
        (CniKind::Cilium, None | Some(Ipam::ClusterPool), _) => ranges!(
            ["10.0.0.0/8"],
            "Cilium hands out pod addresses of its own pool, 10.0.0.0/8, whatever the distribution says",
            "github.com/cilium/cilium, install/kubernetes/cilium/values.yaml, ipam.operator.clusterPoolIPv4PodCIDRList"
        ),
        (CniKind::Calico, _, Distribution::Rke2) => ranges!(
            ["10.42.0.0/16"],
            "RKE2's Calico hands out the cluster's pod range, 10.42.0.0/16",
            "github.com/rancher/rke2-charts, rke2-calico, custom-resources.yaml.patch, clusterCIDRv4"
        ),
        (CniKind::Calico, _, Distribution::K0s) => ranges!(
            ["10.244.0.0/16"],
            "k0s' Calico hands out the cluster's pod range, 10.244.0.0/16",
            "github.com/k0sproject/k0s, pkg/component/controller/calico.go, ClusterCIDRIPv4"
        ),
        (CniKind::Calico, _, Distribution::Microk8s) => distribution_pod_cidrs(distribution),
        (CniKind::Calico, ..) => ranges!(
            ["192.168.0.0/16"],
            "the Tigera operator's first pool is 192.168.0.0/16",
            "github.com/tigera/operator, initial IP pool"
        ),
        _ => distribution_pod_cidrs(distribution),
    }
}

fn distribution_pod_cidrs(distribution: Distribution) -> Option<DefaultRanges> {
    match distribution {
        Distribution::K3s => ranges!(
            ["10.42.0.0/16"],
            "k3s gives pods 10.42.0.0/16",
            "docs.k3s.io/cli/server, --cluster-cidr"
        ),
        Distribution::Rke2 => ranges!(
            ["10.42.0.0/16"],
            "RKE2 gives pods 10.42.0.0/16",
            "docs.rke2.io/reference/server_config, --cluster-cidr"
        ),
        Distribution::Talos => ranges!(
            ["10.244.0.0/16"],
            "Talos gives pods 10.244.0.0/16",
            "github.com/siderolabs/talos, pkg/machinery/constants/constants.go, DefaultIPv4PodCIDR"
        ),
        Distribution::K0s => ranges!(
            ["10.244.0.0/16"],
            "k0s gives pods 10.244.0.0/16",
            "docs.k0sproject.io/stable/configuration, spec.network.podCIDR"
        ),
        Distribution::Microk8s => ranges!(
            ["10.1.0.0/16"],
            "MicroK8s gives pods 10.1.0.0/16",
            "canonical.com/microk8s/docs/change-cidr"
        ),
        Distribution::Kind => ranges!(
            ["10.244.0.0/16"],
            "kind gives pods 10.244.0.0/16",
            "kind.sigs.k8s.io/docs/user/configuration, networking.podSubnet"
        ),
        Distribution::Kubeadm => None,
    }
}

/// The ranges of Services of a cluster that declares none.
#[must_use]
pub fn default_service_cidrs(distribution: Distribution) -> Option<DefaultRanges> {
    match distribution {
        Distribution::K3s => ranges!(
            ["10.43.0.0/16"],
            "k3s gives Services 10.43.0.0/16",
            "docs.k3s.io/cli/server, --service-cidr"
        ),
        Distribution::Rke2 => ranges!(
            ["10.43.0.0/16"],
            "RKE2 gives Services 10.43.0.0/16",
            "docs.rke2.io/reference/server_config, --service-cidr"
        ),
        Distribution::Kubeadm => ranges!(
            ["10.96.0.0/12"],
            "kubeadm gives Services 10.96.0.0/12",
            "kubernetes.io/docs/reference/setup-tools/kubeadm/kubeadm-init, --service-cidr"
        ),
        Distribution::Talos => ranges!(
            ["10.96.0.0/12"],
            "Talos gives Services 10.96.0.0/12",
            "github.com/siderolabs/talos, pkg/machinery/constants/constants.go, DefaultIPv4ServiceCIDR"
        ),
        Distribution::K0s => ranges!(
            ["10.96.0.0/12"],
            "k0s gives Services 10.96.0.0/12",
            "docs.k0sproject.io/stable/configuration, spec.network.serviceCIDR"
        ),
        Distribution::Microk8s => ranges!(
            ["10.152.183.0/24"],
            "MicroK8s gives Services 10.152.183.0/24",
            "canonical.com/microk8s/docs/change-cidr"
        ),
        Distribution::Kind => ranges!(
            ["10.96.0.0/16"],
            "kind gives Services 10.96.0.0/16",
            "kind.sigs.k8s.io/docs/user/configuration, networking.serviceSubnet"
        ),
    }
}

/// What the names of the interfaces begin with by which a plug-in's pods reach a node: their
/// own ends of veth pairs, bridges, tunnels (the plug-ins' documentation and source).
#[must_use]
pub fn pod_interfaces(cni: CniKind) -> &'static [&'static str] {
    match cni {
        CniKind::Cilium => &["lxc", "cilium_"],
        CniKind::Flannel => &["cni0", "flannel"],
        CniKind::Calico => &["cali", "vxlan.calico", "tunl0", "wireguard.cali"],
        CniKind::Canal => &["cali", "flannel"],
        CniKind::KubeRouter => &["kube-bridge", "tun-"],
    }
}

/// The annotation of a Service by which an implementation of load balancing is told which addresses
/// to give it, separated by commas; `None` where it has none to give.
///
/// Sources: docs.cilium.io, network/lb-ipam, "Requesting IPs"; metallb.io/usage, "Requesting
/// specific IPs"; kube-vip.io/docs/usage/kubernetes-services; docs.k3s.io,
/// networking/networking-services.
#[must_use]
pub fn load_balancer_annotation(kind: LoadBalancerKind) -> Option<&'static str> {
    match kind {
        LoadBalancerKind::CiliumL2 => Some("lbipam.cilium.io/ips"),
        LoadBalancerKind::Metallb => Some("metallb.io/loadBalancerIPs"),
        LoadBalancerKind::KubeVip => Some("kube-vip.io/loadbalancerIPs"),
        LoadBalancerKind::ServiceLb => None,
    }
}

/// Why Cilium's announcements and `Local` do not go together.
pub const CILIUM_ANNOUNCES_ANYWHERE: Fact = Fact {
    says: "Cilium elects the node that announces an address without asking where pods run: with the \
           external traffic policy Local what comes to a node without one is dropped",
    source: "docs.cilium.io, network/l2-announcements, \"Limitations\" (externalTrafficPolicy)",
};

/// By which interfaces Cilium announces.
pub const CILIUM_MATCHES_INTERFACES: Fact = Fact {
    says: "Cilium announces by the interfaces whose names a regular expression matches, in whole or in part",
    source: "docs.cilium.io, network/l2-announcements, \"Interfaces\"",
};

/// By which interfaces Cilium announces where none are named.
pub const CILIUM_TAKES_ALL_INTERFACES: Fact = Fact {
    says: "without `interfaces` in the policy Cilium announces by every interface that it manages",
    source: "docs.cilium.io, network/l2-announcements, \"Interfaces\"",
};

/// By which interfaces MetalLB announces.
pub const METALLB_NAMES_INTERFACES: Fact = Fact {
    says: "MetalLB announces by the interfaces that its L2Advertisement names, by all where it names none",
    source: "metallb.io, configuration/_advanced_l2_configuration, `interfaces` of L2Advertisement",
};

/// What ServiceLB does with `Local`.
pub const SERVICELB_KEEPS_TO_THE_NODE: Fact = Fact {
    says: "with the external traffic policy Local, ServiceLB passes what comes to a node on to the pods of \
           that node alone",
    source: "github.com/k3s-io/k3s, pull request 6909, \"Allow ServiceLB to honor ExternalTrafficPolicy=Local\"",
};

/// Which addresses a Service can ask for.
pub const ADDRESSES_COME_FROM_POOLS: Fact = Fact {
    says: "an address that a Service asks for is given if it is in a pool: otherwise the Service stays without one",
    source: "docs.cilium.io, network/lb-ipam, \"Requesting IPs\"; metallb.io/usage, \"Requesting specific IPs\"",
};

/// Where what is behind ServiceLB is asked.
pub const SERVICELB_GIVES_NODES: Fact = Fact {
    says: "ServiceLB listens on the ports of the nodes: the addresses of a Service are theirs",
    source: "docs.k3s.io, networking/networking-services, \"How ServiceLB Works\"",
};

/// The first release of CoreDNS whose `forward` can ask another server where one says SERVFAIL
/// (github.com/coredns/coredns, plugin/forward, `failover`). Earlier ones refuse to start with it.
pub const COREDNS_FAILS_OVER: Release = Release(1, 13, 0);

/// Whether a distribution's CoreDNS reads further zones from a ConfigMap, and that ConfigMap's
/// namespace and name.
///
/// Source: github.com/k3s-io/k3s, manifests/coredns.yaml: `import /etc/coredns/custom/*.server`,
/// mounted from `coredns-custom` where it is there.
#[must_use]
pub fn custom_dns_config_map(distribution: Distribution) -> Option<(&'static str, &'static str)> {
    match distribution {
        Distribution::K3s => Some(("kube-system", "coredns-custom")),
        Distribution::Rke2
        | Distribution::Kubeadm
        | Distribution::Talos
        | Distribution::K0s
        | Distribution::Microk8s
        | Distribution::Kind => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{default_cni, default_pod_cidrs, default_service_cidrs};
    use crate::scalar::{Cidr, CniKind, Distribution};

    const ALL: [Distribution; 7] = [
        Distribution::K3s,
        Distribution::Rke2,
        Distribution::Kubeadm,
        Distribution::Talos,
        Distribution::K0s,
        Distribution::Microk8s,
        Distribution::Kind,
    ];

    #[test]
    fn every_default_range_is_a_range() {
        for distribution in ALL {
            let pods = [CniKind::Cilium, CniKind::Flannel, CniKind::Calico]
                .into_iter()
                .filter_map(|cni| default_pod_cidrs(distribution, cni, None));
            for ranges in pods.chain(default_service_cidrs(distribution)) {
                assert!(ranges.cidrs.iter().all(|cidr| cidr.parse::<Cidr>().is_ok()));
            }
        }
    }

    #[test]
    fn ciliums_pool_is_its_own_and_not_the_distributions() {
        let pods = default_pod_cidrs(Distribution::K3s, CniKind::Cilium, None);
        assert_eq!(pods.map(|pods| pods.cidrs), Some(&["10.0.0.0/8"][..]));
        let of_rke2 = default_pod_cidrs(Distribution::Rke2, CniKind::Cilium, None);
        assert_eq!(of_rke2.map(|pods| pods.cidrs), Some(&["10.42.0.0/16"][..]));
        assert_eq!(
            default_cni(Distribution::K3s).map(|cni| cni.0),
            Some(CniKind::Flannel)
        );
    }
}
