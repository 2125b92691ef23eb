//! `tailwright init`

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use super::Exit;
use super::terminal::{Terminal, To};

/// A declaration to start from: complete, without findings, with a comment where something has
/// to be changed.
const STARTER: &str = include_str!("init/tailnet.nix");

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The file to write
    #[arg(default_value = "tailnet.nix")]
    file: PathBuf,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Exit {
    let file = arguments.file.display();
    match create(&arguments.file) {
        Ok(()) => {
            terminal.print(
                To::Out,
                &format!(
                    "wrote {file}\n\nNext: change what its comments name, then run\n\n    \
                     tailwright check {file}\n    tailwright generate {file} --out generated\n"
                ),
            );
            Exit::Fine
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => terminal.could_not_run(format!(
            "{file} is there already and stays as it is; name another file, or check this one with \
             `tailwright check {file}`"
        )),
        Err(error) => terminal.could_not_run(format!("can't write {file}: {error}")),
    }
}

fn create(path: &Path) -> std::io::Result<()> {
    let mut file = std::fs::File::options()
        .write(true)
        .create_new(true)
        .open(path)?;
    file.write_all(STARTER.as_bytes())
}
