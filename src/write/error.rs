//! What can go wrong while writing.

use std::fmt::Write as _;
use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::artifact::ArtifactPath;
use crate::manifest::ManifestError;
use crate::nix_compat::nar::NarError;

/// One operation that the system refused.
#[derive(Debug, Error)]
#[error("can't {action} {}: {source}", path.display())]
pub struct Failure {
    /// What was tried, as a verb that a path can follow.
    pub action: &'static str,
    /// On what.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

/// Why a tree was not written, or could not be compared.
#[derive(Debug, Error)]
pub enum WriteError {
    /// The system refused something before anything was changed.
    #[error("{0}; nothing was changed")]
    Io(#[from] Failure),
    /// The system refused something while files were replaced one by one.
    #[error(
        "{0}; the tree is half written, because files had to be replaced one by one here. \
         manifest.json records what was going on: remove the cause and run tailwright again, \
         it will finish the work"
    )]
    Interrupted(Failure),
    /// The output directory is something else.
    #[error(
        "{} is not a directory, so no tree can be written there. Move it away or choose another \
         directory; nothing was changed", .0.display()
    )]
    NotADirectory(PathBuf),
    /// The output directory's path leads through a dangling symlink, or through `..` below a
    /// directory that does not exist.
    #[error(
        "{} can't be resolved: it is a dangling symlink, or has `..` below a directory that does \
         not exist. Name the directory directly; nothing was changed", .0.display()
    )]
    Unresolvable(PathBuf),
    /// The record can't be used.
    #[error("{0}. Nothing was changed")]
    Manifest(#[from] ManifestError),
    /// The artifacts have no NAR hash.
    #[error("{0}; nothing was changed")]
    Nar(#[from] NarError),
    /// Listed files were edited by hand.
    #[error(
        "edited by hand since they were generated:{}\nWriting would lose these changes, so nothing \
         was changed. Move them into the declaration, or run again with --force to give them up",
        lines(.0.iter().map(ArtifactPath::as_str))
    )]
    Edited(Vec<ArtifactPath>),
    /// Foreign things stand where artifacts have to go.
    #[error(
        "in the way of generated files, and not listed in manifest.json as generated:{}\ntailwright \
         never overwrites what is not its own, --force or not; nothing was changed. Move them away, \
         or choose another directory", lines(.0.iter().map(|path| path.display()))
    )]
    InTheWay(Vec<PathBuf>),
    /// The directory is no longer what the plan was made for.
    #[error(
        "{} changed while tailwright was working; nothing was changed by it. Run it again",
        .0.display()
    )]
    ChangedMeanwhile(PathBuf),
    /// Another run holds the lock.
    #[error(
        "another program has held the lock on {} for {seconds} seconds, probably another tailwright \
         that writes there; nothing was changed. Run again when it has finished", path.display()
    )]
    Locked {
        /// The directory that is locked.
        path: PathBuf,
        /// How long it was waited for.
        seconds: u64,
    },
}

fn lines(items: impl Iterator<Item = impl std::fmt::Display>) -> String {
    items.fold(String::new(), |mut text, item| {
        let _ = write!(text, "\n  {item}");
        text
    })
}
