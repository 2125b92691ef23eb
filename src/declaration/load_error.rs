//! Why a declaration could not be loaded.

mod texts;

use thiserror::Error;

use super::value::Location;

/// One reason why a source could not be loaded, with its place.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{location}: {}", .problem.message())]
pub struct LoadError {
    /// What is wrong.
    pub problem: Problem,
    location: Location,
}

impl LoadError {
    pub(super) fn new(problem: Problem, location: Location) -> Self {
        Self { problem, location }
    }

    /// Where it is.
    #[must_use]
    pub fn location(&self) -> &Location {
        &self.location
    }

    /// What happened, in one sentence.
    #[must_use]
    pub fn message(&self) -> String {
        self.problem.message()
    }

    /// Why it matters.
    #[must_use]
    pub fn note(&self) -> String {
        self.problem.note()
    }

    /// What to do.
    #[must_use]
    pub fn help(&self) -> String {
        self.problem.help()
    }

    /// A second place that belongs to the problem, with what it is.
    #[must_use]
    pub fn related(&self) -> Option<(&Location, &'static str)> {
        match &self.problem {
            Problem::DuplicateAttribute { first, .. } => Some((first, "first defined here")),
            _ => None,
        }
    }
}

/// The kinds of problems.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// The source is not UTF-8.
    NotUtf8 {
        /// Offset of the first wrong byte.
        byte: usize,
    },
    /// The source is larger than [`MAX_SOURCE`](super::source::MAX_SOURCE).
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// Text that is not JSON.
    Json {
        /// What the JSON parser says.
        reason: String,
    },
    /// A number that fits neither 64-bit integers nor finite floating point numbers.
    NumberOutOfRange {
        /// As it was written.
        literal: String,
    },
    /// Nesting beyond what is supported.
    TooDeep,
    /// An unbroken run of letters that no declaration has.
    LongWord,
    /// Sharing that multiplies into an unreasonable number of values.
    TooManyValues,
    /// Text that is not Nix.
    Syntax {
        /// What is wrong with it.
        reason: String,
    },
    /// An expression that only Nix can evaluate.
    NeedsEvaluation {
        /// The construct, as in "`if`".
        construct: String,
    },
    /// A name that nothing defines.
    UndefinedVariable {
        /// The name.
        name: String,
        /// A name in scope that resembles it.
        suggestion: Option<String>,
    },
    /// An attribute that is defined twice.
    DuplicateAttribute {
        /// Its name.
        name: String,
        /// The first definition.
        first: Location,
    },
    /// An attribute that a set does not have.
    MissingAttribute {
        /// Its name.
        name: String,
        /// A name in the set that resembles it.
        suggestion: Option<String>,
    },
    /// A value of a type that its use does not take.
    WrongType {
        /// What takes it, as in "`//`".
        operation: &'static str,
        /// The type that it takes.
        wanted: &'static str,
        /// The type that it got.
        found: &'static str,
    },
    /// A value that depends on itself.
    InfiniteRecursion {
        /// The names that lead from the value to itself.
        path: Vec<String>,
    },
    /// The root is no attribute set.
    RootNotASet {
        /// What it is.
        found: &'static str,
    },
    /// A file of positions that can't be used.
    Positions {
        /// What is wrong with it.
        reason: String,
    },
}
