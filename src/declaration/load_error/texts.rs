//! The words for each problem.

use super::Problem;
use crate::declaration::load::{MAX_DEPTH, MAX_NESTING};
use crate::declaration::source::MAX_SOURCE;

const STATIC_FORM: &str = "A declaration file is read without Nix. It takes attribute sets, lists, strings, \
     numbers, booleans, null, paths, `let`, `rec`, `inherit`, `//` and `++`.";
const WAYS_OUT: &str = "Write the value out, or let Nix evaluate the declaration: in a flake give `lib.tailnet` the set \
     instead of the file (`declaration = import FILE;`), or run `nix eval --json -f FILE | \
     tailwright check -`.";
const NIX_REFUSES: &str = "Nix refuses the file for the same reason.";
const NOTHING_READ: &str = "Nothing else in the file was looked at.";

impl Problem {
    pub(super) fn message(&self) -> String {
        match self {
            Self::NotUtf8 { byte } => format!("byte {byte} of the file is not UTF-8"),
            Self::TooLarge { bytes } => {
                format!("the file has {bytes} bytes, more than the {MAX_SOURCE} that are read")
            }
            Self::Json { reason } => format!("this is not JSON: {reason}"),
            Self::NumberOutOfRange { literal } => {
                format!("the number {literal} is too large to be kept exactly")
            }
            Self::TooDeep => format!(
                "this is nested too deeply: values {MAX_DEPTH} levels, names and operators {MAX_NESTING}"
            ),
            Self::LongWord => "here stand more than 4096 characters without a break".to_owned(),
            Self::TooManyValues => {
                "the values that are used several times add up to more than a million".to_owned()
            }
            Self::Syntax { reason } => format!("this is not Nix: {reason}"),
            Self::NeedsEvaluation { construct } => format!("{construct} needs evaluation"),
            Self::UndefinedVariable { name, .. } => format!("undefined variable `{name}`"),
            Self::DuplicateAttribute { name, first } => {
                format!("attribute `{name}` is already defined at {first}")
            }
            Self::MissingAttribute { name, .. } => format!("there is no attribute `{name}` here"),
            Self::WrongType {
                operation,
                wanted,
                found,
            } => {
                format!("{operation} takes {wanted}, this is {found}")
            }
            Self::InfiniteRecursion { path } => {
                format!("infinite recursion: {}", path.join(" → "))
            }
            Self::RootNotASet { found } => {
                format!("a declaration is an attribute set, this is {found}")
            }
            Self::Positions { reason } => format!("the positions can't be used: {reason}"),
        }
    }

    pub(super) fn note(&self) -> String {
        match self {
            Self::NotUtf8 { .. } | Self::TooLarge { .. } | Self::Json { .. } => NOTHING_READ,
            Self::NumberOutOfRange { .. } => {
                "Whole numbers have 64 bits, others are finite double precision. Rounding would \
                 change what you wrote."
            }
            Self::TooDeep | Self::LongWord | Self::TooManyValues => {
                "No topology needs this; the limit keeps a mistake from filling the memory."
            }
            Self::Syntax { .. }
            | Self::UndefinedVariable { .. }
            | Self::DuplicateAttribute { .. }
            | Self::MissingAttribute { .. }
            | Self::WrongType { .. }
            | Self::InfiniteRecursion { .. } => NIX_REFUSES,
            Self::NeedsEvaluation { .. } => STATIC_FORM,
            Self::RootNotASet { .. } => {
                "Its attributes are `tailnet`, `sites`, `clusters`, `nodes` and so on."
            }
            Self::Positions { .. } => {
                "Without them findings would point into generated JSON instead of your files."
            }
        }
        .to_owned()
    }

    pub(super) fn help(&self) -> String {
        match self {
            Self::NotUtf8 { .. } => "Save the file as UTF-8.",
            Self::TooLarge { .. } => "Check that this is the file you meant.",
            Self::Json { .. } => {
                "JSON has no comments and no trailing commas; `nix eval --json` writes it right. A \
                 Nix file needs the ending `.nix`."
            }
            Self::NumberOutOfRange { .. } => "Write it as a string if it is an identifier.",
            Self::TooDeep => "Give inner parts names with `let`, or remove superfluous brackets.",
            Self::LongWord => "Put it in quotes, or break it up.",
            Self::TooManyValues => "Look for sets that are merged into themselves again and again.",
            Self::Syntax { .. } => {
                "Correct the place; `nix-instantiate --parse FILE` checks it too."
            }
            Self::NeedsEvaluation { .. } => WAYS_OUT,
            Self::UndefinedVariable { suggestion, .. }
            | Self::MissingAttribute { suggestion, .. } => {
                return suggestion.as_ref().map_or_else(
                    || "Define it, or correct the name.".to_owned(),
                    |name| format!("Did you mean `{name}`?"),
                );
            }
            Self::DuplicateAttribute { .. } => "Remove one of the two, or merge their contents.",
            Self::WrongType { .. } => "Change the value, or what it is used for.",
            Self::InfiniteRecursion { .. } => "Give one of the names a value of its own.",
            Self::RootNotASet { .. } => {
                "Begin the file with `{`. A function that returns the set needs evaluation: \
                 use a flake with `lib.tailnet`."
            }
            Self::Positions { .. } => {
                "Let `lib.tailnet` of the same version make them, or leave out `--positions`."
            }
        }
        .to_owned()
    }
}
