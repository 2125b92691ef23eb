//! What `settings` of an application may not say, and the secrets in them.

use super::super::Context;
use crate::declaration::language::{self, Setting};
use crate::facts::{Release, blocky};
use crate::finding::Finding;
use crate::place::{Located, Place};
use crate::redact::shown;
use crate::rules::structure;
use crate::scalar::{Name, SopsFormat};
use crate::suggest::closest;
use crate::topology::{Id, Secret, Topology};

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

/// A setting that has one value with which names stay private, with the reason: before 0.28 Blocky asked
/// its upstream servers for what a forwarder does not know, since then it does nothing.
const FALLBACK: (&[&str], &str) = (
    &["conditional", "fallbackUpstream"],
    "with it the public servers would see the names that a forwarder does not know",
);

/// Settings that have one value with which the application works, each with the reason.
const FIXED: [(&[&str], &str); 2] = [
    FALLBACK,
    (
        &["upstreams", "init", "strategy"],
        "Blocky has to start where no server can be reached yet, and answer what it knows itself",
    ),
];

/// Finds what the settings of a Blocky that is somebody else's do to private names.
pub(in crate::topology::resolve) fn check_foreign(
    declared: &language::Resolver,
    context: &mut Context,
) {
    let Some(version) = &declared.version else {
        return;
    };
    let release = Release::from(&version.value);
    of_older_releases(declared, release, context);
    let fallback = declared.settings.at(FALLBACK.0);
    if release < blocky::FALLBACK_IS_DEAD
        && let Some((place, Setting::Bool(true))) = fallback
    {
        context.findings.push(not_to_be_chosen(place, FALLBACK.1));
    }
}

fn not_to_be_chosen(place: &Place, why: &str) -> Finding {
    structure::contradiction(
        place,
        format!("`{}` is not to be chosen", place.path),
        "remove it",
    )
    .note(why)
}

/// Finds what `settings` say of what is decided elsewhere.
pub(super) fn check(declared: &language::Resolver, release: Release, context: &mut Context) {
    let settings = &declared.settings;
    unknown(declared, context);
    of_older_releases(declared, release, context);
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
            context.findings.push(not_to_be_chosen(place, why));
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

/// Finds attributes that Blocky does not have: it does not start with one.
fn unknown(declared: &language::Resolver, context: &mut Context) {
    for (name, (place, _)) in &declared.settings.0 {
        let path = [name.as_str()];
        let is_derived = DERIVED.iter().any(|(derived, _)| *derived == path);
        if is_derived || blocky::SETTINGS.contains(&path[0]) {
            continue;
        }
        let help = match closest(name, blocky::SETTINGS) {
            Some(meant) => format!("write `{meant}`"),
            None => "remove it".to_owned(),
        };
        context.findings.push(
            structure::contradiction(
                place,
                format!("Blocky has no setting {}", shown(name)),
                help,
            )
            .note("it does not start with one that it does not know"),
        );
    }
}

/// Finds what releases before 0.32 do to the answers of forwarders.
fn of_older_releases(declared: &language::Resolver, release: Release, context: &mut Context) {
    if release >= blocky::CONDITIONAL_IS_LEFT_ALONE {
        return;
    }
    let settings = &declared.settings;
    if let Some((place, Setting::Bool(true))) = settings.at(&["dnssec", "validate"]) {
        context.findings.push(
            structure::contradiction(
                place,
                format!(
                    "Blocky {}.{} also validates what forwarders answer",
                    release.0, release.1
                ),
                "remove it, or declare `version` 0.32.0 or newer",
            )
            .note("a tailnet's names are not signed: it would take them for forged"),
        );
    }
    if let Some((place, setting)) = settings.at(&["caching", "exclude"])
        && !matches!(setting, Setting::List(_))
    {
        context.findings.push(structure::contradiction(
            place,
            format!("`{}` is not the list that Blocky takes", place.path),
            "write a list",
        ));
    }
}

/// The secrets of the settings, each with what stands in the way of handing it over.
pub(super) fn secrets(
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
                    "keep it in a YAML or JSON file with a plain name, under a plain key, or in a binary file"
                        .to_owned(),
                )
            })
        };
        match objection {
            Some((message, help)) => {
                context.findings.push(
                    structure::contradiction(&reference.place, message, help)
                        .related(&secret.declared.sops.file.place, "the secret's file"),
                );
            }
            None => found.push((&secret.name, id)),
        }
    }
    found.sort_by_key(|(name, _)| *name);
    found.dedup_by_key(|(name, _)| *name);
    found.into_iter().map(|(_, id)| id).collect()
}

/// Why vals can't look a secret up (github.com/helmfile/vals, pkg/expansion/expand_match.go,
/// vals.go and pkg/providers/sops). The first part of the path is the host of a URL to it.
fn unreadable(secret: &Secret) -> Option<&'static str> {
    let sops = &secret.declared.sops;
    let key = sops.key.as_ref().map_or("", |key| key.value.as_str());
    let is_path = |c: char| c.is_alphanumeric() || "/._-~=".contains(c);
    match sops.format() {
        SopsFormat::Ini => Some("vals does not read INI files"),
        SopsFormat::Dotenv => Some("vals takes no single key out of a dotenv file"),
        _ if !sops.file.value.as_str().chars().all(is_path) => {
            Some("in the path of a file vals takes letters, digits and / . _ - ~ = alone")
        }
        _ if key.contains(['+', ' ', ',', '"', '#', '?', '%']) => {
            Some("vals takes none of + , \" # ? % and no space in a key")
        }
        _ => None,
    }
}
