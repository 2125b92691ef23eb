//! The pods of Blocky, and how many of them may be missing.

use k8s_openapi::api::apps::v1::{
    Deployment, DeploymentSpec, DeploymentStrategy, RollingUpdateDeployment,
};
use k8s_openapi::api::core::v1::{
    Capabilities, ConfigMapVolumeSource, Container, EnvVar, ExecAction, PodSecurityContext,
    PodSpec, PodTemplateSpec, Probe, ResourceRequirements, SeccompProfile, SecretVolumeSource,
    SecurityContext, TopologySpreadConstraint, Volume, VolumeMount,
};
use k8s_openapi::api::policy::v1::{PodDisruptionBudget, PodDisruptionBudgetSpec};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::super::EmitError;
use super::super::object::{Object, metadata, texts};
use super::service::{container_port, ports};
use super::{CONFIG_FILE, Draft, HOME, SECRETS_FOLDER};
use crate::declaration::language::ResourceList;
use crate::facts::blocky;

/// The folder in which the configuration is mounted. A folder, since a file that is mounted by
/// `subPath` never changes in a running pod.
const CONFIG_FOLDER: &str = "/app/config";

pub(super) fn deployment(draft: &Draft<'_>) -> Result<Object, EmitError> {
    let selector = LabelSelector {
        match_labels: Some(texts(&draft.selector())),
        ..LabelSelector::default()
    };
    let template = PodTemplateSpec {
        metadata: Some(ObjectMeta {
            annotations: Some(texts(&[("checksum/config", &draft.checksum())])),
            labels: Some(texts(&draft.labels())),
            ..ObjectMeta::default()
        }),
        spec: Some(pod(draft, &selector)),
    };
    let deployment = Deployment {
        metadata: metadata(
            draft.name(),
            draft.app.namespace.value.as_str(),
            &draft.labels(),
        ),
        spec: Some(DeploymentSpec {
            replicas: Some(i32::from(draft.app.replicas)),
            selector,
            // A pod goes when another one answers in its place.
            strategy: Some(DeploymentStrategy {
                type_: Some("RollingUpdate".to_owned()),
                rolling_update: Some(RollingUpdateDeployment {
                    max_surge: Some(IntOrString::Int(1)),
                    max_unavailable: Some(IntOrString::Int(0)),
                }),
            }),
            template,
            ..DeploymentSpec::default()
        }),
        ..Deployment::default()
    };
    Object::new("deployments", draft.name(), &deployment)
}

/// With one replica there is none: it would keep the node from ever being drained.
pub(super) fn disruption_budget(
    draft: &Draft<'_>,
    selector: &[(&str, &str)],
) -> Result<Option<Object>, EmitError> {
    if draft.app.replicas < 2 {
        return Ok(None);
    }
    let budget = PodDisruptionBudget {
        metadata: metadata(
            draft.name(),
            draft.app.namespace.value.as_str(),
            &draft.labels(),
        ),
        spec: Some(PodDisruptionBudgetSpec {
            max_unavailable: Some(IntOrString::Int(1)),
            selector: Some(LabelSelector {
                match_labels: Some(texts(selector)),
                ..LabelSelector::default()
            }),
            ..PodDisruptionBudgetSpec::default()
        }),
        ..PodDisruptionBudget::default()
    };
    Object::new("podDisruptionBudgets", draft.name(), &budget).map(Some)
}

fn pod(draft: &Draft<'_>, selector: &LabelSelector) -> PodSpec {
    let mut volumes = vec![Volume {
        name: "config".to_owned(),
        config_map: Some(ConfigMapVolumeSource {
            name: draft.name().to_owned(),
            ..ConfigMapVolumeSource::default()
        }),
        ..Volume::default()
    }];
    if !draft.app.secrets.is_empty() {
        volumes.push(Volume {
            name: "secrets".to_owned(),
            secret: Some(SecretVolumeSource {
                secret_name: Some(draft.name().to_owned()),
                ..SecretVolumeSource::default()
            }),
            ..Volume::default()
        });
    }
    PodSpec {
        automount_service_account_token: Some(false),
        enable_service_links: Some(false),
        containers: vec![container(draft)],
        security_context: Some(pod_security()),
        topology_spread_constraints: (draft.app.replicas > 1).then(|| vec![spread(selector)]),
        volumes: Some(volumes),
        ..PodSpec::default()
    }
}

/// Replicas on different nodes, as far as there are nodes.
pub(super) fn spread(selector: &LabelSelector) -> TopologySpreadConstraint {
    TopologySpreadConstraint {
        label_selector: Some(selector.clone()),
        max_skew: 1,
        topology_key: "kubernetes.io/hostname".to_owned(),
        when_unsatisfiable: "ScheduleAnyway".to_owned(),
        ..TopologySpreadConstraint::default()
    }
}

