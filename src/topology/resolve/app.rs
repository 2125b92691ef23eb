//! Blocky as a whole application: what is filled in, and what can't be generated as declared.

use super::Context;
use crate::declaration::language::{self, Setting};
use crate::facts::resolver as facts;
use crate::facts::{Release, blocky};
use crate::place::Located;
use crate::rules::structure;
use crate::scalar::server::UpstreamHost;
use crate::scalar::{
    Address, LoadBalancerKind, ManageResolver, Name, Port, ResolverKind, SopsFormat, Upstream,
    Version,
};
use crate::topology::app::{App, Listener, ListenerKind, Service};
use crate::topology::{Cluster, Id, Secret, Topology};

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
    upstreams(declared, context);
    derived_settings(declared, context);
    Some(App {
        cluster,
        release,
        image,
        namespace,
        replicas: declared.replicas.map_or(1, |replicas| replicas.0),
        bootstrap: bootstrap(declared, context),
        service: service(declared, cluster, topology, context),
        listeners: listeners(declared, cluster, topology, context),
        secrets: secrets(name, declared, release, topology, context),
        version,
    })
}

fn version(
    declared: &language::Resolver,
    context: &mut Context,
) -> Option<crate::topology::Sourced<Version>> {
    Some(context.or_default(
        declared.version.as_ref(),
        &declared.place,
        "version",
        blocky::DEFAULT_VERSION.parse().ok()?,
        &blocky::DEFAULT_VERSION_FACT,
    ))
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

/// Settings that other attributes decide, each with that attribute.
const DERIVED: [(&[&str], &str); 16] = [
    (&["bootstrapDns"], "bootstrap"),
    (&["conditional", "mapping"], "conditional"),
    (&["customDNS", "filterUnmappedTypes"], "filterUnmappedTypes"),
    (&["customDNS", "mapping"], "customDns"),
    (&["customDNS", "zone"], "records"),
    (&["httpPort"], "httpPort"),
    (&["httpsPort"], "dohPort"),
    (&["port"], "port"),
    (&["ports", "dns"], "port"),
    (&["ports", "http"], "httpPort"),
    (&["ports", "https"], "dohPort"),
    (&["ports", "tls"], "dotPort"),
    (&["tlsPort"], "dotPort"),
    (&["upstream"], "upstreams"),
    (&["upstreams", "groups", "default"], "upstreams"),
    (&["upstreams", "strategy"], "strategy"),
];

/// Settings that have one value with which the application works, each with the reason.
const FIXED: [(&[&str], &str); 2] = [
    (
        &["conditional", "fallbackUpstream"],
        "with it the public servers would see the names that a forwarder does not know",
    ),
    (
        &["upstreams", "init", "strategy"],
        "Blocky has to start where no server can be reached yet, and answer what it knows itself",
    ),
];

/// Finds what `settings` say of what is decided elsewhere.
fn derived_settings(declared: &language::Resolver, context: &mut Context) {
    let settings = &declared.settings;
    for (path, attribute) in DERIVED {
        if let Some(place) = settings.at(path).map(|(place, _)| place) {
            context.findings.push(structure::contradiction(
                place,
                format!("`{}` is decided by another attribute", place.path),
                format!("write `{attribute}` of `{}` instead", declared.place.path),
            ));
        }
    }
    for (path, why) in FIXED {
        if let Some(place) = settings.at(path).map(|(place, _)| place) {
            context.findings.push(
                structure::contradiction(
                    place,
                    format!("`{}` is not to be chosen", place.path),
                    "remove it",
                )
                .note(why),
            );
        }
    }
    let all = DERIVED.iter().chain(&FIXED);
    let mut above: Vec<&[&str]> = all
        .flat_map(|(path, _)| (1..path.len()).map(|depth| &path[..depth]))
        .collect();
    above.sort_unstable();
    above.dedup();
    for path in above {
        match settings.at(path) {
            None | Some((_, Setting::Set(_))) => {}
            Some((place, _)) => context.findings.push(structure::contradiction(
                place,
                format!(
                    "`{}` is not the attribute set that Blocky takes",
                    place.path
                ),
                "write an attribute set",
            )),
        }
    }
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
    if addresses.iter().all(is_inside) {
        return Service::Cluster(addresses);
    }
    let kind = cluster.declared.load_balancer.as_ref().map(|one| one.kind);
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
    use crate::scalar::Manifests;
    let dns = declared
        .port
        .or_else(|| Port::new(i64::from(facts::DNS_PORT)));
    // What the `release` submodule makes of an application has a Service and an Ingress for HTTP.
    let is_release =
        topology.clusters.get(cluster).declared.manifests == Some(Manifests::KubenixRelease);
    let http = declared.http_port.or_else(|| {
        let port = i64::from(ListenerKind::Http.container_port());
        is_release.then(|| Port::new(port)).flatten()
    });
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
            .find(|other| other.port == one.port)
        {
            context.findings.push(structure::contradiction(
                &declared.place,
                format!(
                    "`{}` answers two protocols on port {}: {} and {}",
                    declared.place.path,
                    one.port,
                    other.kind.attribute(),
                    one.kind.attribute(),
                ),
                "give each a port of its own",
            ));
        }
    }
    listeners
}

