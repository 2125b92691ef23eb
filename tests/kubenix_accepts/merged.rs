//! The conditional mapping alone, merged into a configuration that its owner wrote.

use common::kubenix::{merged, merged_by_nixpkgs};
use serde_json::json;

use crate::declaration::write;
use crate::trees::clusters;

/// With a mapping of its own.
const OWN: &str = r#"{
  upstreams.groups.default = [ "9.9.9.9" ];
  blocking.denylists.ads = [ "https://example.org/ads" ];
  conditional = {
    fallbackUpstream = false;
    mapping."owner.example" = "192.0.2.1";
  };
}"#;

#[test]
fn the_owners_configuration_stays() {
    let mut seen = 0;
    for cluster in clusters() {
        let folder = tempfile::tempdir().unwrap();
        write(&cluster.kubenix, folder.path());
        let fragments = cluster.kubenix.keys();
        for path in fragments.filter(|path| path.ends_with("-conditional.nix")) {
            seen += 1;
            let file = folder.path().join(path);
            let alone = merged("{ }", &file).unwrap();
            let mut expected = json!({
                "upstreams": { "groups": { "default": ["9.9.9.9"] } },
                "blocking": { "denylists": { "ads": ["https://example.org/ads"] } },
                "conditional": { "fallbackUpstream": false },
            });
            let mut mapping = alone["conditional"]["mapping"].clone();
            assert!(
                mapping.as_object().is_some_and(|zones| !zones.is_empty()),
                "{path}"
            );
            mapping["owner.example"] = json!("192.0.2.1");
            expected["conditional"]["mapping"] = mapping;
            assert_eq!(merged(OWN, &file).unwrap(), expected, "{}", cluster.name);
        }
    }
    assert!(seen > 0);
}

#[test]
fn nixpkgs_merges_alike() {
    let cluster = clusters()
        .iter()
        .find(|cluster| cluster.is_example)
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    write(&cluster.kubenix, folder.path());
    let fragments = cluster.kubenix.keys();
    for path in fragments.filter(|path| path.ends_with("-conditional.nix")) {
        let file = folder.path().join(path);
        let Some(genuine) = merged_by_nixpkgs("merged::nixpkgs_merges_alike", OWN, &file) else {
            return;
        };
        assert_eq!(merged(OWN, &file).unwrap(), genuine.unwrap());
    }
}
