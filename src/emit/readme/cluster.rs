//! Objects of a cluster, and the step of its DNS.

use super::commands::{MEMBER, PUBLIC, PUBLIC_NAME, path, seen};
use super::guide::and;
use super::node::listens;
use super::{Block, Guide, Page};
use crate::emit::markdown::code;
use crate::scalar::Manifests;
use crate::topology::arrivals::cluster_asks;
use crate::topology::{Cluster, Id, Tailnet};

/// A pod for one question; a version, since `latest` is another tomorrow.
const POD_IMAGE: &str = "docker.io/library/busybox:1.37";

impl Page<'_> {
    pub(super) fn cluster_dns(&self, id: Id<Cluster>) -> Guide {
        let cluster = self.topology.clusters.get(id);
        let name = code(cluster.name.as_str());
        let tailnets = self.asked_by_cluster(id);
        let suffixes: Vec<String> = tailnets.iter().map(|one| self.suffix(*one)).collect();
        let fragments: Vec<String> = tailnets
            .iter()
            .filter_map(|tailnet| self.zone_fragment(id, *tailnet))
            .map(|file| code(&file))
            .collect();
        let take_out = || vec![Block::text("Take what was added out again.")];
        let (apply, undo) = if let Some(file) = self.zone_file(id) {
            let files = [file];
            let mut apply = self.apply_objects(id, &files);
            apply.push(Block::text(format!(
                "Where the cluster has a ConfigMap of that name already, one would replace the other: \
                 leave `dns` out of the cluster's `manage`, and add an entry that ends with `.server` to \
                 the one that is there, with what is in {}.",
                and(&fragments)
            )));
            (apply, self.undo_objects(id, &files))
        } else if fragments.is_empty() {
            let by_hand = format!(
                "By hand: a server block of its own for {} that forwards to {}. A second `forward .` in \
                 the block that is there would be ignored.",
                and(&suffixes),
                and(&self.sockets_of(&tailnets))
            );
            (vec![Block::text(by_hand)], take_out())
        } else {
            let by_hand = format!(
                "By hand: put what is in {} into the cluster's Corefile as it is, beside the block that \
                 is there. A second `forward .` in that block would be ignored.",
                and(&fragments)
            );
            (vec![Block::text(by_hand)], take_out())
        };
        let check = tailnets.iter();
        Guide {
            title: format!("DNS of cluster {name}: {}", and(&suffixes)),
            place: format!("cluster {name}"),
            apply,
            check: check.flat_map(|one| self.check_from_a_pod(*one)).collect(),
            undo,
        }
    }

    /// The tailnets whose names a cluster's DNS forwards, in the order of the declaration.
    fn asked_by_cluster(&self, id: Id<Cluster>) -> Vec<Id<Tailnet>> {
        let topology = self.topology;
        let tailnets = topology.tailnets.iter().map(|(id, _)| id);
        tailnets
            .filter(|tailnet| {
                let mut forwarders = topology.forwarders.values();
                forwarders.any(|one| one.tailnet == *tailnet && cluster_asks(topology, id, one))
            })
            .collect()
    }

    /// Where the forwarders of tailnets listen.
    fn sockets_of(&self, tailnets: &[Id<Tailnet>]) -> Vec<String> {
        let forwarders = self.topology.forwarders.values();
        forwarders
            .filter(|forwarder| tailnets.contains(&forwarder.tailnet))
            .flat_map(|forwarder| {
                let instances = forwarder.instances.iter();
                instances.flat_map(move |instance| listens(forwarder, instance))
            })
            .collect()
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
        let name = code(cluster.name.as_str());
        let commands = files
            .iter()
            .flat_map(|file| through_kubectl(file))
            .collect();
        let mut apply = Vec::new();
        if is_yaml(cluster) {
            let intro = format!("With kubectl's context on {name}, {HERE}:");
            apply.push(Block::with(intro, commands));
        } else {
            let shown: Vec<String> = files.iter().map(|file| code(file)).collect();
            let intro = format!(
                "Render {} with kubenix the way the repository renders its other modules, here to the \
                 files named below; then, with kubectl's context on {name}:",
                and(&shown),
            );
            apply.push(Block::with(intro, commands));
        }
        if files.iter().any(|file| holds_references(file)) {
            apply.push(Block::text(
                "vals puts the secrets in on the way to the cluster: keep no copy of what it prints. It \
                 looks for their files from where it runs, so run it at the root of the repository.",
            ));
        }
        if !is_yaml(cluster) {
            apply.push(Block::text(
                "kubenix' own `apply` prunes: given a part, it deletes the rest.",
            ));
        }
        apply
    }

    pub(super) fn undo_objects(&self, id: Id<Cluster>, files: &[String]) -> Vec<Block> {
        let cluster = self.topology.clusters.get(id);
        let delete = files
            .iter()
            .rev()
            .map(|file| format!("kubectl delete -f {}", path(&applied(file))));
        let here = if is_yaml(cluster) {
            format!(", {HERE}")
        } else {
            String::new()
        };
        let intro = format!(
            "Apply what the repository held before in the same way. Where there was nothing{here}:"
        );
        vec![Block::with(intro, delete.collect())]
    }
}

/// Where commands run that name generated files.
const HERE: &str = "at the root of the repository, from where this folder is `generated`";

fn is_yaml(cluster: &Cluster) -> bool {
    cluster.declared.manifests == Some(Manifests::Yaml)
}

/// Whether vals has to replace references in a file.
fn holds_references(file: &str) -> bool {
    file.ends_with(".enc.nix") || file.ends_with(".vals.yaml")
}

/// The file that kubectl is given: YAML as it is, and what a module is rendered to.
fn applied(file: &str) -> String {
    if file.ends_with(".yaml") {
        return format!("generated/{file}");
    }
    let name = file.rsplit('/').next().unwrap_or(file);
    let name = name.strip_suffix(".nix").unwrap_or(name);
    format!("{}.yaml", name.strip_suffix(".enc").unwrap_or(name))
}

/// References of vals are replaced on the way, and a missing one stops it.
fn through_kubectl(file: &str) -> [String; 2] {
    let applied = path(&applied(file));
    ["diff", "apply"].map(|verb| {
        if holds_references(file) {
            format!("vals eval -fail-on-missing-key-in-map -f {applied} | kubectl {verb} -f -")
        } else {
            format!("kubectl {verb} -f {applied}")
        }
    })
}
