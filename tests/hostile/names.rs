//! Names that are words of Nix, YAML or the tree itself.

use std::collections::BTreeSet;
use std::process::Command;

use common::host::{HostConfig, evaluate_all};
use common::program::{run, said};
use common::{Firewall, HostSpec};
use serde_json::Value as Json;

use crate::declaration::{self, Run};
use crate::every_field::texts_for_programs_are_harmless;
use crate::{complete, readers, texts};

/// The declaration with a thing renamed, also where it is referred to.
fn renamed(value: &Json, from: &str, to: &str) -> Json {
    let own = |text: &str| match text.split_once(':') {
        _ if text == from => to.to_owned(),
        Some((kind, name)) if name == from && kind != "tag" => format!("{kind}:{to}"),
        _ => text.to_owned(),
    };
    match value {
        Json::String(text) => own(text).into(),
        Json::Array(items) => items.iter().map(|item| renamed(item, from, to)).collect(),
        Json::Object(set) => {
            let entries = set.iter();
            entries
                .map(|(name, value)| (own(name), renamed(value, from, to)))
                .collect()
        }
        other => other.clone(),
    }
}

#[test]
fn words_are_names_like_others() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let base = complete();
    let longest = "n".repeat(63);
    let mut specs = Vec::new();
    let mut names = texts::NAMES.to_vec();
    names.push(&longest);
    for (n, name) in names.iter().enumerate() {
        // Two members of a tailnet must not share a name.
        let device = format!("d{}", &name[..name.len().min(62)]);
        // The main tailnet is kept under the name `tailnet`.
        let tailnet = format!("t{}", &name[..name.len().min(62)]);
        // Services begin with a letter, and one has more behind the name.
        let app = format!("a{}", &name[..name.len().min(57)]);
        // The modules for all nodes are called so.
        let node = if *name == "default" {
            "n-default"
        } else {
            name
        };
        let mut changed = base.clone();
        for (old, new) in [
            ("home", *name),
            ("homelab", name),
            ("alpha", node),
            ("gateway", &device),
            ("magicdns", name),
            ("blocky", &app),
            ("routers", name),
            ("other", &tailnet),
        ] {
            changed = renamed(&changed, old, new);
        }
        // This was a word of the language, not a name.
        for resolver in [app.as_str(), "boxed", "plainly"] {
            changed["resolvers"][resolver]["kind"] = "blocky".into();
        }
        let run = Run::json(&changed);
        let files = run
            .files()
            .unwrap_or_else(|| panic!("{name}: {}", run.human()));
        readers::nix_parses(&files);
        readers::texts(&files, &readers::sops_files(&changed));
        let own = folder.path().join(n.to_string());
        declaration::write(&files, &own);
        specs.push(
            HostSpec::new(node)
                .module(own.join("nixos"))
                .firewall(Firewall::Nftables)
                .with_sops()
                .module_text("{ tailwright.root = /declared; sops.validateSopsFiles = false; }"),
        );
    }
    let hosts = evaluate_all(&specs).unwrap_or_else(|refusal| panic!("{refusal}"));
    for host in &hosts {
        assert_eq!(host.failed_assertions(), [""; 0]);
        assert!(host.unbound_conf().is_some());
        texts_for_programs_are_harmless(host);
        unbound_reads(host);
    }
}

/// unbound takes the file, and finds in it what the options say.
fn unbound_reads(host: &HostConfig) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("unbound.conf");
    let conf = host.unbound_conf().expect("unbound runs");
    let conf = conf.replace("/var/lib/unbound", &folder.path().to_string_lossy());
    std::fs::write(&file, conf).expect("writing unbound.conf");
    let ask = |arguments: &[&str]| {
        let output = run(Command::new("unbound-checkconf").args(arguments).arg(&file));
        assert!(output.status.success(), "{}", said(&output));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    ask(&[]);
    for option in ["interface", "access-control"] {
        let read = ask(&["-o", option]);
        // In an order of its own.
        let read: BTreeSet<&str> = read.lines().filter(|line| !line.is_empty()).collect();
        let written = host.strings(&format!("/unbound/settings/server/{option}"));
        assert_eq!(read, written.into_iter().collect(), "{option}");
    }
    let zones = host
        .at("/unbound/settings/forward-zone")
        .as_array()
        .map_or(0, Vec::len);
    assert!(zones > 60, "{zones}");
}
