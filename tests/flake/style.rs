//! The flake's own Nix files: nixfmt, deadnix and statix have nothing to say.

use std::path::{Path, PathBuf};

use crate::nix_lints;
use crate::scratch::repository;

fn nix_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            nix_files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "nix") {
            found.push(path);
        }
    }
}

#[test]
fn formatters_and_linters_have_nothing_to_say() {
    let mut files = vec![repository().join("flake.nix")];
    for folder in ["modules", "nix", "tests/flake"] {
        nix_files(&repository().join(folder), &mut files);
    }
    assert!(files.len() > 15, "{files:?}");
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap();
        let formatted = nixfmt_rs::format(&text).unwrap();
        if std::env::var_os("TAILWRIGHT_FORMAT_NIX").is_some() {
            std::fs::write(&path, &formatted).unwrap();
        } else {
            assert!(
                text == formatted,
                "{} is not as nixfmt writes it",
                path.display()
            );
        }
        assert_eq!(
            nix_lints::findings(&formatted),
            [""; 0],
            "{}",
            path.display()
        );
        let tree = rnix_of_deadnix::Root::parse(&formatted);
        let dead = deadnix::Settings::default().find_dead_code(&tree.syntax());
        let dead: Vec<String> = dead.iter().map(|one| format!("{one:?}")).collect();
        assert!(dead.is_empty(), "{}: {dead:?}", path.display());
    }
}
