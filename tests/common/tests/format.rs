//! The tests' own Nix files are as nixfmt writes them; with `TAILWRIGHT_FORMAT_NIX` set they are
//! rewritten instead.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};

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
fn nix_files_are_formatted() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut files = Vec::new();
    for folder in ["cases", "common", "kubenix", "nix", "nixos", "sound"] {
        nix_files(&tests.join(folder), &mut files);
    }
    assert!(files.len() > 10, "{files:?}");
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap();
        let formatted = nixfmt_rs::format(&text).unwrap();
        if std::env::var_os("TAILWRIGHT_FORMAT_NIX").is_some() {
            std::fs::write(&path, formatted).unwrap();
        } else {
            assert!(
                text == formatted,
                "{} is not as nixfmt writes it",
                path.display()
            );
        }
    }
}
