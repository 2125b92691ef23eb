//! The Nix programs at hand, each with a store of its own.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use common::program;
use serde_json::Value;

/// The variable that names the root of a system with a Nix that is newer than this one's.
pub(crate) const NEW_ROOT: &str = "TAILWRIGHT_NEW_NIX_ROOT";

/// A folder for everything of these tests that outlives a single one.
pub(crate) fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("flake");
        // What an older program under test has built must not be found again.
        remove(&folder);
        fs::create_dir_all(&folder).unwrap();
        folder
    })
}

/// Removes a folder, directories of a store included, which nobody may write to.
fn remove(folder: &Path) {
    let Ok(meta) = fs::symlink_metadata(folder) else {
        return;
    };
    if meta.is_dir() {
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).unwrap();
        for entry in fs::read_dir(folder).unwrap() {
            remove(&entry.unwrap().path());
        }
        fs::remove_dir(folder).unwrap();
    } else {
        fs::remove_file(folder).unwrap();
    }
}

/// A Nix program.
#[derive(Debug)]
pub(crate) struct Nix {
    /// The program, with the arguments that come first.
    words: Vec<OsString>,
    /// What every command of this one needs.
    options: &'static [&'static str],
    /// Its store and its state.
    own: PathBuf,
}

impl Nix {
    /// Every Nix at hand: that of the machine, and that of [`NEW_ROOT`].
    pub(crate) fn all() -> &'static [Self] {
        static ALL: OnceLock<Vec<Nix>> = OnceLock::new();
        ALL.get_or_init(|| {
            let mut all = vec![Self {
                words: vec!["nix".into()],
                options: &[],
                own: folder().join("nix"),
            }];
            if let Some(root) = std::env::var_os(NEW_ROOT) {
                all.push(Self {
                    words: in_root(Path::new(&root)),
                    // It would start itself again, without the other root's libraries.
                    options: &["--option", "build-hook", ""],
                    own: folder().join("new-nix"),
                });
            }
            all
        })
    }

    /// Runs `nix` in a folder.
    pub(crate) fn run(&self, folder: &Path, arguments: &[&str]) -> Output {
        let conf = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/flake/conf");
        let home = self.own.join("home");
        fs::create_dir_all(&home).unwrap();
        let mut command = Command::new(&self.words[0]);
        command
            .args(&self.words[1..])
            .args(arguments)
            .args(self.options)
            .current_dir(folder)
            .env("HOME", &home)
            .env("NIX_CONF_DIR", conf)
            .env("NIX_USER_CONF_FILES", "")
            .env("NIX_STORE_DIR", self.own.join("store"));
        for (name, own) in [
            ("NIX_DATA_DIR", "share"),
            ("NIX_LOCALSTATE_DIR", "var"),
            ("NIX_LOG_DIR", "log"),
            ("NIX_STATE_DIR", "state"),
            ("XDG_CACHE_HOME", "cache"),
            ("XDG_CONFIG_HOME", "config"),
            ("XDG_DATA_HOME", "data"),
            ("XDG_STATE_HOME", "xdg-state"),
        ] {
            command.env(name, self.own.join(own));
        }
        for name in ["NIX_CONFIG", "NIX_PATH", "NIX_REMOTE"] {
            command.env_remove(name);
        }
        program::run(&mut command)
    }

    /// Evaluates `what` of the flake in a folder.
    ///
    /// # Errors
    /// What Nix says where it refuses.
    pub(crate) fn eval(&self, flake: &Path, what: &str, more: &[&str]) -> Result<Value, String> {
        let installable = format!("path:{}#{what}", flake.display());
        let arguments = ["eval", "--json", "--no-write-lock-file", &installable];
        let output = self.run(flake, &[&arguments[..], more].concat());
        if !output.status.success() {
            return Err(program::said(&output));
        }
        Ok(serde_json::from_slice(&output.stdout).unwrap())
    }

    /// Builds `what` of the flake in a folder, and gives the place.
    ///
    /// # Errors
    /// What Nix says where it refuses.
    pub(crate) fn build(&self, flake: &Path, what: &str, more: &[&str]) -> Result<PathBuf, String> {
        let installable = format!("path:{}#{what}", flake.display());
        let arguments = [
            "build",
            "--json",
            "--no-link",
            "--no-write-lock-file",
            &installable,
        ];
        let output = self.run(flake, &[&arguments[..], more].concat());
        if !output.status.success() {
            return Err(program::said(&output));
        }
        let json: Value = serde_json::from_slice(&output.stdout).unwrap();
        Ok(json[0]["outputs"]["out"].as_str().unwrap().into())
    }
}

/// The program of another system's root, started by that system's loader: it sees this system's
/// files, and brings its libraries along.
fn in_root(root: &Path) -> Vec<OsString> {
    let loader = ["lib64", "lib"]
        .into_iter()
        .filter_map(|folder| fs::read_dir(root.join(folder)).ok())
        .flatten()
        .map(|entry| entry.unwrap().path())
        .find(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            name.starts_with("ld-linux")
        })
        .unwrap_or_else(|| panic!("{} holds no Linux: see {NEW_ROOT}", root.display()));
    let libraries = root.join(format!("usr/lib/{}-linux-gnu", std::env::consts::ARCH));
    vec![
        loader.into(),
        "--library-path".into(),
        libraries.into(),
        "--argv0".into(),
        "nix".into(),
        root.join("usr/bin/nix").into(),
    ]
}

#[test]
fn a_newer_nix_is_asked_as_well() {
    let versions: Vec<String> = Nix::all()
        .iter()
        .map(|nix| program::said(&nix.run(folder(), &["--version"])))
        .collect();
    assert!(
        versions.iter().all(|text| text.starts_with("nix (Nix) ")),
        "{versions:?}"
    );
    if versions.len() < 2 {
        common::not_run(
            "nix::a_newer_nix_is_asked_as_well",
            &format!(
                "{NEW_ROOT} is not set: the flake was put to {} alone",
                versions[0].trim()
            ),
        );
    }
}
