//! A declaration in a folder of its own, and the tree that tailwright generates from it there.

use std::path::{Path, PathBuf};

use serde_json::Value;
use tailwright::finding::{Finding, any_error};
use tailwright::topology::Topology;
use tailwright::{input, write};
use tempfile::TempDir;

use crate::HostSpec;

/// The packet filter of the example's nodes.
const FILTER: &str = "firewall = \"nftables\"";

/// A generated tree; the folder goes with it.
#[derive(Debug)]
pub struct Generated {
    folder: TempDir,
    topology: Topology,
}

impl Generated {
    /// The example of a whole home lab.
    ///
    /// # Panics
    /// As [`Generated::from`].
    pub fn homelab() -> Self {
        Self::homelab_but(&[])
    }

    /// The example, with these texts replaced wherever they stand.
    ///
    /// # Panics
    /// As [`Generated::from`], and if a text stands nowhere.
    pub fn homelab_but(changes: &[(&str, &str)]) -> Self {
        Self::from(&homelab_text(changes))
    }

    /// The same where `check` has something to say against it: what would be generated without it.
    ///
    /// # Panics
    /// If there is nothing at error level to say against it, or the tree can't be written.
    pub fn refused_homelab_but(changes: &[(&str, &str)]) -> Self {
        let text = homelab_text(changes);
        match generate(&text) {
            Ok((generated, findings)) => {
                assert!(any_error(&findings), "nothing is wrong with it:\n{text}");
                generated
            }
            Err(error) => panic!("{error}"),
        }
    }

    /// The example with IPv6 in LAN and cluster as well: `fd00:10::200` and `fd00:10::201` are the
    /// routers, `fd00:42::/56` the pods; and with this packet filter.
    ///
    /// # Panics
    /// As [`Generated::from`].
    pub fn dual_stack(firewall: &str) -> Self {
        Self::homelab_but(&[
            ("\"10.10.10.0/24\"", "\"10.10.10.0/24\" \"fd00:10::/64\""),
            ("\"10.0.0.0/16\"", "\"10.0.0.0/16\" \"fd00:42::/56\""),
            ("\"10.10.10.200\"", "[ \"10.10.10.200\" \"fd00:10::200\" ]"),
            ("\"10.10.10.201\"", "[ \"10.10.10.201\" \"fd00:10::201\" ]"),
            (FILTER, &format!("firewall = \"{firewall}\"")),
        ])
    }

    /// The example with this packet filter on every node.
    ///
    /// # Panics
    /// As [`Generated::from`].
    pub fn filtered_by(firewall: &str) -> Self {
        Self::homelab_but(&[(FILTER, &format!("firewall = \"{firewall}\""))])
    }

    /// What `tailwright init` writes.
    ///
    /// # Panics
    /// As [`Generated::from`].
    pub fn starter() -> Self {
        Self::from(&read(
            &crate::tests_dir().join("../src/cli/init/tailnet.nix"),
        ))
    }

    /// A declaration as static Nix.
    ///
    /// # Panics
    /// If there is something at error level to say against it, or a file can't be written.
    pub fn from(declaration: &str) -> Self {
        match generate(declaration) {
            Ok((generated, findings)) => {
                assert!(!any_error(&findings), "{findings:#?}\n{declaration}");
                generated
            }
            Err(error) => panic!("{error}"),
        }
    }

