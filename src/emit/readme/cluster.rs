//! Objects of a cluster, and the step of its DNS.

use super::commands::{MEMBER, PUBLIC, PUBLIC_NAME, path, seen};
use super::guide::and;
use super::node::listens;
use super::{Block, Guide, Page};
use crate::emit::markdown::code;
use crate::scalar::Manifests;
use crate::topology::{Cluster, Id, Tailnet};

/// A pod for one question; a version, since `latest` is another tomorrow.
const POD_IMAGE: &str = "docker.io/library/busybox:1.37";

impl Page<'_> {
    pub(super) fn cluster_dns(&self, id: Id<Cluster>, tailnet: Id<Tailnet>) -> Guide {
        let topology = self.topology;
        let cluster = topology.clusters.get(id);
        let name = code(cluster.name.as_str());
        let suffix = self.suffix(tailnet);
        let files: Vec<String> = self.zone_file(id, tailnet).into_iter().collect();
        let forwarders = topology.forwarders.values();
        let servers: Vec<String> = forwarders
            .filter(|forwarder| forwarder.tailnet == tailnet)
            .flat_map(|forwarder| {
                let instances = forwarder.instances.iter();
                instances.flat_map(move |instance| listens(forwarder, instance))
            })
            .collect();
        let (apply, undo) = if let (true, Some(file)) =
            (files.is_empty(), self.zone_fragment(id, tailnet))
        {
            let file = code(&file);
            (
                vec![Block::text(format!(
                    "By hand: put what is in {file} into the cluster's Corefile as it is, beside the \
                     block that is there. A second `forward .` in that block would be ignored."
                ))],
                vec![Block::text("Take the server block out again.")],
            )
        } else if files.is_empty() {
            (
                vec![Block::text(format!(
                    "By hand, since tailwright does not write it for this cluster: a server block of its \
                     own for {suffix} that forwards to {}. A second `forward .` in the block that is \
                     there would be ignored.",
                    and(&servers)
                ))],
                vec![Block::text("Take the server block out again.")],
            )
        } else {
            let mut apply = self.apply_objects(id, &files);
            if let Some(fragment) = self.zone_fragment(id, tailnet) {
                apply.push(Block::text(format!(
                    "Where the cluster has a ConfigMap of that name already, one would replace the other: \
                     leave `dns` out of the cluster's `manage`, and add an entry that ends with `.server` \
                     to the one that is there, with what is in {}.",
                    code(&fragment)
                )));
            }
            (apply, self.undo_objects(id, &files))
        };
        Guide {
            title: format!("DNS of cluster {name}: the zone {suffix}"),
            place: format!("cluster {name}"),
            apply,
            check: self.check_from_a_pod(tailnet),
            undo,
        }
    }

    fn check_from_a_pod(&self, tailnet: Id<Tailnet>) -> Vec<Block> {
        let Some(query) = self.member_query(tailnet, None) else {
            return Vec::new();
        };
        let (name, kind) = query.split_once(' ').unwrap_or((&query, "A"));
        let ask = |name: &str| {
            format!(
                "kubectl run dns-check --rm -i --restart=Never --image={POD_IMAGE} -- \
                 nslookup -type={} {name}.",
                kind.to_ascii_lowercase()
            )
        };
        vec![Block::with(
            "From a pod, since only a pod asks the way pods do. CoreDNS may need two minutes to read \
             what is new:",
            vec![seen(MEMBER, ask(name)), seen(PUBLIC, ask(PUBLIC_NAME))],
        )]
    }

    /// Applies generated files of a cluster, in this order.
    pub(super) fn apply_objects(&self, id: Id<Cluster>, files: &[String]) -> Vec<Block> {
        let cluster = self.topology.clusters.get(id);
        if is_yaml(cluster) {
            let folder = path(&format!("kubernetes/{}", cluster.name));
            let secrets = files.iter().filter(|file| file.ends_with(".vals.yaml"));
            let secrets = secrets.flat_map(|file| through_kubectl(file));
            return vec![Block::with(
                format!(
                    "In this folder, with kubectl's context on {}. The command applies all objects of \
                     the cluster at once, and what they need is there by now:",
                    code(cluster.name.as_str())
                ),
                secrets
                    .chain([
                        format!("kubectl diff -k {folder}"),
                        format!("kubectl apply -k {folder}"),
                    ])
                    .collect(),
            )];
        }
        let shown: Vec<String> = files.iter().map(|file| code(file)).collect();
        let mut apply = vec![Block::with(
            format!(
                "Render {} with kubenix the way the repository renders its other modules, here to the \
                 files named below; then, with kubectl's context on {}:",
                and(&shown),
                code(cluster.name.as_str())
            ),
            files
                .iter()
                .flat_map(|file| through_kubectl(file))
                .collect(),
        )];
        if files.iter().any(|file| file.ends_with(".enc.nix")) {
            apply.push(Block::text(
                "vals puts the secrets in on the way to the cluster: keep no copy of what it prints.",
            ));
        }
        apply.push(Block::text(
            "kubenix' own `apply` prunes: given a part, it deletes the rest.",
        ));
        apply
    }

    pub(super) fn undo_objects(&self, id: Id<Cluster>, files: &[String]) -> Vec<Block> {
        let cluster = self.topology.clusters.get(id);
        let delete = files.iter().rev().map(|file| {
            let rendered = if is_yaml(cluster) {
                file.clone()
            } else {
                rendered(file)
            };
            format!("kubectl delete -f {}", path(&rendered))
        });
        vec![Block::with(
            "Apply what the repository held before in the same way. Where there was nothing:",
            delete.collect(),
        )]
    }
}

fn is_yaml(cluster: &Cluster) -> bool {
    cluster.declared.manifests == Some(Manifests::Yaml)
}

/// The file that a module is rendered to.
fn rendered(file: &str) -> String {
    let name = file.rsplit('/').next().unwrap_or(file);
    let name = name.strip_suffix(".nix").unwrap_or(name);
    format!("{}.yaml", name.strip_suffix(".enc").unwrap_or(name))
}

/// References of vals are replaced on the way, and a missing one stops it.
fn through_kubectl(file: &str) -> [String; 2] {
    let is_yaml = file.ends_with(".yaml");
    let rendered = path(&if is_yaml {
        file.to_owned()
    } else {
        rendered(file)
    });
    ["diff", "apply"].map(|verb| {
        if file.ends_with(".enc.nix") || is_yaml {
            format!("vals eval -fail-on-missing-key-in-map -f {rendered} | kubectl {verb} -f -")
        } else {
            format!("kubectl {verb} -f {rendered}")
        }
    })
}
