//! Forwarders, resolvers and secrets.

use super::{FileRef, HostMap, Record, Settings};
use crate::declaration::decode::{Count, Map, OneOrMany, record};
use crate::place::Located;
use crate::scalar::{
    Address, Cidr, ClientClass, Date, DnsName, Engine, Expose, ExternalTrafficPolicy, Image,
    ManageResolver, Name, Peer, Port, Protocol, Quantity, Recipient, ResolverKind, SecretKind,
    SopsFormat, SopsKey, StartRef, Strategy, Tag, Upstream, Version,
};

record! {
    /// A DNS service on nodes that answers the names of a tailnet and refuses the rest.
    Forwarder {
        /// The program.
        "engine" engine: Located<Engine>,
        /// The nodes on which it runs.
        "nodes" nodes: Vec<Located<Name>>,
        /// The port on which it listens; 1053 where absent.
        "port" port: Option<Located<Port>>,
        /// Whose names it answers: one of `tailnets`; the one of `tailnet` where absent.
        "tailnet" tailnet: Option<Located<Name>>,
        /// Who may ask beside those for whom it is derived.
        "clients" clients: Vec<Located<ClientClass>>,
        /// The addresses on which it listens, each on the nodes that hold it; its nodes' own
        /// and loopback where absent.
        "listen" listen: Option<Vec<Located<Address>>>,
        /// The protocols in which it answers; both where absent.
        "protocols" protocols: Option<Located<Vec<Protocol>>>,
        /// The sources that it admits; derived from who asks where absent.
        "allow" allow: Option<Located<Vec<Cidr>>>,
        /// What has to be up before it starts, beside tailscaled.
        "startsAfter" starts_after: Vec<Located<StartRef>>,
    }
}

record! {
    /// A DNS server that clients are pointed at.
    Resolver {
        /// The program.
        "kind" kind: Located<ResolverKind>,
        /// Its release.
        "version" version: Option<Located<Version>>,
        /// The cluster in which it runs.
        "cluster" cluster: Option<Located<Name>>,
        /// Its namespace there.
        "namespace" namespace: Option<Located<Name>>,
        /// How many of it run there; 1 where absent.
        "replicas" replicas: Option<Count>,
        /// Its image, as a pod names it, best by digest; the release's own where absent.
        "image" image: Option<Image>,
        /// The nodes on which it runs, where it runs on nodes.
        "nodes" nodes: Vec<Located<Name>>,
        /// The addresses under which clients ask it; its nodes' where absent, loopback where it listens on
        /// nothing else.
        "address" address: OneOrMany<Located<Address>>,
        /// The port under which clients ask it; 53 where absent.
        "port" port: Option<Port>,
        /// The addresses on which it listens; those under which it is asked where absent.
        "listen" listen: Option<Vec<Located<Address>>>,
        /// From where it can be asked; the LAN where absent.
        "expose" expose: Option<Expose>,
        /// Whom a network policy lets in to its pods; everybody where absent.
        "admits" admits: Option<Located<Vec<Peer>>>,
        /// Which of its pods get what comes to the load balancer's address; cluster where absent.
        "externalTrafficPolicy" external_traffic_policy: Option<Located<ExternalTrafficPolicy>>,
        /// Whom it asks for names that it does not hold.
        "upstreams" upstreams: Vec<Located<Upstream>>,
        /// How it uses them.
        "strategy" strategy: Option<Strategy>,
        /// Whom it asks for the names of its upstream servers and block lists.
        "bootstrap" bootstrap: Vec<Located<Upstream>>,
        /// Whom it asks for the names of a zone; for a tailnet's suffix the forwarders where absent. An
        /// unbound is taken to have `domain-insecure` for the zone, and none of its own zones there.
        "conditional" conditional: Map<DnsName, OneOrMany<Located<Upstream>>>,
        /// Names and their addresses that it holds itself, each with all names below it.
        "customDns" custom_dns: HostMap,
        /// Records that it holds itself.
        "records" records: Vec<Record>,
        /// Whether it answers other types than those of `customDns` with nothing.
        "filterUnmappedTypes" filter_unmapped_types: Option<bool>,
        /// Zones for which it alone knows what exists.
        "zones" zones: Vec<DnsName>,
        /// The port on which it answers DNS over TLS, if it does.
        "dotPort" dot_port: Option<Port>,
        /// The port on which it answers DNS over HTTPS, if it does.
        "dohPort" doh_port: Option<Port>,
        /// The port on which it answers HTTP, if it does: its metrics, and an interface by which
        /// whoever reaches it can switch blocking off.
        "httpPort" http_port: Option<Port>,
        /// What a pod of it asks of its node, and may not go beyond.
        "resources" resources: Option<Resources>,
        /// More of its configuration, as its own file has it; `{ secret = name; }` stands for the
        /// value of one of `secrets`. What the other attributes decide can't be written here. Below the
        /// first attribute it is passed on as it is.
        "settings" settings: Settings,
        /// What has to be up before it starts.
        "startsAfter" starts_after: Vec<Located<StartRef>>,
        /// How much of it is generated; the application for Blocky in a cluster, nothing for public
        /// ones, the forwarding of the suffix for others. So far nothing is written of others than
        /// Blocky in a cluster: the page at the tree's root says what to do by hand.
        "manage" manage: Option<Located<ManageResolver>>,
    }
}

record! {
    /// What a pod asks of its node, and may not go beyond.
    Resources {
        /// What it asks for; 100m and 128Mi where absent.
        "requests" requests: Option<ResourceList>,
        /// What it may not go beyond; no CPU limit, which would delay answers, and 512Mi where
        /// absent.
        "limits" limits: Option<ResourceList>,
    }
}

record! {
    /// Quantities of what a node has.
    ResourceList {
        /// CPU time, in cores.
        "cpu" cpu: Option<Quantity>,
        /// Memory, in bytes.
        "memory" memory: Option<Quantity>,
    }
}

record! {
    /// A secret, by reference: no value is ever read.
    Secret {
        /// What it is.
        "kind" kind: SecretKind,
        /// Whether more than one machine can use it; false where absent.
        "reusable" reusable: Option<bool>,
        /// Whether what joined with it is forgotten once it is gone; false where absent.
        "ephemeral" ephemeral: Option<bool>,
        /// The tags of what joins with it.
        "tags" tags: Vec<Located<Tag>>,
        /// When it expires.
        "expires" expires: Option<Located<Date>>,
        /// Who can open it beside the nodes that need it.
        "recipients" recipients: Vec<Located<Recipient>>,
        /// Where it is kept.
        "sops" sops: Sops,
    }
}

record! {
    /// A place in a SOPS file.
    Sops {
        /// The file.
        "file" file: FileRef,
        /// The key in it; a binary file has none.
        "key" key: Option<Located<SopsKey>>,
        /// Its format; by the file's ending where absent.
        "format" format: Option<SopsFormat>,
    }
}

impl Sops {
    /// The format of the file, by its ending where none is declared, as sops itself decides.
    #[must_use]
    pub fn format(&self) -> SopsFormat {
        self.format.unwrap_or_else(|| {
            let path = self.file.value.as_str();
            match path.rsplit_once('.').map(|(_, ending)| ending) {
                Some("yaml" | "yml") => SopsFormat::Yaml,
                Some("json") => SopsFormat::Json,
                Some("env") => SopsFormat::Dotenv,
                Some("ini") => SopsFormat::Ini,
                _ => SopsFormat::Binary,
            }
        })
    }
}
