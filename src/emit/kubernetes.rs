//! What runs in clusters: resolvers that are generated as a whole, the conditional mapping of
//! others, and the zones of tailnets in the cluster's own DNS.
//!
//! Objects are built once, with the types of the Kubernetes API, and then written in the form
//! that the cluster declares.

mod blocky;
mod cluster_dns;
mod form;
mod object;

use super::{EmitError, artifact};
use crate::artifact::Artifact;
use crate::scalar::{ManageResolver, Manifests, ResolverKind};
use crate::topology::{Cluster, Resolver, Topology};

use form::Form;
use object::Object;

/// The objects of one file, and where it stands below the cluster's folder, without its ending.
struct Bundle {
    /// E.g. `apps/blocky`.
    path: String,
    content: Content,
}

enum Content {
    /// Objects of Kubernetes.
    Objects(Vec<Object>),
    /// Objects with references that vals replaces by values.
    Secrets(Vec<Object>),
    /// An instance of the `release` submodule, with objects beside it.
    Release(form::Release, Vec<Object>),
    /// A configuration to be merged into one written by hand, as a set.
    Fragment(serde_json::Value),
}

pub(super) fn emit(topology: &Topology) -> Result<Vec<Artifact>, EmitError> {
    let mut artifacts = Vec::new();
    for (id, cluster) in topology.clusters.iter() {
        let form = Form::of(cluster);
        let mut bundles = Vec::new();
        let resolvers = topology.resolvers.values();
        for resolver in resolvers.filter(|resolver| resolver.cluster == Some(id)) {
            bundles.extend(of_resolver(topology, resolver, form)?);
        }
        let zones = cluster_dns::blocks(topology, cluster)?;
        bundles.extend(cluster_dns::bundle(cluster, &zones)?);
        artifacts.extend(form::write(cluster, form, bundles)?);
        for block in &zones {
            let folder = form.folder(cluster);
            artifacts.push(artifact(
                format!("{folder}/system/{}.server", block.file()),
                block.corefile.clone(),
            )?);
        }
    }
    Ok(artifacts)
}

fn of_resolver(
    topology: &Topology,
    resolver: &Resolver,
    form: Form,
) -> Result<Vec<Bundle>, EmitError> {
    if resolver.declared.kind.value != ResolverKind::Blocky
        || resolver.manage == ManageResolver::None
    {
        return Ok(Vec::new());
    }
    let mut bundles = match &resolver.app {
        Some(app) => blocky::app(topology, resolver, app, form)?,
        None => Vec::new(),
    };
    let mapping = blocky::mapping(topology, resolver);
    if !mapping.is_empty() {
        bundles.push(Bundle {
            path: format!("apps/{}-conditional", resolver.name),
            content: Content::Fragment(
                serde_json::json!({ "conditional": { "mapping": mapping } }),
            ),
        });
    }
    Ok(bundles)
}

/// How a cluster has its objects written.
fn manifests(cluster: &Cluster) -> Manifests {
    cluster.declared.manifests.unwrap_or(Manifests::Kubenix)
}
