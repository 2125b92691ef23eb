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

/// The port of DNS.
pub const DNS_PORT: u16 = 53;

/// The namespace of an application.
pub const NAMESPACE: &str = "default";

/// Why that one.
pub const NAMESPACE_FACT: Fact = Fact {
    says: "an object without a namespace is in `default`",
    source: "kubernetes.io/docs/concepts/overview/working-with-objects/namespaces",
};

/// Why bootstrap servers are filled in.
pub const BOOTSTRAP_FACT: Fact = Fact {
    says: "the names of upstream servers and block lists are asked of the upstream servers that are \
           addresses: the cluster's DNS may ask Blocky in turn",
    source: "github.com/0xERR0R/blocky, resolver/bootstrap.go",
};

/// The port of Blocky's HTTP where a `release` submodule makes its pods.
pub const RELEASE_HTTP_PORT: u16 = 4000;

/// Why there is one.
pub const RELEASE_HTTP_FACT: Fact = Fact {
    says: "a `release` submodule puts a Service and an Ingress in front of the application's HTTP port, \
           so there has to be one: whoever reaches it can switch blocking off",
    source: "definition of manifests = \"kubenix-release\"",
};
