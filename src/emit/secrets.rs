//! What concerns secrets and is no module: SOPS' rules for whom to encrypt, and a page that
//! says what has to be put in, and by whom.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::markdown::code;
use super::{EmitError, MARKER, artifact};
use crate::artifact::Artifact;
use crate::scalar::{Control, Recipient, RootPath, SecretKind, SopsFormat};
use crate::topology::{Id, Node, Secret, Tailnet, Topology};

pub(super) fn emit(topology: &Topology) -> Result<Vec<Artifact>, EmitError> {
    if topology.secrets.values().next().is_none() {
        return Ok(Vec::new());
    }
    Ok(vec![
        artifact("secrets/sops.yaml".to_owned(), rules(topology)?)?,
        artifact("secrets/README.md".to_owned(), page(topology)?)?,
    ])
}

/// `.sops.yaml`, as far as the declaration decides it
/// (github.com/getsops/sops, README, "Using .sops.yaml conf to select KMS, PGP and age").
#[derive(Serialize)]
struct Rules {
    creation_rules: Vec<CreationRule>,
}

#[derive(Serialize)]
struct CreationRule {
    path_regex: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    age: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pgp: Vec<String>,
}

fn rules(topology: &Topology) -> Result<String, EmitError> {
    let creation_rules = recipients(topology)
        .into_iter()
        .filter(|(_, recipients)| !recipients.is_empty())
        .map(|(file, recipients)| {
            let (pgp, age): (Vec<_>, Vec<_>) = recipients
                .into_iter()
                .partition(|recipient| recipient.is_pgp());
            let texts =
                |recipients: Vec<&Recipient>| recipients.iter().map(ToString::to_string).collect();
            CreationRule {
                path_regex: format!("(^|/){}$", regex_syntax::escape(file.as_str())),
                age: texts(age),
                pgp: texts(pgp),
            }
        })
        .collect();
    let yaml = serde_saphyr::to_string(&Rules { creation_rules })
        .map_err(|error| EmitError::Yaml(error.to_string()))?;
    Ok(format!("# {MARKER}\n{yaml}"))
}

/// Everybody who has to open one of the secrets of a file, by file: SOPS encrypts a file as a
/// whole.
fn recipients(topology: &Topology) -> BTreeMap<&RootPath, BTreeSet<&Recipient>> {
    let mut by_file: BTreeMap<&RootPath, BTreeSet<&Recipient>> = BTreeMap::new();
    for (id, secret) in topology.secrets.iter() {
        let nodes = users(topology, id)
            .into_iter()
            .filter_map(|node| node.declared.recipient.as_ref());
        let all = secret.declared.recipients.iter().chain(nodes);
        by_file
            .entry(&secret.declared.sops.file.value)
            .or_default()
            .extend(all.map(|recipient| &recipient.value));
    }
    by_file
}

/// The nodes that join with a secret.
fn users(topology: &Topology, secret: Id<Secret>) -> Vec<&Node> {
    topology
        .nodes
        .values()
        .filter(|node| {
            let membership = node.tailscale.as_ref();
            membership.and_then(|membership| membership.auth_key) == Some(secret)
        })
        .collect()
}

/// The applications that are handed a secret, by whoever renders their manifests.
fn applications(topology: &Topology, secret: Id<Secret>) -> impl Iterator<Item = String> {
    let resolvers = topology.resolvers.values();
    resolvers
        .filter(move |resolver| {
            let app = resolver.app.as_ref();
            app.is_some_and(|app| app.secrets.contains(&secret))
        })
        .map(|resolver| {
            let name = code(resolver.name.as_str());
            format!("the resolver {name}, by vals on the machine that renders its manifests")
        })
}

/// What the page says of one secret; every text of the declaration is inline code.
#[derive(Serialize)]
struct Entry {
    name: String,
    what: &'static str,
    is_key: bool,
    reusable: bool,
    ephemeral: bool,
    tags: Vec<String>,
    expires: Option<String>,
    file: String,
    key: Option<String>,
    made: String,
    users: Vec<String>,
    users_without_recipient: Vec<String>,
    recipients: Vec<String>,
}

fn page(topology: &Topology) -> Result<String, EmitError> {
    let recipients = recipients(topology);
    let entries: Vec<Entry> = topology
        .secrets
        .iter()
        .map(|(id, secret)| entry(topology, (id, secret), &users(topology, id), &recipients))
        .collect();
    let mut context = tera::Context::new();
    context.insert("marker", MARKER);
    context.insert("secrets", &entries);
    let mut templates = tera::Tera::default();
    templates.autoescape_on(Vec::<&str>::new());
    templates.add_raw_template("README.md", include_str!("secrets/README.md.tera"))?;
    Ok(templates.render("README.md", &context)?)
}

fn entry(
    topology: &Topology,
    (id, secret): (Id<Secret>, &Secret),
    users: &[&Node],
    recipients: &BTreeMap<&RootPath, BTreeSet<&Recipient>>,
) -> Entry {
    let declared = &secret.declared;
    let names = |nodes: &[&Node]| -> Vec<String> {
        nodes.iter().map(|node| code(node.name.as_str())).collect()
    };
    let unreadable: Vec<&Node> = users
        .iter()
        .copied()
        .filter(|node| node.declared.recipient.is_none())
        .collect();
    let key = declared.sops.key.as_ref();
    Entry {
        name: code(secret.name.as_str()),
        what: match declared.kind {
            SecretKind::AuthKey => "an auth key",
            SecretKind::OauthClient => "the secret of an OAuth client",
            SecretKind::Opaque => "a value that is only passed on",
        },
        is_key: declared.kind != SecretKind::Opaque,
        reusable: declared.reusable.unwrap_or(false),
        ephemeral: declared.ephemeral.unwrap_or(false),
        tags: declared
            .tags
            .iter()
            .map(|tag| code(tag.value.as_str()))
            .collect(),
        expires: declared.expires.as_ref().map(|day| day.value.to_string()),
        file: code(declared.sops.file.value.as_str()),
        key: key
            .filter(|_| declared.sops.format() != SopsFormat::Binary)
            .map(|key| code(key.value.as_str())),
        made: match declared.kind {
            SecretKind::AuthKey | SecretKind::OauthClient => made(topology, users),
            SecretKind::Opaque => "take it from the service that it is for".to_owned(),
        },
        users: names(users)
            .into_iter()
            .chain(applications(topology, id))
            .collect(),
        users_without_recipient: names(&unreadable),
        recipients: recipients
            .get(&declared.sops.file.value)
            .into_iter()
            .flatten()
            .map(|recipient| code(recipient.as_str()))
            .collect(),
    }
}

/// Where a secret comes from: from whoever coordinates the tailnets of its nodes.
fn made(topology: &Topology, users: &[&Node]) -> String {
    let tailnets = users.iter().filter_map(|node| node.tailscale.as_ref());
    let mut controls: BTreeSet<Control> = tailnets
        .map(|membership| topology.tailnets.get(membership.tailnet))
        .map(Tailnet::control)
        .collect();
    if controls.is_empty() {
        controls = topology.tailnets.values().map(Tailnet::control).collect();
    }
    let ways: Vec<&str> = controls
        .into_iter()
        .map(|control| match control {
            Control::Tailscale => "make it in the admin console of the tailnet",
            Control::Headscale => {
                "make it with `headscale preauthkeys create`, with the tags of whoever joins, on the host of \
                 headscale"
            }
        })
        .collect();
    ways.join(", or ")
}
