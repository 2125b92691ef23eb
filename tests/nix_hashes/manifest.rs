//! The tree hash of `manifest.json` is what Nix computes of the tree without it.

use std::fs;
use std::path::Path;
use std::process::Command;

use tailwright::manifest::Manifest;
use tailwright::nix_compat::nar;

use crate::store::{in_store, recorded};

fn generate(out: &Path) {
    let output = Command::new(env!("CARGO_BIN_EXE_tailwright"))
        .args(["generate", "examples/homelab/tailnet.nix", "--out"])
        .arg(out)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn the_recorded_tree_hash_is_that_of_the_tree_without_the_record() {
    let temporary = tempfile::tempdir().unwrap();
    let tree = temporary.path().join("generated");
    generate(&tree);
    let path = tree.join("manifest.json");
    let manifest = Manifest::parse(&fs::read(&path).unwrap(), &path).unwrap();
    assert_eq!(
        nar::hash_path(&tree, &["manifest.json"]).unwrap(),
        manifest.tree
    );
    fs::remove_file(&path).unwrap();
    crate::same_as_nix(&tree);
    assert_eq!(nar::hash_path(&tree, &[]).unwrap(), manifest.tree);
    let store = temporary.path().join("store");
    assert_eq!(
        recorded(&store, std::slice::from_ref(&tree)),
        [in_store(manifest.tree)]
    );
    // One more byte anywhere is another tree.
    let file = tree.join("nixos/default.nix");
    let mut content = fs::read(&file).unwrap();
    content.push(b'\n');
    fs::write(&file, content).unwrap();
    assert_ne!(recorded(&store, &[tree]), [in_store(manifest.tree)]);
}
