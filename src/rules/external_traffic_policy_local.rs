//! ## What it does
//!
//! Finds resolvers in clusters whose Service has the external traffic policy `local` behind Cilium's L2
//! announcements, with fewer replicas than the cluster has nodes.
//!
//! Not found is `local` behind MetalLB and kube-vip, which announce an address where a pod is (kube-vip
//! with an election for each Service), and behind ServiceLB, which announces nothing.
//!
//! ## Why is this bad?
//!
//! One node announces the address, whichever won the election. Without a pod there it drops every
//! query, until another node wins. A probe inside the cluster does not see it: there the policy does not
//! apply.
//!
//! ## Example
//!
//! ```nix
//! clusters.home.loadBalancer.kind = "cilium-l2"; # of three nodes
//! resolvers.blocky = { cluster = "home"; replicas = 2; externalTrafficPolicy = "local"; };
//! ```
//!
//! ## What to do
//!
//! Remove `externalTrafficPolicy`: the resolver then sees nodes in place of clients. Where it has to see
//! clients, run as many replicas as there are nodes.

use std::collections::BTreeMap;

use super::Check;
use crate::facts::kubernetes::CILIUM_ANNOUNCES_ANYWHERE;
use crate::finding::Finding;
use crate::scalar::{ExternalTrafficPolicy, LoadBalancerKind};
use crate::topology::{Cluster, Id, Topology};

rule!("TW601", "external-traffic-policy-local", Error, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    let mut nodes: BTreeMap<Id<Cluster>, usize> = BTreeMap::new();
    for cluster in topology.nodes.values().filter_map(|node| node.cluster) {
        *nodes.entry(cluster).or_default() += 1;
    }
    for resolver in topology.resolvers.values() {
        let declared = &resolver.declared;
        let policy = declared.external_traffic_policy.as_ref();
        let policy = policy.filter(|policy| policy.value == ExternalTrafficPolicy::Local);
        let (Some(policy), Some(id)) = (policy, resolver.cluster) else {
            continue;
        };
        let cluster = topology.clusters.get(id);
        let balancer = cluster.declared.load_balancer.as_ref();
        let Some(balancer) =
            balancer.filter(|balancer| balancer.kind == LoadBalancerKind::CiliumL2)
        else {
            continue;
        };
        let replicas = declared
            .replicas
            .map_or(1, |replicas| usize::from(replicas.0));
        let nodes = nodes.get(&id).copied().unwrap_or_default();
        if replicas >= nodes {
            continue;
        }
        findings.push(
            Finding::new(
                &RULE,
                &policy.place,
                format!(
                    "the node that announces resolver {} may run none of its pods",
                    resolver.name
                ),
            )
            .label(format!(
                "pods of that node alone are asked: {replicas} for {nodes} nodes"
            ))
            .related(&balancer.place, "announced by one node")
            .note(format!(
                "{} ({})",
                CILIUM_ANNOUNCES_ANYWHERE.says, CILIUM_ANNOUNCES_ANYWHERE.source
            ))
            .help("remove `externalTrafficPolicy`, or run a replica on every node"),
        );
    }
}
