//! ## What it does
//!
//! Finds resolvers in clusters whose Service has the external traffic policy `local` behind Cilium's L2
//! announcements or ServiceLB, with fewer replicas than the cluster has nodes. A warning are those behind
//! ServiceLB, whose pods may be tied to the node that is asked, and those with fewer replicas than there can
//! be nodes that are not declared one by one (`nodeCidrs`).
//!
//! Not found is `local` behind MetalLB and kube-vip, which announce an address where a pod is (kube-vip
//! with an election for each Service). A cluster is not judged of which neither nodes nor
//! their ranges are declared.
//!
//! ## Why is this bad?
//!
//! Cilium lets one node announce the address, whichever won the election; behind ServiceLB it is one node's
//! own. Without a pod there the node drops every query. A probe inside the cluster does not see it: there
//! the policy does not apply.
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

use super::Check;
use crate::facts::Fact;
use crate::facts::kubernetes::{CILIUM_ANNOUNCES_ANYWHERE, SERVICELB_KEEPS_TO_THE_NODE};
use crate::finding::{Finding, Level};
use crate::scalar::{Cidr, ExternalTrafficPolicy, LoadBalancerKind};
use crate::topology::{Cluster, Id, Topology};

rule!("TW601", "external-traffic-policy-local", Error, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    for resolver in topology.resolvers.values() {
        let declared = &resolver.declared;
        let policy = declared.external_traffic_policy.as_ref();
        let policy = policy.filter(|policy| policy.value == ExternalTrafficPolicy::Local);
        let (Some(policy), Some(id)) = (policy, resolver.cluster) else {
            continue;
        };
        let cluster = topology.clusters.get(id);
        let Some(balancer) = cluster.declared.load_balancer.as_ref() else {
            continue;
        };
        let Some(Asked {
            message,
            role,
            fact,
        }) = Asked::of(balancer.kind, resolver.name.as_str())
        else {
            continue;
        };
        let replicas = declared
            .replicas
            .map_or(1, |replicas| u128::from(replicas.0));
        let nodes = Nodes::of(topology, id);
        if nodes.most <= replicas {
            continue;
        }
        let is_counted = replicas < nodes.declared;
        let count = if is_counted {
            format!("{} nodes", nodes.declared)
        } else {
            "nodes that are not declared one by one".to_owned()
        };
        let mut finding = Finding::new(&RULE, &policy.place, message)
            .label(format!(
                "pods of that node alone are asked: {replicas} for {count}"
            ))
            .related(&balancer.place, role)
            .note(format!("{} ({})", fact.says, fact.source))
            .help("remove `externalTrafficPolicy`, or run a replica on every node");
        // Nobody can tie pods to the node that wins Cilium's election.
        if !is_counted || balancer.kind == LoadBalancerKind::ServiceLb {
            finding.level = Level::Warning;
        }
        findings.push(finding);
    }
}

/// At which node a resolver is asked.
struct Asked {
    message: String,
    role: &'static str,
    fact: &'static Fact,
}

impl Asked {
    /// At one that may run none of its pods, or `None`.
    fn of(balancer: LoadBalancerKind, resolver: &str) -> Option<Self> {
        let (node, role, fact) = match balancer {
            LoadBalancerKind::CiliumL2 => (
                "that announces",
                "announced by one node",
                &CILIUM_ANNOUNCES_ANYWHERE,
            ),
            LoadBalancerKind::ServiceLb => (
                "at whose address clients ask",
                "asked at nodes' own addresses",
                &SERVICELB_KEEPS_TO_THE_NODE,
            ),
            LoadBalancerKind::Metallb | LoadBalancerKind::KubeVip => return None,
        };
        Some(Self {
            message: format!("the node {node} resolver {resolver} may run none of its pods"),
            role,
            fact,
        })
    }
}

/// How many nodes a cluster has.
struct Nodes {
    declared: u128,
    most: u128,
}

impl Nodes {
    fn of(topology: &Topology, id: Id<Cluster>) -> Self {
        let nodes = topology.nodes.values();
        let declared = nodes.filter(|node| node.cluster == Some(id)).count() as u128;
        let others = &topology.clusters.get(id).declared.node_cidrs;
        let others = others.iter().map(|range| size(range.value));
        Self {
            declared,
            most: others.fold(declared, u128::saturating_add),
        }
    }
}

/// How many addresses a range has.
fn size(range: Cidr) -> u128 {
    let net = range.net();
    let bits = u32::from(net.max_prefix_len() - net.prefix_len());
    1_u128.checked_shl(bits).unwrap_or(u128::MAX)
}
