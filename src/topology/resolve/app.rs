//! Blocky as a whole application: what is filled in, and what can't be generated as declared.

mod records;
pub(super) mod settings;

use super::Context;
use crate::declaration::language;
use crate::facts::resolver as facts;
use crate::facts::{Release, blocky};
use crate::place::Located;
use crate::rules::structure;
use crate::scalar::server::UpstreamHost;
use crate::scalar::{
    Address, ExternalTrafficPolicy, LoadBalancerKind, ManageResolver, Manifests, Name, Port,
    ResolverKind, Upstream, Version,
};
use crate::topology::app::{App, Listener, ListenerKind, Service};
use crate::topology::{Cluster, Id, Sourced, Topology};

/// The application that a resolver is, or `None` where it is none that is generated: then the
/// rule not-generated says so.
pub(super) fn app(
    name: &Name,
    declared: &language::Resolver,
    cluster: Option<Id<Cluster>>,
    manage: ManageResolver,
    topology: &Topology,
    context: &mut Context,
) -> Option<App> {
    let cluster = cluster?;
    if manage != ManageResolver::App || declared.kind.value != ResolverKind::Blocky {
        return None;
    }
    let version = version(declared, context)?;
    let release = Release::from(&version.value);
    if release < blocky::FIRST {
        return None;
    }
    let namespace = context.or_default(
        declared.namespace.as_ref(),
        &declared.place,
        "namespace",
        facts::NAMESPACE.parse().ok()?,
        &facts::NAMESPACE_FACT,
    );
    let image = match &declared.image {
        Some(image) => image.clone(),
        None => blocky::image(&version.value).parse().ok()?,
    };
    check_name(name, declared, context);
    upstreams(declared, context);
    settings::check(declared, release, context);
    Some(App {
        cluster,
        release,
        image,
        namespace,
        replicas: declared.replicas.map_or(1, |replicas| replicas.0),
        bootstrap: bootstrap(declared, context),
        records: records::lines(declared, context),
        service: service(declared, cluster, topology, context),
        external_traffic_policy: declared
            .external_traffic_policy
            .as_ref()
            .map_or(ExternalTrafficPolicy::Cluster, |policy| policy.value),
        listeners: listeners(declared, cluster, topology, context),
        secrets: settings::secrets(name, declared, release, topology, context),
        version,
    })
}

/// The release: as declared, or as the image's tag says.
fn version(declared: &language::Resolver, context: &mut Context) -> Option<Sourced<Version>> {
    let tag = declared.image.as_ref().and_then(|image| {
        let tag = image.tag_and_digest().split('@').next()?;
        tag.parse::<Version>().ok()
    });
    let (default, fact) = match &tag {
        Some(tag) => (tag.clone(), &blocky::VERSION_OF_IMAGE_FACT),
        None => (
            blocky::DEFAULT_VERSION.parse().ok()?,
            &blocky::DEFAULT_VERSION_FACT,
        ),
    };
    if let (Some(version), Some(tag)) = (&declared.version, &tag)
        && Release::from(&version.value) != Release::from(tag)
    {
        context.findings.push(
            structure::contradiction(
                &version.place,
                format!("the image is Blocky {tag}, not {}", version.value),
                "declare the release of the image, or leave `version` out",
            )
            .note("its configuration would be written for another release"),
        );
    }
    let version = declared.version.as_ref();
    Some(context.or_default(version, &declared.place, "version", default, fact))
}

fn upstreams(declared: &language::Resolver, context: &mut Context) {
    if declared.upstreams.is_empty() {
        context.findings.push(
            structure::contradiction(
                &declared.place,
                format!("`{}` has no `upstreams`", declared.place.path),
                "add `upstreams = [ … ];`, the servers for all other names",
            )
            .note("Blocky does not start without a server for the names that it does not hold"),
        );
    }
}