fn container(draft: &Draft<'_>) -> Container {
    let listeners = draft.app.listeners.iter();
    let mut mounts = vec![mount("config", CONFIG_FOLDER)];
    if !draft.app.secrets.is_empty() {
        mounts.push(mount("secrets", SECRETS_FOLDER));
    }
    let Probes {
        startup,
        readiness,
        liveness,
    } = probes();
    Container {
        name: "blocky".to_owned(),
        image: Some(draft.app.image.to_string()),
        env: Some(vec![EnvVar {
            name: "BLOCKY_CONFIG_FILE".to_owned(),
            value: Some(format!("{CONFIG_FOLDER}/{CONFIG_FILE}")),
            ..EnvVar::default()
        }]),
        ports: Some(
            listeners
                .flat_map(ports)
                .map(|port| container_port(&port))
                .collect(),
        ),
        startup_probe: Some(startup),
        readiness_probe: Some(readiness),
        liveness_probe: Some(liveness),
        resources: Some(resources(draft)),
        security_context: Some(security()),
        volume_mounts: Some(mounts),
        ..Container::default()
    }
}

pub(super) fn mount(name: &str, path: &str) -> VolumeMount {
    VolumeMount {
        name: name.to_owned(),
        mount_path: path.to_owned(),
        read_only: Some(true),
        ..VolumeMount::default()
    }
}

/// What asks the pods how they are.
pub(super) struct Probes {
    pub(super) startup: Probe,
    pub(super) readiness: Probe,
    pub(super) liveness: Probe,
}

/// All of them ask the DNS listener a question that Blocky answers by itself. None asks an
/// upstream: without the Internet every replica would be taken out of service, and the names that
/// Blocky knows itself with them. Lists may take minutes to load at a start.
pub(super) fn probes() -> Probes {
    let probe = |period, failures| Probe {
        exec: Some(ExecAction {
            command: Some(vec![format!("{HOME}/blocky"), "healthcheck".to_owned()]),
        }),
        period_seconds: Some(period),
        timeout_seconds: Some(5),
        failure_threshold: Some(failures),
        ..Probe::default()
    };
    Probes {
        startup: probe(2, 90),
        readiness: probe(5, 2),
        liveness: probe(15, 4),
    }
}

pub(super) fn resources(draft: &Draft<'_>) -> ResourceRequirements {
    let declared = draft.resolver.declared.resources.as_ref();
    let requests = declared.and_then(|resources| resources.requests.as_ref());
    let limits = declared.and_then(|resources| resources.limits.as_ref());
    ResourceRequirements {
        requests: Some(quantities(
            requests,
            &[("cpu", "100m"), ("memory", "128Mi")],
        )),
        limits: Some(quantities(limits, &[("memory", "512Mi")])),
        ..ResourceRequirements::default()
    }
}

/// What is declared, and the defaults of what is not.
fn quantities(
    declared: Option<&ResourceList>,
    defaults: &[(&str, &str)],
) -> std::collections::BTreeMap<String, Quantity> {
    let mut all = texts(defaults);
    let cpu = declared.and_then(|list| list.cpu.as_ref());
    let memory = declared.and_then(|list| list.memory.as_ref());
    for (name, quantity) in [("cpu", cpu), ("memory", memory)] {
        if let Some(quantity) = quantity {
            all.insert(name.to_owned(), quantity.to_string());
        }
    }
    all.into_iter()
        .map(|(name, text)| (name, Quantity(text)))
        .collect()
}

pub(super) fn pod_security() -> PodSecurityContext {
    PodSecurityContext {
        run_as_non_root: Some(true),
        run_as_user: Some(blocky::USER),
        run_as_group: Some(blocky::USER),
        fs_group: Some(blocky::USER),
        seccomp_profile: Some(SeccompProfile {
            type_: "RuntimeDefault".to_owned(),
            ..SeccompProfile::default()
        }),
        ..PodSecurityContext::default()
    }
}

/// The image's program has the file capability to bind ports below 1024: without it in the
/// bounding set the kernel refuses to run the program at all (capabilities(7), "Safety checking
/// for capability-dumb binaries").
pub(super) fn security() -> SecurityContext {
    SecurityContext {
        allow_privilege_escalation: Some(false),
        read_only_root_filesystem: Some(true),
        capabilities: Some(Capabilities {
            drop: Some(vec!["ALL".to_owned()]),
            add: Some(vec!["NET_BIND_SERVICE".to_owned()]),
        }),
        ..SecurityContext::default()
    }
}
