//! The examples: their committed trees are current, and their secrets are what they say.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod sops;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::program::{run, said};
use common::{Firewall, HostSpec};
use tailwright::input::{Request, read};
use tailwright::topology::Topology;

use sops::{Sops, TestKeys};

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")
}

/// The folder of each example, sorted.
fn each() -> Vec<PathBuf> {
    let entries = fs::read_dir(examples()).unwrap();
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders
}

fn topology(example: &Path) -> Topology {
    let request = Request {
        file: example.join("tailnet.nix"),
        root: None,
        display_name: None,
        positions: None,
    };
    let input = read(&request).unwrap();
    let checked = tailwright::check(&input.value, &input.files);
    assert!(checked.findings.is_empty(), "{:?}", checked.findings);
    checked.topology
}

#[test]
fn the_committed_trees_are_current() {
    for example in each() {
        let output = run(Command::new(env!("CARGO_BIN_EXE_tailwright"))
            .current_dir(&example)
            .args(["generate", "tailnet.nix", "--out", "generated", "--check"]));
        assert!(
            output.status.success(),
            "cargo run -- generate {0}/tailnet.nix --out {0}/generated\n{1}",
            example.display(),
            said(&output)
        );
    }
}

#[test]
fn the_rules_of_sops_are_copied() {
    for example in each() {
        let lines = |path: &str| -> Vec<String> {
            fs::read_to_string(example.join(path))
                .unwrap()
                .lines()
                .filter(|line| !line.starts_with('#'))
                .map(str::to_owned)
                .collect()
        };
        assert_eq!(lines(".sops.yaml"), lines("generated/secrets/sops.yaml"));
    }
}

#[test]
fn every_node_and_the_admin_open_every_secret() {
    let Some(sops) = Sops::find("every_node_and_the_admin_open_every_secret") else {
        return;
    };
    for example in each() {
        let topology = topology(&example);
        let keys = TestKeys::read(&example.join("secrets/test-keys.txt"));
        let nodes: BTreeSet<&str> = topology.nodes.names().chain(["admin"]).collect();
        assert_eq!(keys.owners(), nodes);
        for owner in nodes {
            for secret in topology.secrets.values() {
                let declared = &secret.declared.sops;
                let file = example.join(declared.file.value.as_str());
                let content = sops.decrypt(&file, keys.private(owner)).unwrap();
                let key = declared.key.as_ref().unwrap().value.as_str();
                let value = content[key].as_str();
                assert!(
                    value.is_some_and(|value| value.starts_with("not-a-real-key-")),
                    "{owner}: {key} of {} is no text or no test value",
                    file.display()
                );
            }
        }
        let stranger = "AGE-SECRET-KEY-18ZX5V5SJQ6QHQ5CKGCJEYVJHRK07T5YWU3859347MT88GLNR8FTQLGQQ2L";
        let file = example.join("secrets/hosts.enc.yaml");
        let refused = sops.decrypt(&file, stranger).unwrap_err();
        assert!(
            refused.contains("no master key was able to decrypt"),
            "{refused}"
        );
    }
}

#[test]
fn a_new_file_is_encrypted_to_exactly_those_who_need_it() {
    let Some(sops) = Sops::find("a_new_file_is_encrypted_to_exactly_those_who_need_it") else {
        return;
    };
    for example in each() {
        let keys = TestKeys::read(&example.join("secrets/test-keys.txt"));
        let repository = tempfile::tempdir().unwrap();
        let rules = example.join("generated/secrets/sops.yaml");
        fs::copy(rules, repository.path().join(".sops.yaml")).unwrap();
        let recipients = sops
            .encrypt_in(repository.path(), "secrets/hosts.enc.yaml")
            .unwrap();
        assert_eq!(recipients, keys.recipients());
        let other = sops.encrypt_in(repository.path(), "secrets/hosts-enc.yaml");
        assert!(other.unwrap_err().contains("no matching creation rules"));
    }
}

#[test]
fn sops_nix_finds_every_key() {
    let Some(sops) = Sops::find("sops_nix_finds_every_key") else {
        return;
    };
    for example in each() {
        let keys = TestKeys::read(&example.join("secrets/test-keys.txt"));
        for node in topology(&example).nodes.names() {
            let spec = HostSpec::new(node)
                .module(example.join("generated/nixos"))
                .firewall(Firewall::Nftables)
                .with_sops()
                .module_text(&format!("{{ tailwright.root = {}; }}", example.display()));
            let host = common::host::evaluate(&spec).unwrap();
            assert!(host.failed_assertions().is_empty(), "{node}");
            let secrets = host.at("/secrets").as_object().unwrap();
            assert_eq!(secrets.len(), 1, "{node}");
            for (name, secret) in secrets {
                let file = Path::new(secret["sopsFile"].as_str().unwrap());
                assert_eq!(secret["format"], "yaml", "{node}: {name}");
                let content = sops.decrypt(file, keys.private(node)).unwrap();
                // sops-nix descends at each slash, and installs text only.
                let value = secret["key"]
                    .as_str()
                    .unwrap()
                    .split('/')
                    .fold(&content, |value, key| &value[key]);
                assert!(value.is_string(), "{node}: {name}");
            }
        }
    }
}
