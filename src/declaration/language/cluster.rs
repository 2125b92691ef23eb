//! Sites and clusters: the places where addresses come from.

use crate::declaration::decode::{OneOrMany, record};
use crate::place::Located;
use crate::scalar::{
    Address, Cidr, ClusterPart, CniKind, Distribution, DnsName, Ipam, LoadBalancerKind, Manifests,
    Name, ServerRef, Text, Version,
};

record! {
    /// A place with LANs of its own.
    Site {
        /// The ranges of its LANs.
        "lans" lans: Vec<Located<Cidr>>,
        /// The name servers that its DHCP hands out.
        "nameservers" nameservers: Vec<Located<ServerRef>>,
        /// Ways to other places that its routers know.
        "routes" routes: Vec<Route>,
        /// Addresses that move between nodes (VRRP, keepalived, kube-vip).
        "virtualAddresses" virtual_addresses: Vec<VirtualAddress>,
    }
}

record! {
    /// A way to another place.
    Route {
        /// The ranges behind it.
        "to" to: OneOrMany<Located<Cidr>>,
        /// The next hop.
        "via" via: Located<Address>,
    }
}

record! {
    /// An address that moves between nodes.
    VirtualAddress {
        /// The address.
        "address" address: Located<Address>,
        /// The nodes that can hold it.
        "nodes" nodes: Vec<Located<Name>>,
    }
}

record! {
    /// A Kubernetes cluster.
    Cluster {
        /// Where it stands; absent where its nodes are in several places.
        "site" site: Option<Located<Name>>,
        /// What installed it.
        "distribution" distribution: Located<Distribution>,
        /// Its network plug-in; the distribution's own where absent.
        "cni" cni: Option<Cni>,
        /// The ranges of Services; the distribution's own where absent.
        "serviceCidrs" service_cidrs: Option<Vec<Located<Cidr>>>,
        /// The address of the cluster's DNS Service.
        "dnsService" dns_service: OneOrMany<Located<Address>>,
        /// The release of its CoreDNS. From 1.13 on a forwarder that fails is covered by the others.
        "dnsVersion" dns_version: Option<Version>,
        /// The cluster's own domain; cluster.local where absent.
        "dnsDomain" dns_domain: Option<DnsName>,
        /// What gives Services of type LoadBalancer their address.
        "loadBalancer" load_balancer: Option<LoadBalancer>,
        /// The address of the Kubernetes API.
        "apiEndpoint" api_endpoint: Option<Located<Address>>,
        /// Whether the CNI hides pods behind their node's address where it can; true where absent.
        "masquerade" masquerade: Option<bool>,
        /// Ranges to which pods keep their own address.
        "nonMasqueradeCidrs" non_masquerade_cidrs: Vec<Located<Cidr>>,
        /// Ranges of nodes that are not declared one by one.
        "nodeCidrs" node_cidrs: Vec<Located<Cidr>>,
        /// The form of generated objects; kubenix where absent.
        "manifests" manifests: Option<Manifests>,
        /// The parts of the cluster itself that are generated; all where absent. What is left out is
        /// still written as a fragment.
        "manage" manage: Option<Vec<ClusterPart>>,
    }
}

record! {
    /// The network plug-in of a cluster.
    Cni {
        /// Which one.
        "kind" kind: Located<CniKind>,
        /// The ranges of pods, as configured in the plug-in.
        "podCidrs" pod_cidrs: Option<Vec<Located<Cidr>>>,
        /// Where Cilium takes them from; cluster-pool where absent.
        "ipam" ipam: Option<Ipam>,
    }
}

record! {
    /// What gives Services of type LoadBalancer their address.
    LoadBalancer {
        /// Which implementation.
        "kind" kind: LoadBalancerKind,
        /// The interfaces on which it announces, as regular expressions.
        "interfaces" interfaces: Vec<Located<Text>>,
        /// The ranges that it gives out.
        "pools" pools: Vec<Located<Cidr>>,
    }
}