/// Whom Blocky asks for the names of its servers and lists: the servers that need no name
/// themselves, where nothing is declared. Left alone it would ask the cluster's DNS, and that may
/// ask Blocky.
fn bootstrap(declared: &language::Resolver, context: &mut Context) -> Vec<Upstream> {
    let is_address =
        |server: &&Located<Upstream>| matches!(server.value.host, UpstreamHost::Address(_));
    for server in &declared.bootstrap {
        if !is_address(&server) {
            context.findings.push(
                structure::contradiction(
                    &server.place,
                    format!(
                        "`{}` is a bootstrap server that has to be looked up itself",
                        server.value
                    ),
                    "write its address",
                )
                .note("Blocky does not start with it"),
            );
        }
    }
    let value = |server: &Located<Upstream>| server.value.clone();
    if !declared.bootstrap.is_empty() {
        return declared.bootstrap.iter().map(value).collect();
    }
    let derived: Vec<Upstream> = declared
        .upstreams
        .iter()
        .filter(is_address)
        .map(value)
        .collect();
    if !derived.is_empty() {
        let shown: Vec<String> = derived.iter().map(ToString::to_string).collect();
        context.used(
            declared.place.path.attr("bootstrap"),
            shown.join(", "),
            &facts::BOOTSTRAP_FACT,
        );
    }
    derived
}

fn service(
    declared: &language::Resolver,
    cluster: Id<Cluster>,
    topology: &Topology,
    context: &mut Context,
) -> Service {
    let cluster = topology.clusters.get(cluster);
    let addresses: Vec<Address> = declared.address.0.iter().map(|one| one.value).collect();
    let is_inside = |address: &Address| {
        let mut ranges = cluster.service_cidrs.iter();
        ranges.any(|range| range.value.contains_address(*address))
    };
    let is_one = addresses.len() < 2;
    let too_many = |why: &str, help: &str| {
        structure::contradiction(
            &declared.place,
            format!("`{}` has several addresses, but {why}", declared.place.path),
            help,
        )
    };
    if addresses.iter().all(is_inside) {
        if !is_one && cluster.declared.manifests == Some(Manifests::KubenixRelease) {
            context.findings.push(too_many(
                "the app-template gives a Service one address of the cluster",
                "declare one of them",
            ));
        }
        return Service::Cluster(addresses);
    }
    let kind = cluster.declared.load_balancer.as_ref().map(|one| one.kind);
    if !is_one && kind.is_none() {
        context.findings.push(too_many(
            "without `loadBalancer` a Service can ask for one alone",
            "declare what gives out addresses in the cluster's `loadBalancer`, or one address",
        ));
    }
    for address in &declared.address.0 {
        let mut nodes = topology.nodes.values();
        let of_cluster = topology
            .clusters
            .find(cluster.name.as_str())
            .map(|(id, _)| id);
        let is_nodes = nodes.any(|node| {
            node.cluster == of_cluster && node.addresses().any(|own| own == address.value)
        });
        if is_inside(&address.value) {
            context.findings.push(structure::contradiction(
                &address.place,
                format!(
                    "{} is an address of the Services of {}, the others are not",
                    address.value, cluster.name
                ),
                "declare addresses of one kind: of the Services, or of the load balancer",
            ));
        } else if kind == Some(LoadBalancerKind::ServiceLb) && !is_nodes {
            context.findings.push(
                structure::contradiction(
                    &address.place,
                    format!("{} is no address of a node of {}", address.value, cluster.name),
                    "write the address of a node, or declare another `loadBalancer`",
                )
                .note("ServiceLB binds ports of the nodes themselves: it has no addresses to give out (docs.k3s.io, networking/networking-services)"),
            );
        }
    }
    Service::LoadBalancer(kind, addresses)
}