/// The secrets of the settings, each with what stands in the way of handing it over.
fn secrets(
    name: &Name,
    declared: &language::Resolver,
    release: Release,
    topology: &Topology,
    context: &mut Context,
) -> Vec<Id<Secret>> {
    let taken: Vec<&Located<Name>> = blocky::SECRET_SETTINGS
        .iter()
        .filter_map(|path| match declared.settings.at(path) {
            Some((_, Setting::Secret(secret))) => Some(secret),
            _ => None,
        })
        .collect();
    let mut found: Vec<(&Name, Id<Secret>)> = Vec::new();
    for reference in declared.settings.secrets() {
        let Some(id) =
            topology
                .secrets
                .refer(&reference.value, &reference.place, &mut context.findings)
        else {
            continue;
        };
        let secret = topology.secrets.get(id);
        let objection = if !taken.contains(&reference) {
            let known: Vec<String> = blocky::SECRET_SETTINGS
                .iter()
                .map(|path| path.join("."))
                .collect();
            Some((
                format!("Blocky takes no secret in `{}`", reference.place.path),
                format!("it reads a file's content in {} alone", known.join(", ")),
            ))
        } else if release < blocky::READS_SECRET_FILES {
            Some((
                format!(
                    "Blocky {}.{} reads no secret from a file",
                    release.0, release.1
                ),
                "declare `version` 0.31.0 or newer".to_owned(),
            ))
        } else {
            unreadable(secret).map(|why| {
                (
                    format!("secret {} can't be handed to {name}: {why}", secret.name),
                    "keep it in a YAML, JSON or dotenv file of its own name, under a plain key"
                        .to_owned(),
                )
            })
        };
        match objection {
            Some((message, help)) => {
                context
                    .findings
                    .push(structure::contradiction(&reference.place, message, help));
            }
            None => found.push((&secret.name, id)),
        }
    }
    found.sort_by_key(|(name, _)| *name);
    found.dedup_by_key(|(name, _)| *name);
    found.into_iter().map(|(_, id)| id).collect()
}

/// What the names of an application's further files and objects end with.
const ENDINGS: [&str; 4] = ["-conditional", "-config", "-http", "-secrets"];

/// Two applications of a cluster must not have files or objects of one name.
pub(super) fn check_names(topology: &Topology, context: &mut Context) {
    for resolver in topology.resolvers.values() {
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

/// Why vals can't look a secret up (github.com/helmfile/vals, pkg/expansion/expand_match.go and
/// pkg/providers/sops).
fn unreadable(secret: &Secret) -> Option<&'static str> {
    let sops = &secret.declared.sops;
    let key = sops.key.as_ref().map_or("", |key| key.value.as_str());
    let has = |text: &str, characters: &[char]| text.contains(characters);
    if sops.format() == SopsFormat::Ini {
        Some("vals does not read INI files")
    } else if has(
        sops.file.value.as_str(),
        &['+', ' ', ',', '"', '#', '?', '%'],
    ) || has(key, &['+', ' ', ',', '"', '#', '?', '%'])
    {
        Some("vals takes none of + , \" # ? % and no space in a reference")
    } else {
        None
    }
}
