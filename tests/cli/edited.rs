//! Trees that somebody else changed.

use std::fs;
use std::path::Path;

use super::{run, text};

const DECLARATION: &str = r#"{
  tailnet.suffix = "tail96fefe.ts.net";
  nodes.alpha = { os = "nixos"; tailscale = { }; };
}
"#;

const GENERATE: &[&str] = &["generate", "tailnet.nix", "--out", "generated"];

fn generated(folder: &Path) {
    fs::write(folder.join("tailnet.nix"), DECLARATION).unwrap();
    run(folder, GENERATE, 0);
}

#[test]
fn a_file_edited_by_hand_stays_until_force() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    generated(folder);
    let file = folder.join("generated/nixos/alpha/tailscale.nix");
    fs::write(&file, "{ }\n").unwrap();

    let refused = run(folder, GENERATE, 2);
    let said = text(&refused.stderr);
    assert!(said.contains("nixos/alpha/tailscale.nix"), "{said}");
    assert!(said.contains("--force"), "{said}");
    assert_eq!(text(&refused.stdout), "");
    assert_eq!(fs::read_to_string(&file).unwrap(), "{ }\n");

    let listed = run(folder, &[GENERATE, &["--check"]].concat(), 3);
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("edited", format!("{said}\n{}", text(&listed.stdout)));
    });

    run(folder, &[GENERATE, &["--force"]].concat(), 0);
    assert_ne!(fs::read_to_string(&file).unwrap(), "{ }\n");
    run(folder, &[GENERATE, &["--check"]].concat(), 0);
}

#[test]
fn a_foreign_file_stays() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    generated(folder);
    let foreign = folder.join("generated/nixos/mine.nix");
    fs::write(&foreign, "{ }\n").unwrap();
    run(folder, &[GENERATE, &["--check"]].concat(), 0);
    run(folder, &[GENERATE, &["--force"]].concat(), 0);
    assert_eq!(fs::read_to_string(&foreign).unwrap(), "{ }\n");
}

#[test]
fn a_missing_file_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    generated(folder);
    let file = folder.join("generated/nixos/options.nix");
    fs::remove_file(&file).unwrap();
    let listed = run(
        folder,
        &[GENERATE, &["--check", "--report", "list"]].concat(),
        3,
    );
    assert_eq!(text(&listed.stdout), "nixos/options.nix: missing\n");
    assert_eq!(
        fs::read_to_string(folder.join("list")).unwrap(),
        text(&listed.stdout)
    );
    assert!(!file.exists());
    run(folder, GENERATE, 0);
    assert!(file.exists());
}

#[test]
fn findings_of_generate_leave_the_tree_and_standard_output_alone() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("tailnet.nix"), "{ sitse = { }; }\n").unwrap();
    let output = run(folder, GENERATE, 1);
    assert_eq!(text(&output.stdout), "");
    assert!(text(&output.stderr).contains("TW001"));
    assert!(!folder.join("generated").exists());
    let checked = run(folder, &["check", "tailnet.nix"], 1);
    assert_eq!(text(&checked.stderr), "");
    assert!(text(&checked.stdout).contains("TW001"));
}

#[test]
fn what_init_writes_is_sound_and_generates() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    run(folder, &["init"], 0);
    let written = fs::read(folder.join("tailnet.nix")).unwrap();
    let checked = run(folder, &["check", "tailnet.nix"], 0);
    assert_eq!(text(&checked.stdout), "no findings\n");
    run(folder, GENERATE, 0);
    run(folder, &["init"], 2);
    assert_eq!(fs::read(folder.join("tailnet.nix")).unwrap(), written);
}
