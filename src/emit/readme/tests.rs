//! What the page says of a cluster's objects, with the files that stand for them.

use super::emit;
use crate::artifact::{Artifact, ArtifactPath};
use crate::declaration::load::load;
use crate::declaration::source::{Format, Source};
use crate::finding::any_error;

/// The page of a cluster with the objects in `form`, in a tree with these files.
fn page(form: &str, files: &[&str]) -> String {
    let text = format!(
        r#"{{
          tailnet = {{ suffix = "tail96fefe.ts.net"; nameservers = [ "blocky" ]; }};
          sites.home.lans = [ "10.10.10.0/24" ];
          clusters.lab = {{
            site = "home"; distribution = "k3s"; manifests = "{form}";
            cni = {{ kind = "flannel"; podCidrs = [ "10.42.0.0/16" ]; }};
          }};
          nodes.alpha = {{
            os = "nixos"; site = "home"; cluster = "lab"; address = "10.10.10.200";
            interface = "eth0"; firewall = "nftables"; tailscale = {{ }};
          }};
          forwarders.magicdns = {{ engine = "unbound"; nodes = [ "alpha" ]; }};
          resolvers.blocky = {{
            kind = "blocky"; version = "0.34.0"; cluster = "lab"; namespace = "apps";
            address = "10.10.10.100"; upstreams = [ "1.1.1.1" ];
          }};
        }}"#
    );
    let source = Source {
        display_name: "tailnet.nix".into(),
        text,
    };
    let value = load(&source, Format::Nix).unwrap();
    let checked = crate::check(&value, &Default::default());
    assert!(!any_error(&checked.findings), "{:?}", checked.findings);
    let others: Vec<Artifact> = files
        .iter()
        .map(|path| Artifact {
            path: ArtifactPath::new(*path).unwrap(),
            content: String::new(),
        })
        .collect();
    emit(&checked.topology, &others).unwrap().content
}

/// The commands under a heading that begins with this.
fn commands<'a>(page: &'a str, heading: &str) -> Vec<&'a str> {
    let (_, section) = page.split_once(heading).unwrap();
    let section = section.split("\n### ").next().unwrap();
    let blocks = section.split("```sh\n").skip(1);
    let blocks = blocks.map(|block| block.split("```").next().unwrap());
    blocks.flat_map(str::lines).collect()
}

#[test]
fn the_configuration_is_applied_before_the_application_and_deleted_after_it() {
    let page = page(
        "kubenix",
        &[
            "kubenix/lab/default.nix",
            "kubenix/lab/apps/blocky.nix",
            "kubenix/lab/apps/blocky-config.nix",
            "kubenix/lab/apps/blocky-secrets.enc.nix",
            "kubenix/lab/system/coredns-tail96fefe.ts.net.nix",
        ],
    );
    assert_eq!(
        commands(&page, "### 2. Resolver `blocky`")[..7],
        [
            "kubectl diff -f blocky-config.yaml",
            "kubectl apply -f blocky-config.yaml",
            "vals eval -fail-on-missing-key-in-map -f blocky-secrets.yaml | kubectl diff -f -",
            "vals eval -fail-on-missing-key-in-map -f blocky-secrets.yaml | kubectl apply -f -",
            "kubectl diff -f blocky.yaml",
            "kubectl apply -f blocky.yaml",
            "kubectl -n apps rollout status deployment/blocky",
        ]
    );
    assert_eq!(
        commands(&page, "### Undo 2. Resolver"),
        [
            "kubectl delete -f blocky.yaml",
            "kubectl delete -f blocky-secrets.yaml",
            "kubectl delete -f blocky-config.yaml",
        ]
    );
    assert_eq!(
        commands(&page, "### 3. DNS of cluster")[..2],
        [
            "kubectl diff -f coredns-tail96fefe.ts.net.yaml",
            "kubectl apply -f coredns-tail96fefe.ts.net.yaml",
        ]
    );
    assert!(page.contains("| `kubenix/lab/` |"), "{page}");
}

#[test]
fn plain_objects_are_applied_from_the_root() {
    let page = page(
        "yaml",
        &[
            "kubernetes/lab/kustomization.yaml",
            "kubernetes/lab/apps/blocky.yaml",
            "kubernetes/lab/system/coredns-tail96fefe.ts.net.yaml",
        ],
    );
    assert_eq!(
        commands(&page, "### 2. Resolver `blocky`")[..2],
        [
            "kubectl diff -f generated/kubernetes/lab/apps/blocky.yaml",
            "kubectl apply -f generated/kubernetes/lab/apps/blocky.yaml",
        ]
    );
    assert_eq!(
        commands(&page, "### Undo 2. Resolver"),
        ["kubectl delete -f generated/kubernetes/lab/apps/blocky.yaml"]
    );
    assert!(page.contains("| `kubernetes/lab/` |"), "{page}");
}

#[test]
fn a_mapping_alone_is_merged_by_the_user() {
    let page = page(
        "kubenix-release",
        &["kubenix/lab/apps/blocky-conditional.nix"],
    );
    let file = "`kubenix/lab/apps/blocky-conditional.nix`";
    assert!(
        page.contains(&format!("{file} holds nothing but the mapping")),
        "{page}"
    );
    assert!(page.contains(&format!("| {file} |")), "{page}");
}

#[test]
fn what_is_not_in_the_tree_is_to_be_done_by_hand() {
    let page = page("kubenix", &[]);
    let by_hand = "the reverse zones of that tailnet: `10.10.10.200:1053`";
    assert!(page.contains(by_hand), "{page}");
    assert!(
        page.contains("server block of its own for `tail96fefe.ts.net`"),
        "{page}"
    );
    assert!(!page.contains("| part |"), "{page}");
}
