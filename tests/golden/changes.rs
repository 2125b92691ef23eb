//! A change of one value in the declaration changes the files that depend on it, manifest.json,
//! and nothing else: not even the time stamps of the others.

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use tailwright::finding::any_error;
use tailwright::write::write_tree;

use super::cases::{Run, root, run};

fn example() -> String {
    std::fs::read_to_string(root().join("examples/homelab/tailnet.nix")).unwrap()
}

fn policy() -> String {
    std::fs::read_to_string(root().join("examples/homelab/policy.hujson")).unwrap()
}

fn checked(folder: &Path, text: &str, policy: &str) -> Run {
    let file = folder.join("tailnet.nix");
    std::fs::write(&file, text).unwrap();
    std::fs::write(folder.join("policy.hujson"), policy).unwrap();
    let run = run(&file);
    let findings = &run.checked.findings;
    assert!(!any_error(findings), "{findings:#?}");
    run
}

fn write(out: &Path, run: &Run) {
    write_tree(out, &run.tree(), &tailwright::header(&run.value), false).unwrap();
}

/// Each file's inode and time stamp in nanoseconds. A file that was written anew has another
/// inode, however coarse the clock.
fn stamps(out: &Path) -> BTreeMap<String, (u64, i64, i64)> {
    fn walk(folder: &Path, out: &Path, stamps: &mut BTreeMap<String, (u64, i64, i64)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, out, stamps);
            } else {
                let metadata = path.metadata().unwrap();
                let name = path.strip_prefix(out).unwrap().to_str().unwrap().to_owned();
                let stamp = (metadata.ino(), metadata.mtime(), metadata.mtime_nsec());
                stamps.insert(name, stamp);
            }
        }
    }
    let mut stamps = BTreeMap::new();
    walk(out, out, &mut stamps);
    stamps
}

/// The files that are written when `from` becomes `to` in the example.
fn changed(from: &str, to: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("generated");
    let text = example();
    assert_eq!(text.matches(from).count(), 1, "{from} stands there once");
    let policy = policy();
    write(&out, &checked(folder.path(), &text, &policy));
    let before = stamps(&out);
    // What the policy says of the value changes with it.
    let changed = (text.replace(from, to), policy.replace(from, to));
    write(&out, &checked(folder.path(), &changed.0, &changed.1));
    let after = stamps(&out);
    let names = before.keys().chain(after.keys());
    let mut changed: Vec<String> = names
        .filter(|name| before.get(*name) != after.get(*name))
        .cloned()
        .collect();
    changed.sort();
    changed.dedup();
    changed
}

#[test]
fn one_value_changes_what_depends_on_it() {
    let changes = [
        (
            "the address of a router",
            "\"10.10.10.201\"",
            "\"10.10.10.211\"",
        ),
        (
            "the address of a worker",
            "\"10.10.10.202\"",
            "\"10.10.10.212\"",
        ),
        (
            "the address of a device",
            "\"10.10.10.60\"",
            "\"10.10.10.61\"",
        ),
        (
            "the address of Blocky",
            "\"10.10.10.100\"",
            "\"10.10.10.101\"",
        ),
        (
            "an address in the tailnet",
            "100.104.138.109",
            "100.104.138.110",
        ),
        (
            "the address of the API",
            "address = \"10.10.10.250\"",
            "address = \"10.10.10.251\"",
        ),
        ("the pod range", "10.0.0.0/16", "10.1.0.0/16"),
        ("the Service range", "10.43.0.0/16", "10.43.0.0/17"),
        ("the LAN", "10.10.10.0/24", "10.10.10.0/23"),
        ("the forwarder's port", "port = 1053", "port = 1054"),
        ("the suffix", "tail96fefe", "tail96feff"),
        ("a name server", "\"8.8.8.8\"", "\"9.9.9.9\""),
        (
            "a key's name",
            "tailscale_server_auth_key",
            "server_auth_key",
        ),
        (
            "an interface",
            "interface = \"end0\"",
            "interface = \"end1\"",
        ),
        ("a replica", "replicas = 3", "replicas = 2"),
        (
            "a comment",
            "# As configured in Cilium, not k3s' default.",
            "",
        ),
    ];
    let mut list = String::new();
    for (what, from, to) in changes {
        list += &format!("{what}: {from} -> {to}\n");
        for file in changed(from, to) {
            list += &format!("    {file}\n");
        }
        list += "\n";
    }
    insta::with_settings!({ snapshot_path => "changes", prepend_module_to_snapshot => false,
        omit_expression => true }, {
        insta::assert_snapshot!("homelab", list);
    });
}

#[test]
fn the_same_declaration_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("generated");
    let run = checked(folder.path(), &example(), &policy());
    write(&out, &run);
    let before = stamps(&out);
    write(&out, &run);
    assert_eq!(before, stamps(&out));
}
