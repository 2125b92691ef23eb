//! Resolvers: how much of them is tailwright's where nothing is said.

use super::Fact;

/// A server of somebody else.
pub const PUBLIC: Fact = Fact {
    says: "a public resolver is run by somebody else: nothing of it is generated",
    source: "definition of the kind",
};

/// Blocky in a declared cluster.
pub const BLOCKY_IN_A_CLUSTER: Fact = Fact {
    says: "Blocky in a declared cluster is generated as a whole",
    source: "definition of `manage`",
};

/// Any other resolver.
pub const FORWARDING_ALONE: Fact = Fact {
    says: "another resolver of the user's keeps its configuration, and forwards the suffix",
    source: "definition of `manage`",
};
