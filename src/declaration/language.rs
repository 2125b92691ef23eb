//! The records of the language: what a user can write, attribute by attribute.
//!
//! Each record is defined once; its reader, its JSON Schema and its documentation follow.

pub mod cluster;
pub mod node;
pub mod server;
pub mod settings;
pub mod tailnet;

use super::decode::{Decode, Each, Map, Named, Soft, record};
use crate::place::Located;
use crate::scalar::{ClientClass, DnsName, Protocol, RecordType, RootPath, Seen, Text};

pub use cluster::{Cluster, Cni, LoadBalancer, Route, Site, VirtualAddress};
pub use node::{ContainerNetwork, Device, Node, OpenPort, Tailscale};
pub use server::{Forwarder, Resolver, ResourceList, Resources, Secret, Sops};
pub use settings::{Setting, Settings};
pub use tailnet::{ControlServer, Tailnet};

record! {
    /// A declaration: one attribute per kind of thing.
    Declaration {
        /// The tailnet for which things are generated.
        "tailnet" tailnet: Soft<Tailnet>,
        /// Further tailnets that nodes or devices belong to.
        "tailnets" tailnets: Named<Tailnet>,
        /// Places with LANs of their own.
        "sites" sites: Named<Site>,
        /// Kubernetes clusters.
        "clusters" clusters: Named<Cluster>,
        /// Machines for which configuration is written.
        "nodes" nodes: Named<Node>,
        /// Members of a tailnet or of a LAN that are only known about.
        "devices" devices: Named<Device>,
        /// DNS services on nodes that answer a tailnet's names and nothing else.
        "forwarders" forwarders: Named<Forwarder>,
        /// DNS servers that clients are pointed at.
        "resolvers" resolvers: Named<Resolver>,
        /// Secrets, by reference to SOPS files.
        "secrets" secrets: Named<Secret>,
        /// What queries are expected to come to.
        "expectations" expectations: Each<Expectation>,
        /// Findings that are known and accepted.
        "suppress" suppress: Each<Suppress>,
    }
}

record! {
    /// What a query is expected to come to.
    Expectation {
        /// Who asks.
        "from" from: Located<ClientClass>,
        /// The name that is asked for.
        "name" name: Located<DnsName>,
        /// The type that is asked for; A where absent.
        "type" record_type: Option<RecordType>,
        /// The transport; both where absent.
        "protocol" protocol: Option<Protocol>,
        /// What the client shall get to see.
        "seen" seen: Seen,
        /// Whether a server outside the declared trust may see the name.
        "leaks" leaks: Option<bool>,
    }
}

record! {
    /// A finding that is known and accepted.
    Suppress {
        /// The rule's code.
        "code" code: Located<Text>,
        /// The attribute path at or below which its findings are accepted; everywhere where absent.
        "at" at: Option<Text>,
        /// Why it is accepted.
        "reason" reason: Text,
    }
}

record! {
    /// A DNS record that a server holds itself.
    Record {
        /// Its name.
        "name" name: DnsName,
        /// Its type.
        "type" record_type: RecordType,
        /// Its data as a zone file has it; a name with or without the final dot.
        "value" value: Located<Text>,
    }
}

/// Records by name, as resolvers hold them: each name with its addresses.
pub type HostMap = Map<DnsName, super::decode::OneOrMany<crate::scalar::Address>>;

/// A file of the user, by its path below the root.
pub type FileRef = Located<RootPath>;

impl Declaration {
    /// The JSON Schema (2020-12) of the language.
    #[must_use]
    pub fn json_schema() -> serde_json::Value {
        let mut schema = Self::schema();
        if let Some(schema) = schema.as_object_mut() {
            schema.insert(
                "$schema".to_owned(),
                "https://json-schema.org/draft/2020-12/schema".into(),
            );
            schema.insert("title".to_owned(), "tailwright declaration".into());
        }
        schema
    }
}
