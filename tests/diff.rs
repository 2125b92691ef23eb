//! Two declarations compared.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

#[allow(dead_code, reason = "each test uses its part")]
#[path = "common/declaration.rs"]
mod declaration;

use common::topologies;
use declaration::Run;
use proptest::prelude::*;
use serde_json::Value as Json;
use tailwright::declaration::load::load;
use tailwright::declaration::source::{Format, Source};
use tailwright::diff::{Diff, How, diff};

fn compared(old: &Json, new: &Json) -> Diff {
    diff(&Run::json(old).checked, &Run::json(new).checked)
}

/// The example, as JSON.
fn example() -> Json {
    let file =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/homelab/tailnet.nix");
    let text = std::fs::read_to_string(file).expect("the example is there");
    let source = Source {
        display_name: "tailnet.nix".into(),
        text,
    };
    let value = load(&source, Format::Nix).expect("the example can be read");
    serde_json::from_str(&value.to_canonical_json()).expect("it is JSON")
}

#[test]
fn what_a_name_server_changes() {
    let old = example();
    let mut new = old.clone();
    new["sites"]["home"]["nameservers"] = serde_json::json!(["9.9.9.9"]);
    // What is expected of it would be an error, and so there would be no tree.
    new["expectations"] = serde_json::json!([]);
    let found = compared(&old, &new);
    let text = tailwright::report::diff::render(&found);
    insta::with_settings!({ snapshot_path => "diff", prepend_module_to_snapshot => false,
        omit_expression => true }, {
        insta::assert_snapshot!("a_name_server", text);
    });
}

#[test]
fn files_that_come_go_and_change() {
    let old = example();
    let mut new = old.clone();
    new["nodes"]
        .as_object_mut()
        .expect("a set")
        .remove("lab-oci-bk");
    let files = compared(&old, &new).files.expect("both have a tree");
    let how = |path: &str| {
        files
            .iter()
            .find(|file| file.path == path)
            .map(|file| file.how)
    };
    assert_eq!(how("nixos/lab-oci-bk/default.nix"), Some(How::Removed));
    assert_eq!(how("nixos/options.nix"), Some(How::Changed));
    assert_eq!(how("nixos/lab-alpha-cp/forwarder.nix"), None);
    let back = compared(&new, &old).files.expect("both have a tree");
    assert!(back.iter().any(|file| file.how == How::Added));
}

#[test]
fn with_errors_there_are_no_files_to_compare() {
    let old = example();
    let mut new = old.clone();
    new["clusters"]["homelab"]["serviceCidrs"] = serde_json::json!(["10.0.0.0/16"]);
    let found = compared(&old, &new);
    assert_eq!(found.files, None);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_declaration_does_not_differ_from_itself(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let declaration = topologies::sound(&bytes);
        let found = compared(&declaration, &declaration);
        prop_assert!(found.is_empty(), "{:?}", found);
    }

    #[test]
    fn the_way_back_is_the_same(
        one in proptest::collection::vec(any::<u8>(), 0..200),
        other in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        let (one, other) = (topologies::sound(&one), topologies::sound(&other));
        let there = compared(&one, &other);
        let back = compared(&other, &one);
        let turned: Vec<_> = back.outcomes.iter().map(|changed| (&changed.name, &changed.after, &changed.before, changed.from.len())).collect();
        let mut turned = turned;
        let mut straight: Vec<_> = there.outcomes.iter().map(|changed| (&changed.name, &changed.before, &changed.after, changed.from.len())).collect();
        turned.sort();
        straight.sort();
        prop_assert_eq!(straight, turned);
    }
}
