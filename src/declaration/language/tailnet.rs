//! Tailnets.

use super::{FileRef, Record};
use crate::declaration::decode::{Map, record};
use crate::place::Located;
use crate::scalar::{Cidr, Control, DnsName, Owner, ServerRef, Tag, Url};

record! {
    /// A tailnet: its names, its DNS settings, its tags.
    Tailnet {
        /// The MagicDNS suffix, e.g. tail96fefe.ts.net; with headscale its base domain.
        "suffix" suffix: Located<DnsName>,
        /// Who coordinates it; Tailscale's service where absent.
        "control" control: Option<ControlServer>,
        /// Whether MagicDNS is on; true where absent.
        "magicDns" magic_dns: Option<bool>,
        /// The name servers that the tailnet hands to its members.
        "nameservers" nameservers: Vec<Located<ServerRef>>,
        /// Whether those replace the members' own name servers; false where absent.
        "overrideLocalDns" override_local_dns: Option<bool>,
        /// Zones with name servers of their own.
        "splitDns" split_dns: Map<DnsName, Vec<Located<ServerRef>>>,
        /// Search paths beside the suffix.
        "searchPaths" search_paths: Vec<DnsName>,
        /// The ranges that members' addresses come from; Tailscale's own where absent.
        "ranges" ranges: Option<Vec<Located<Cidr>>>,
        /// Records that the coordination server hands out beside the members' names.
        "records" records: Vec<Record>,
        /// The tags of the tailnet, each with those who may assign it.
        "tags" tags: Map<Tag, Vec<Located<Owner>>>,
        /// An existing policy file (HuJSON): what Tailscale refuses of it, and what it does not allow of what is
        /// declared, is found; of headscale's, what it approves and what it opens to everybody.
        "policy" policy: Option<FileRef>,
    }
}

record! {
    /// The coordination server of a tailnet.
    ControlServer {
        /// Which program it is.
        "kind" kind: Control,
        /// Where nodes log in; needed for headscale.
        "url" url: Option<Located<Url>>,
    }
}
