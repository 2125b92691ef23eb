//! The parts of the tree, and where the files of a cluster stand in it.

use serde::Serialize;

use super::Page;
use crate::emit::markdown::code;
use crate::scalar::Manifests;
use crate::topology::{Cluster, Id, Resolver, Tailnet};

/// A line of the table of parts.
#[derive(Serialize)]
pub(super) struct Part {
    path: String,
    purpose: String,
}

/// The files of a resolver in a cluster, as far as they are in the tree.
#[derive(Default)]
pub(super) struct AppFiles {
    /// Those that become objects, in the order in which they are applied: the configuration has
    /// to be there when the application starts.
    pub(super) objects: Vec<String>,
    /// The one that is merged into a configuration written by hand, as inline code.
    pub(super) conditional: Option<String>,
}

impl Page<'_> {
    pub(super) fn parts(&self) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut add = |path: &str, purpose: String| {
            let is_there = match path.strip_suffix('/') {
                Some(folder) => {
                    let mut files = self.files.iter();
                    files.any(|file| {
                        let rest = file.strip_prefix(folder);
                        rest.is_some_and(|rest| rest.starts_with('/'))
                    })
                }
                None => self.has(path),
            };
            if is_there {
                parts.push(Part {
                    path: code(path),
                    purpose,
                });
            }
        };
        add(
            "nixos/default.nix",
            "the NixOS module for every host: each takes what is its own".to_owned(),
        );
        add(
            "nixos/options.nix",
            "`tailwright.node`, which node a host is; `tailwright.root`, where the SOPS files are"
                .to_owned(),
        );
        for node in self.topology.nodes.values() {
            add(
                &format!("nixos/{}/", node.name),
                format!("what is generated of the node {}", code(node.name.as_str())),
            );
        }
        for cluster in self.topology.clusters.values() {
            let name = code(cluster.name.as_str());
            let imported = if self.has(&format!("kubenix/{}/default.nix", cluster.name)) {
                "; `default.nix` imports them"
            } else {
                ""
            };
            add(
                &format!("kubenix/{}/", cluster.name),
                format!("Nix for the cluster {name}, to be rendered by kubenix{imported}"),
            );
            add(
                &format!("kubernetes/{}/", cluster.name),
                format!("objects of the cluster {name}, with a kustomization"),
            );
        }
        for resolver in self.topology.resolvers.values() {
            if let Some(file) = self.conditional_file(resolver) {
                let name = code(resolver.name.as_str());
                let purpose = "the mapping alone, to be merged into the configuration of resolver";
                add(&file, format!("{purpose} {name}"));
            }
        }
        add(
            "secrets/sops.yaml",
            "rules for `.sops.yaml`: who can open which file".to_owned(),
        );
        add(
            "secrets/README.md",
            "which secrets have to be put in, and by whom".to_owned(),
        );
        parts
    }

    pub(super) fn app_files(&self, resolver: &Resolver) -> AppFiles {
        let Some((folder, ending)) = self.cluster_folder(resolver.cluster) else {
            return AppFiles::default();
        };
        let secrets = if ending == "nix" {
            "-secrets.enc"
        } else {
            "-secrets.vals"
        };
        let objects = ["-config", secrets, ""]
            .into_iter()
            .map(|part| format!("{folder}/apps/{}{part}.{ending}", resolver.name))
            .filter(|file| self.has(file))
            .collect();
        AppFiles {
            objects,
            conditional: self.conditional_file(resolver).map(|file| code(&file)),
        }
    }

    fn conditional_file(&self, resolver: &Resolver) -> Option<String> {
        let (folder, ending) = self.cluster_folder(resolver.cluster)?;
        let file = format!("{folder}/apps/{}-conditional.{ending}", resolver.name);
        self.has(&file).then_some(file)
    }

    /// The file with the server blocks for a cluster's DNS, named for one of the suffixes.
    pub(super) fn zone_file(&self, cluster: Id<Cluster>) -> Option<String> {
        let (folder, ending) = self.cluster_folder(Some(cluster))?;
        let tailnets = self.topology.tailnets.values();
        tailnets
            .map(|tailnet| {
                let suffix = &tailnet.declared.suffix.value;
                format!("{folder}/system/coredns-{suffix}.{ending}")
            })
            .find(|file| self.has(file))
    }

    /// The same block alone, for a Corefile that is kept by hand.
    pub(super) fn zone_fragment(
        &self,
        cluster: Id<Cluster>,
        tailnet: Id<Tailnet>,
    ) -> Option<String> {
        let (folder, _) = self.cluster_folder(Some(cluster))?;
        let suffix = &self.topology.tailnets.get(tailnet).declared.suffix.value;
        let file = format!("{folder}/system/coredns-{suffix}.server");
        self.has(&file).then_some(file)
    }

    /// The folder of a cluster, and how its files end.
    fn cluster_folder(&self, cluster: Option<Id<Cluster>>) -> Option<(String, &'static str)> {
        let cluster = self.topology.clusters.get(cluster?);
        Some(match cluster.declared.manifests {
            Some(Manifests::Yaml) => (format!("kubernetes/{}", cluster.name), "yaml"),
            None | Some(Manifests::Kubenix | Manifests::KubenixRelease) => {
                (format!("kubenix/{}", cluster.name), "nix")
            }
        })
    }
}
