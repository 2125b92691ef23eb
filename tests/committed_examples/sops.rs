//! The real sops, and the keys that are there for everybody to read.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use common::program::{run, said};
use serde_json::Value;

/// sops, as `tests/run` builds it.
pub(crate) struct Sops(PathBuf);

impl Sops {
    /// sops of `target/tools` or of the `PATH`; records that `test` could not run where there
    /// is none.
    pub(crate) fn find(test: &str) -> Option<Self> {
        let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools");
        let path = std::env::var_os("PATH").unwrap_or_default();
        let found = std::iter::once(built)
            .chain(std::env::split_paths(&path))
            .map(|folder| folder.join("sops"))
            .find(|program| program.is_file());
        if found.is_none() {
            common::not_run(test, "no sops: tests/run builds it into target/tools");
        }
        found.map(Self)
    }

    /// The content of a file, opened with this age key and with nothing of this machine.
    pub(crate) fn decrypt(&self, file: &Path, key: &str) -> Result<Value, String> {
        let home = tempfile::tempdir().unwrap();
        let key_file = home.path().join("key");
        fs::write(&key_file, key).unwrap();
        let output = run(self
            .command(home.path())
            .env("SOPS_AGE_KEY_FILE", &key_file)
            .args(["decrypt", "--output-type", "json"])
            .arg(file));
        succeeded(&output)?;
        Ok(serde_json::from_slice(&output.stdout).unwrap())
    }

    /// Encrypts a new file of a repository by the repository's rules; gives its recipients.
    pub(crate) fn encrypt_in(
        &self,
        repository: &Path,
        path: &str,
    ) -> Result<BTreeSet<String>, String> {
        let file = repository.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, "key: not-a-real-key\n").unwrap();
        let home = tempfile::tempdir().unwrap();
        let output = run(self.command(home.path()).current_dir(repository).args([
            "encrypt",
            "--output-type",
            "json",
            path,
        ]));
        succeeded(&output)?;
        let encrypted: Value = serde_json::from_slice(&output.stdout).unwrap();
        Ok(encrypted["sops"]["age"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| entry["recipient"].as_str().unwrap().to_owned())
            .collect())
    }

    fn command(&self, home: &Path) -> Command {
        let mut command = Command::new(&self.0);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", home)
            .env("XDG_CONFIG_HOME", home);
        command
    }
}

fn succeeded(output: &Output) -> Result<(), String> {
    if output.status.success() {
        Ok(())
    } else {
        Err(said(output))
    }
}

/// The age keys of an example: `# <owner>: <recipient>`, and the private key on the next line.
pub(crate) struct TestKeys(BTreeMap<String, (String, String)>);

impl TestKeys {
    pub(crate) fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let keys = lines
            .windows(2)
            .filter(|pair| pair[1].starts_with("AGE-SECRET-KEY-"))
            .map(|pair| {
                let (owner, recipient) = pair[0].trim_start_matches("# ").split_once(": ").unwrap();
                let key = (recipient.to_owned(), pair[1].to_owned());
                (owner.to_owned(), key)
            })
            .collect();
        Self(keys)
    }

    pub(crate) fn owners(&self) -> BTreeSet<&str> {
        self.0.keys().map(String::as_str).collect()
    }

    pub(crate) fn recipients(&self) -> BTreeSet<String> {
        self.0
            .values()
            .map(|(recipient, _)| recipient.clone())
            .collect()
    }

    pub(crate) fn private(&self, owner: &str) -> &str {
        &self.0[owner].1
    }
}