    /// A declaration as JSON, whatever there is to say against it. What stands under `policy` in it is
    /// no part of it, but the content of the policy file of that name.
    ///
    /// # Errors
    /// If something in it is no declaration, or nothing can be generated from it.
    pub fn of_json(declaration: &Value, policy: &str) -> Result<Self, Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let file = write_json(&folder, declaration, policy)?;
        let (generated, findings) = generate_in(folder, file)?;
        if generated.topology.is_complete() {
            return Ok(generated);
        }
        let findings: Vec<String> = findings.iter().map(|one| one.message.clone()).collect();
        Err(findings.join("\n").into())
    }

    /// What such a declaration means.
    ///
    /// # Errors
    /// If it is no declaration.
    pub fn topology_of_json(
        declaration: &Value,
        policy: &str,
    ) -> Result<Topology, Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let file = write_json(&folder, declaration, policy)?;
        let input = read_input(file)?;
        Ok(tailwright::check(&input.value, &input.files).topology)
    }

    /// What the declaration means.
    pub fn topology(&self) -> &Topology {
        &self.topology
    }

    /// A host that imports the tree, its root in the declaration's folder.
    pub fn host(&self, name: &str) -> HostSpec {
        let root = self.folder.path().display();
        HostSpec::new(name)
            .module(self.path())
            .module_text(&format!("{{ tailwright.root = {root}; }}"))
    }

    /// A file of the tree.
    ///
    /// # Panics
    /// If there is none.
    pub fn text(&self, file: &str) -> String {
        read(&self.folder.path().join("generated").join(file))
    }

    /// Whether the tree has a file.
    pub fn has(&self, file: &str) -> bool {
        self.folder.path().join("generated").join(file).exists()
    }

    /// What is in a file of the tree that is a Nix expression without arguments.
    ///
    /// # Panics
    /// If Nix refuses it.
    pub fn value(&self, file: &str) -> Value {
        let file = self.folder.path().join("generated").join(file);
        match crate::nix::evaluate(&file, "dummy://", &[]) {
            Ok(value) => value,
            Err(refusal) => panic!("{refusal}"),
        }
    }

    /// The module that a host imports.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("generated/nixos")
    }
}

fn homelab_text(changes: &[(&str, &str)]) -> String {
    let mut text = read(&crate::tests_dir().join("../examples/homelab/tailnet.nix"));
    for (old, new) in changes {
        assert!(text.contains(old), "the example has no `{old}`");
        text = text.replace(old, new);
    }
    text
}

fn generate(declaration: &str) -> Result<(Generated, Vec<Finding>), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("tailnet.nix");
    std::fs::write(&file, declaration)?;
    // What the examples refer to. sops-nix reads it for its hash, and nobody decrypts it.
    let secrets = folder.path().join("secrets");
    std::fs::create_dir(&secrets)?;
    std::fs::write(secrets.join("hosts.enc.yaml"), "sops: {}\n")?;
    let policy = crate::tests_dir().join("../examples/homelab/policy.hujson");
    std::fs::copy(policy, folder.path().join("policy.hujson"))?;
    generate_in(folder, file)
}

/// Writes a declaration, and its policy file if it has one.
fn write_json(folder: &TempDir, declaration: &Value, policy: &str) -> std::io::Result<PathBuf> {
    let mut declaration = declaration.clone();
    let content = declaration
        .as_object_mut()
        .and_then(|all| all.remove(policy));
    if let Some(content) = content {
        std::fs::write(folder.path().join(policy), content.to_string())?;
    }
    let file = folder.path().join("tailnet.json");
    std::fs::write(&file, declaration.to_string())?;
    Ok(file)
}

fn generate_in(
    folder: TempDir,
    file: PathBuf,
) -> Result<(Generated, Vec<Finding>), Box<dyn std::error::Error>> {
    let input = read_input(file)?;
    let checked = tailwright::check(&input.value, &input.files);
    let tree = tailwright::generate(&checked.topology)?;
    let header = tailwright::header(&input.value);
    write::write_tree(&folder.path().join("generated"), &tree, &header, false)?;
    let topology = checked.topology;
    Ok((Generated { folder, topology }, checked.findings))
}

fn read_input(file: PathBuf) -> Result<input::Input, input::InputError> {
    input::read(&input::Request {
        file,
        root: None,
        display_name: None,
        positions: None,
    })
}

fn read(path: &Path) -> String {
    match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => panic!("can't read {}: {error}", path.display()),
    }
}