/// The ports; two on one number are a finding.
fn listeners(
    declared: &language::Resolver,
    cluster: Id<Cluster>,
    topology: &Topology,
    context: &mut Context,
) -> Vec<Listener> {
    let dns = declared
        .port
        .or_else(|| Port::new(i64::from(facts::DNS_PORT)));
    let is_release =
        topology.clusters.get(cluster).declared.manifests == Some(Manifests::KubenixRelease);
    let http = match declared.http_port {
        None if is_release => {
            context.used(
                declared.place.path.attr("httpPort"),
                facts::RELEASE_HTTP_PORT.to_string(),
                &facts::RELEASE_HTTP_FACT,
            );
            Port::new(i64::from(facts::RELEASE_HTTP_PORT))
        }
        declared => declared,
    };
    let listeners: Vec<Listener> = [
        (ListenerKind::Dns, dns),
        (ListenerKind::Dot, declared.dot_port),
        (ListenerKind::Doh, declared.doh_port),
        (ListenerKind::Http, http),
    ]
    .into_iter()
    .filter_map(|(kind, port)| port.map(|port| Listener { kind, port }))
    .collect();
    for (index, one) in listeners.iter().enumerate() {
        if let Some(other) = listeners[..index]
            .iter()
            .find(|other| other.port == one.port || other.container_port() == one.container_port())
        {
            context.findings.push(structure::contradiction(
                &declared.place,
                format!(
                    "`{}` answers two protocols on one port: `{}` and `{}`",
                    declared.place.path,
                    other.kind.attribute(),
                    one.kind.attribute(),
                ),
                "give each a port of its own; inside the pods 53, 443 and 853 are those of DNS",
            ));
        }
    }
    listeners
}

/// What the names of an application's further files and objects end with.
const ENDINGS: [&str; 4] = ["-conditional", "-config", "-http", "-secrets"];

/// The longest name of an application, in characters: names of Services have 63 at most
/// (kubernetes.io/docs/concepts/overview/working-with-objects/names, "RFC 1035 label names"), and
/// one of them ends with `-http`.
const LONGEST_NAME: usize = 58;

/// Services are named for the application.
fn check_name(name: &Name, declared: &language::Resolver, context: &mut Context) {
    let name = name.as_str();
    let begins_with_a_letter = name.starts_with(|c: char| c.is_ascii_lowercase());
    if !begins_with_a_letter || name.len() > LONGEST_NAME {
        context.findings.push(
            structure::contradiction(
                &declared.place,
                format!(
                    "`{}` is no name for a Service of Kubernetes",
                    declared.place.path
                ),
                format!("begin it with a letter, and keep it to {LONGEST_NAME} characters"),
            )
            .note("all objects of an application are named for it"),
        );
    }
}

/// Names of objects that clusters have of themselves, in the namespace of the system.
const OF_THE_SYSTEM: [&str; 3] = ["coredns", "coredns-custom", "kube-dns"];

/// Two applications of a cluster must not have files or objects of one name.
pub(super) fn check_names(topology: &Topology, context: &mut Context) {
    for resolver in topology.resolvers.values() {
        let is_in_system = |app: &App| app.namespace.value.as_str() == "kube-system";
        if OF_THE_SYSTEM.contains(&resolver.name.as_str())
            && resolver.app.as_ref().is_some_and(is_in_system)
        {
            context.findings.push(structure::contradiction(
                &resolver.declared.place,
                format!(
                    "resolver {} would replace objects of the cluster's own DNS",
                    resolver.name
                ),
                "give it another name, or another namespace",
            ));
        }
        let other = ENDINGS.iter().find_map(|ending| {
            let stem = resolver.name.as_str().strip_suffix(ending)?;
            let (_, other) = topology.resolvers.find(stem)?;
            (resolver.cluster.is_some() && other.cluster == resolver.cluster).then_some(other)
        });
        if let Some(other) = other {
            context.findings.push(
                structure::contradiction(
                    &resolver.declared.place,
                    format!(
                        "resolver {} has the name of a file of resolver {}",
                        resolver.name, other.name
                    ),
                    "give it another name",
                )
                .related(&other.declared.place, "the other one"),
            );
        }
    }
}
