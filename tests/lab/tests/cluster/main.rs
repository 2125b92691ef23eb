//! Real Blocky and real CoreDNS in pods, with what is generated for the example's cluster, and the
//! generated forwarders on two nodes: names of the tailnet reach quad100 and nobody else, public
//! names reach the public servers, and with one forwarder less the answers are the same.
//!
//! Blocky is every release that `tests/tools` builds.

mod answers;
mod configured;
#[path = "../shared/manifests.rs"]
mod manifests;
mod outages;
#[path = "../shared/rendered.rs"]
mod rendered;
mod running;
mod variants;

use std::net::SocketAddr;

use tailwright_lab::cluster::{BLOCKY_SERVICE, Cluster, DNS_SERVICE};
use tailwright_lab::namespace::Namespace;
use tailwright_lab::query::{Question, Seen};

const SUFFIX: &str = "tail96fefe.ts.net";
/// A name that the public servers know.
const PUBLIC_NAME: &str = "www.example.com";

fn host(n: usize) -> String {
    format!("h{n}.{SUFFIX}")
}

/// Who asks whom: a pod the cluster's DNS, a pod Blocky, a device of the LAN Blocky.
fn ways(cluster: &Cluster) -> [(&'static str, &Namespace, SocketAddr); 3] {
    [
        ("pod asks CoreDNS", &cluster.client, DNS_SERVICE),
        ("pod asks Blocky", &cluster.client, BLOCKY_SERVICE),
        ("LAN asks Blocky", &cluster.lan, BLOCKY_SERVICE),
    ]
}

fn ask(
    cluster: &Cluster,
    from: &Namespace,
    question: &Question,
) -> Result<String, tailwright_lab::Failure> {
    Ok(cluster
        .ask(from, question)
        .map(|seen: Seen| seen.summary())?)
}
