//! Resolvers: how much of them is tailwright's where nothing is said.

use super::Fact;

/// A server of somebody else.
pub const PUBLIC: Fact = Fact {
    says: "a public resolver is run by somebody else: nothing of it is left to tailwright",
    source: "definition of the kind",
};

/// Blocky in a declared cluster.
pub const BLOCKY_IN_A_CLUSTER: Fact = Fact {
    says: "Blocky in a declared cluster is left to tailwright as a whole",
    source: "definition of `manage`",
};

/// Any other resolver.
pub const FORWARDING_ALONE: Fact = Fact {
    says: "of other resolvers the forwarding of the suffix is left to tailwright, and nothing else",
    source: "definition of `manage`",
};
