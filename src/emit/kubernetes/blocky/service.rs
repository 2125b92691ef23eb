//! The Services in front of Blocky, and the ports behind them.

use k8s_openapi::api::core::v1::{ContainerPort, Service, ServicePort, ServiceSpec};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::super::EmitError;
use super::super::object::{Object, metadata, texts};
use super::Draft;
use crate::facts::kubernetes::load_balancer_annotation;
use crate::scalar::Address;
use crate::topology::app::{Listener, ListenerKind, Service as Reached};

/// The Service under which clients ask, and one for HTTP within the cluster.
pub(super) fn services(draft: &Draft<'_>) -> Result<Vec<Object>, EmitError> {
    let is_http = |listener: &&Listener| listener.kind == ListenerKind::Http;
    let listeners = &draft.app.listeners;
    let asked = listeners.iter().filter(|listener| !is_http(listener));
    let mut services = vec![object(
        draft,
        draft.name(),
        asked_spec(draft, asked.flat_map(ports)),
    )?];
    if let Some(http) = listeners.iter().find(is_http) {
        let spec = ServiceSpec {
            selector: Some(texts(&draft.selector())),
            ports: Some(ports(http).iter().map(service_port).collect()),
            ..ServiceSpec::default()
        };
        services.push(object(
            draft,
            &format!("{}-http", draft.name()),
            (spec, None),
        )?);
    }
    Ok(services)
}

fn object(
    draft: &Draft<'_>,
    name: &str,
    (spec, annotation): (ServiceSpec, Option<(&'static str, String)>),
) -> Result<Object, EmitError> {
    let mut metadata = metadata(name, draft.app.namespace.value.as_str(), &draft.labels());
    metadata.annotations = annotation.map(|(name, value)| [(name.to_owned(), value)].into());
    let service = Service {
        metadata,
        spec: Some(spec),
        ..Service::default()
    };
    Object::new("services", name, &service)
}

/// One Service for both protocols, so that both have one address.
fn asked_spec(
    draft: &Draft<'_>,
    ports: impl Iterator<Item = Port>,
) -> (ServiceSpec, Option<(&'static str, String)>) {
    let ports: Vec<ServicePort> = ports.map(|port| service_port(&port)).collect();
    let mut spec = ServiceSpec {
        selector: Some(texts(&draft.selector())),
        ports: Some(ports),
        ..ServiceSpec::default()
    };
    let (addresses, annotation) = match &draft.app.service {
        Reached::Cluster(addresses) => {
            spec.type_ = Some("ClusterIP".to_owned());
            if let Some(first) = addresses.first() {
                spec.cluster_ip = Some(first.to_string());
                spec.cluster_ips = Some(addresses.iter().map(ToString::to_string).collect());
            }
            (addresses, None)
        }
        Reached::LoadBalancer(kind, addresses) => {
            spec.type_ = Some("LoadBalancer".to_owned());
            // A node that announces the address need not run a pod: none would answer there with
            // `Local`. The price is that Blocky sees nodes instead of clients.
            spec.external_traffic_policy = Some(draft.app.external_traffic_policy().to_owned());
            match kind {
                Some(kind) => {
                    let annotation = load_balancer_annotation(*kind);
                    (addresses, annotation.map(|name| (name, joined(addresses))))
                }
                None => {
                    spec.load_balancer_ip = addresses.first().map(ToString::to_string);
                    (addresses, None)
                }
            }
        }
    };
    if let Some((policy, families)) = families(addresses) {
        spec.ip_family_policy = Some(policy.to_owned());
        spec.ip_families = Some(families);
    }
    (spec, annotation)
}

/// The policy and the families of addresses; nothing where there is no address.
pub(super) fn families(addresses: &[Address]) -> Option<(&'static str, Vec<String>)> {
    let mut families: Vec<String> = Vec::new();
    for address in addresses {
        let family = if address.ip().is_ipv6() {
            "IPv6"
        } else {
            "IPv4"
        };
        if !families.iter().any(|known| known == family) {
            families.push(family.to_owned());
        }
    }
    let policy = match families.len() {
        0 => return None,
        1 => "SingleStack",
        _ => "RequireDualStack",
    };
    Some((policy, families))
}

fn joined(addresses: &[Address]) -> String {
    let addresses: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    addresses.join(",")
}

/// A port of a Service and of the container behind it.
pub(super) struct Port {
    pub(super) name: &'static str,
    pub(super) protocol: &'static str,
    pub(super) port: u16,
    pub(super) container_port: u16,
}

/// The ports of a listener: plain DNS has two.
pub(super) fn ports(listener: &Listener) -> Vec<Port> {
    let named: &[(&str, &str)] = match listener.kind {
        ListenerKind::Dns => &[("dns", "UDP"), ("dns-tcp", "TCP")],
        ListenerKind::Dot => &[("dot", "TCP")],
        ListenerKind::Doh => &[("doh", "TCP")],
        ListenerKind::Http => &[("http", "TCP")],
    };
    let port = |(name, protocol): &(&'static str, &'static str)| Port {
        name,
        protocol,
        port: listener.port.number(),
        container_port: listener.container_port(),
    };
    named.iter().map(port).collect()
}

fn service_port(port: &Port) -> ServicePort {
    ServicePort {
        name: Some(port.name.to_owned()),
        protocol: Some(port.protocol.to_owned()),
        port: i32::from(port.port),
        target_port: Some(IntOrString::String(port.name.to_owned())),
        ..ServicePort::default()
    }
}

pub(super) fn container_port(port: &Port) -> ContainerPort {
    ContainerPort {
        name: Some(port.name.to_owned()),
        protocol: Some(port.protocol.to_owned()),
        container_port: i32::from(port.container_port),
        ..ContainerPort::default()
    }
}
