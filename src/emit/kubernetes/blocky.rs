//! Blocky: the application, its configuration, and the conditional mapping alone.

mod config;
mod release;
mod service;
mod workload;

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use k8s_openapi::api::core::v1::{ConfigMap, Secret};

use super::form::{Form, reference};
use super::object::{Object, metadata};
use super::{Bundle, Content, EmitError};
use crate::nix_compat::Sha256;
use crate::topology::{App, Resolver, Topology};

/// The file's name in the ConfigMap, and in the container.
const CONFIG_FILE: &str = "config.yml";

/// Where the image looks for things (github.com/0xERR0R/blocky, Dockerfile, WORKDIR).
const HOME: &str = "/app";

/// Where secrets are mounted; a folder that the image does not have.
const SECRETS_FOLDER: &str = "/app/secrets";

/// An application about to be written.
struct Draft<'a> {
    resolver: &'a Resolver,
    app: &'a App,
    /// The content of its configuration file.
    config: String,
}

impl Draft<'_> {
    /// The name of all of its objects.
    fn name(&self) -> &str {
        self.resolver.name.as_str()
    }

    /// By what its pods are known
    /// (kubernetes.io/docs/concepts/overview/working-with-objects/common-labels).
    fn selector(&self) -> [(&str, &str); 2] {
        [
            ("app.kubernetes.io/instance", self.name()),
            ("app.kubernetes.io/name", "blocky"),
        ]
    }

    /// What its objects are labelled with.
    fn labels(&self) -> [(&str, &str); 4] {
        let [instance, name] = self.selector();
        let version = self.app.version.value.as_str().trim_start_matches('v');
        [
            instance,
            name,
            ("app.kubernetes.io/managed-by", "tailwright"),
            ("app.kubernetes.io/version", version),
        ]
    }

    /// The hash of the configuration: pods with another one are replaced, since Blocky reads its
    /// configuration only when it starts.
    fn checksum(&self) -> String {
        HEXLOWER.encode(Sha256::of(self.config.as_bytes()).as_bytes())
    }
}

pub(super) fn app(
    topology: &Topology,
    resolver: &Resolver,
    app: &App,
    form: Form,
) -> Result<Vec<Bundle>, EmitError> {
    let draft = Draft {
        resolver,
        app,
        config: config::file(topology, resolver, app)?,
    };
    let name = draft.name();
    let config_map = ConfigMap {
        metadata: metadata(name, app.namespace.value.as_str(), &draft.labels()),
        data: Some([(CONFIG_FILE.to_owned(), draft.config.clone())].into()),
        ..ConfigMap::default()
    };
    let content = match form {
        Form::KubenixRelease => release::content(&draft)?,
        Form::Kubenix | Form::Yaml => {
            let mut objects = vec![workload::deployment(&draft)?];
            objects.extend(service::services(&draft)?);
            objects.extend(workload::disruption_budget(&draft, &draft.selector())?);
            Content::Objects(objects)
        }
    };
    let mut bundles = vec![
        Bundle {
            path: format!("apps/{name}-config"),
            content: Content::Objects(vec![Object::new("configMaps", name, &config_map)?]),
        },
        Bundle {
            path: format!("apps/{name}"),
            content,
        },
    ];
    if !app.secrets.is_empty() {
        bundles.push(Bundle {
            path: format!("apps/{name}-secrets"),
            content: Content::Secrets(vec![secret(topology, &draft)?]),
        });
    }
    Ok(bundles)
}

/// The secrets of an application, each a file of the name that it has in the declaration.
fn secret(topology: &Topology, draft: &Draft<'_>) -> Result<Object, EmitError> {
    let values = draft.app.secrets.iter().map(|id| {
        let secret = topology.secrets.get(*id);
        (secret.name.to_string(), reference(&secret.declared.sops))
    });
    let secret = Secret {
        metadata: metadata(
            draft.name(),
            draft.app.namespace.value.as_str(),
            &draft.labels(),
        ),
        string_data: Some(values.collect()),
        type_: Some("Opaque".to_owned()),
        ..Secret::default()
    };
    Object::new("secrets", draft.name(), &secret)
}

/// The conditional mapping of a resolver as Blocky reads it: zone to servers, separated by commas
/// (github.com/0xERR0R/blocky, config/conditional_upstream.go).
pub(super) fn mapping(topology: &Topology, resolver: &Resolver) -> BTreeMap<String, String> {
    let mapping = topology.conditional_mapping(resolver).into_iter();
    mapping
        .map(|(zone, servers)| {
            let servers: Vec<String> = servers.iter().map(ToString::to_string).collect();
            (zone.to_string(), servers.join(","))
        })
        .collect()
}
