//! Blocky as an instance of a `release` submodule: a module of the user's repository that puts its
//! arguments into the values of the bjw-s app-template
//! (github.com/bjw-s-labs/helm-charts, charts/other/app-template, 4.x).

use serde_json::{Value, json};

use super::super::form::Release;
use super::super::{Content, EmitError};
use super::service::{families, ports};
use super::{CONFIG_FILE, Draft, HOME, SECRETS_FOLDER, workload};
use crate::facts::kubernetes::load_balancer_annotation;
use crate::scalar::LoadBalancerKind;
use crate::topology::app::{ListenerKind, Service};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

pub(super) fn content(draft: &Draft<'_>) -> Result<Content, EmitError> {
    // What the chart labels pods with: the name of the release.
    let selector = [("app.kubernetes.io/instance", draft.name())];
    let image = &draft.app.image;
    let args = json!({
        "namespace": draft.app.namespace.value.as_str(),
        "image": {
            "repository": image.repository(),
            "tag": image.tag_and_digest(),
            "pullPolicy": "IfNotPresent",
        },
        "port": http_port(draft),
        "replicas": draft.app.replicas,
        "resources": json(&workload::resources(draft))?,
        "config": { "filename": CONFIG_FILE, "mountPath": HOME },
        "values": values(draft, &selector)?,
    });
    let budget = workload::disruption_budget(draft, &selector)?;
    let release = Release {
        name: draft.name().to_owned(),
        args,
    };
    Ok(Content::Release(release, budget.into_iter().collect()))
}

/// The port in front of which the submodule puts a Service and an Ingress.
fn http_port(draft: &Draft<'_>) -> Option<u16> {
    let mut listeners = draft.app.listeners.iter();
    let http = listeners.find(|listener| listener.kind == ListenerKind::Http)?;
    Some(http.port.number())
}

fn values(draft: &Draft<'_>, selector: &[(&str, &str)]) -> Result<Value, EmitError> {
    let probes = workload::probes();
    let probe = |spec: Value| json!({ "enabled": true, "custom": true, "spec": spec });
    let mut pod = json!({
        // The submodule mounts the file by `subPath`, which never changes in a running pod.
        "annotations": { "checksum/config": draft.checksum() },
        "automountServiceAccountToken": false,
        "enableServiceLinks": false,
        "securityContext": json(&workload::pod_security())?,
    });
    if draft.app.replicas > 1 {
        let selector = LabelSelector {
            match_labels: Some(super::super::object::texts(selector)),
            ..LabelSelector::default()
        };
        pod["topologySpreadConstraints"] = json!([json(&workload::spread(&selector))?]);
    }
    let mut values = json!({
        "controllers": {
            "main": {
                "strategy": "RollingUpdate",
                // The chart takes a plain 0 for nothing said.
                "rollingUpdate": { "surge": 1, "unavailable": "0%" },
                "pod": pod,
                "containers": {
                    "main": {
                        "probes": {
                            "startup": probe(json(&probes.startup)?),
                            "readiness": probe(json(&probes.readiness)?),
                            "liveness": probe(json(&probes.liveness)?),
                        },
                        "securityContext": json(&workload::security())?,
                    },
                },
            },
        },
        "service": {
            "dns": service(draft),
            // Beside another Service the chart would call the submodule's own `<name>-main`, and
            // the Ingress in front of it leads to `<name>`.
            "main": { "forceRename": draft.name() },
        },
    });
    if !draft.app.secrets.is_empty() {
        values["persistence"] = json!({
            "secrets": {
                "enabled": true,
                "type": "secret",
                "name": draft.name(),
                "globalMounts": [{ "path": SECRETS_FOLDER, "readOnly": true }],
            },
        });
    }
    Ok(values)
}

/// The Service under which clients ask. The submodule itself makes another one, for HTTP: both
/// have one address, which Cilium and MetalLB have to be told.
fn service(draft: &Draft<'_>) -> Value {
    let listeners = draft.app.listeners.iter();
    let ports: serde_json::Map<String, Value> = listeners
        .filter(|listener| listener.kind != ListenerKind::Http)
        .flat_map(ports)
        .map(|port| {
            let settings = json!({
                "port": port.port,
                "protocol": port.protocol,
                "targetPort": port.container_port,
            });
            (port.name.to_owned(), settings)
        })
        .collect();
    let mut service = json!({ "controller": "main", "ports": ports });
    let addresses = match &draft.app.service {
        Service::Cluster(addresses) | Service::LoadBalancer(_, addresses) => addresses,
    };
    if let Some((policy, families)) = families(addresses) {
        service["ipFamilyPolicy"] = policy.into();
        service["ipFamilies"] = families.into();
    }
    match &draft.app.service {
        Service::Cluster(addresses) => {
            service["type"] = "ClusterIP".into();
            if let Some(first) = addresses.first() {
                service["clusterIP"] = first.to_string().into();
            }
        }
        Service::LoadBalancer(kind, addresses) => {
            service["type"] = "LoadBalancer".into();
            service["externalTrafficPolicy"] = draft.app.external_traffic_policy().into();
            let addresses: Vec<String> = addresses.iter().map(ToString::to_string).collect();
            match kind {
                Some(kind) => service["annotations"] = annotations(draft, *kind, &addresses),
                None => service["loadBalancerIP"] = addresses.first().cloned().into(),
            }
        }
    }
    service
}

fn annotations(draft: &Draft<'_>, kind: LoadBalancerKind, addresses: &[String]) -> Value {
    let sharing = match kind {
        LoadBalancerKind::CiliumL2 => Some("lbipam.cilium.io/sharing-key"),
        LoadBalancerKind::Metallb => Some("metallb.io/allow-shared-ip"),
        LoadBalancerKind::KubeVip | LoadBalancerKind::ServiceLb => None,
    };
    let address = load_balancer_annotation(kind).map(|name| (name, addresses.join(",")));
    let sharing = sharing.map(|name| (name, draft.name().to_owned()));
    let all = address.into_iter().chain(sharing);
    Value::Object(
        all.map(|(name, value)| (name.to_owned(), value.into()))
            .collect(),
    )
}

fn json(value: &impl serde::Serialize) -> Result<Value, EmitError> {
    serde_json::to_value(value).map_err(EmitError::Json)
}
