//! The zones of tailnets in a cluster's own CoreDNS, for its pods.

use k8s_openapi::api::core::v1::ConfigMap;
use serde::Serialize;

use super::object::{Object, metadata};
use super::{Bundle, Content, EmitError};
use crate::emit::MARKER;
use crate::facts::Release;
use crate::facts::kubernetes::{COREDNS_FAILS_OVER, custom_dns_config_map};
use crate::scalar::{ClusterPart, DnsName};
use crate::topology::{Asker, Cluster, Target, Topology};

/// A server block of a Corefile: the suffix of a tailnet and its reverse zones.
pub(super) struct Block {
    suffix: DnsName,
    /// The whole block.
    pub(super) corefile: String,
}

/// What the template is filled with.
#[derive(Serialize)]
struct Context {
    marker: &'static str,
    zones: Vec<String>,
    servers: Vec<String>,
    /// Whether another server can be asked where one fails, and there is one.
    fails_over: bool,
}

/// One block for each tailnet whose forwarders the cluster's DNS asks.
pub(super) fn blocks(topology: &Topology, cluster: &Cluster) -> Result<Vec<Block>, EmitError> {
    let delegations = topology.delegations(&Asker::ClusterDns(cluster.name.clone()));
    // Zones that the same servers answer are one block, named for the first: the suffix.
    let mut by_servers: Vec<(Vec<Target>, Vec<DnsName>)> = Vec::new();
    for delegation in delegations {
        match by_servers
            .iter_mut()
            .find(|(servers, _)| *servers == delegation.targets)
        {
            Some((_, zones)) => zones.push(delegation.zone),
            None => by_servers.push((delegation.targets, vec![delegation.zone])),
        }
    }
    by_servers
        .into_iter()
        .filter_map(|(servers, zones)| Some((zones.first()?.clone(), servers, zones)))
        .map(|(suffix, servers, zones)| {
            Ok(Block {
                suffix,
                corefile: corefile(cluster, &servers, &zones)?,
            })
        })
        .collect()
}

fn corefile(cluster: &Cluster, servers: &[Target], zones: &[DnsName]) -> Result<String, EmitError> {
    let context = Context {
        marker: MARKER,
        zones: zones.iter().map(|zone| format!("{zone}:53")).collect(),
        servers: servers
            .iter()
            .map(|server| std::net::SocketAddr::new(server.address.ip(), server.port).to_string())
            .collect(),
        fails_over: cluster
            .declared
            .dns_version
            .as_ref()
            .is_some_and(|version| Release::from(version) >= COREDNS_FAILS_OVER),
    };
    let mut templates = tera::Tera::default();
    templates.autoescape_on(Vec::<&str>::new());
    templates.add_raw_template("zone.server", include_str!("cluster_dns/zone.server.tera"))?;
    Ok(templates.render("zone.server", &tera::Context::from_serialize(&context)?)?)
}

impl Block {
    /// The name of its files.
    pub(super) fn file(&self) -> String {
        format!("coredns-{}", self.suffix)
    }
}

/// The object that brings the blocks into a cluster, where the distribution has a place for them
/// and that is left to tailwright. One object holds all of them: two of one name would replace each
/// other.
///
/// Each block has an entry of its own that ends with `.server`: a second `forward .` in the default
/// block, where entries that end with `.override` go, is ignored.
pub(super) fn bundle(cluster: &Cluster, blocks: &[Block]) -> Result<Option<Bundle>, EmitError> {
    let manage = cluster.declared.manage.as_ref();
    let is_managed = manage.is_none_or(|parts| parts.contains(&ClusterPart::Dns));
    let place = custom_dns_config_map(cluster.declared.distribution.value);
    let (Some(first), Some((namespace, name)), true) = (blocks.first(), place, is_managed) else {
        return Ok(None);
    };
    let data = blocks
        .iter()
        .map(|block| (format!("{}.server", block.suffix), block.corefile.clone()))
        .collect();
    let object = ConfigMap {
        metadata: metadata(name, namespace, &[]),
        data: Some(data),
        ..ConfigMap::default()
    };
    Ok(Some(Bundle {
        path: format!("system/{}", first.file()),
        content: Content::Objects(vec![Object::new("configMaps", name, &object)?]),
    }))
}
