//! The topology: a declaration checked and resolved. References are indices, defaults are
//! filled in and remembered as such, and for each forwarder it is known who asks it, from
//! which address, and what lets him in.

pub mod access;
mod addresses;
pub mod app;
pub mod arrivals;
pub mod delegation;
pub mod forwarding;
pub mod members;
mod resolve;
pub mod routes;
pub mod table;

use std::collections::BTreeSet;
use std::sync::OnceLock;

use crate::declaration::language;
use crate::facts::Fact;
use crate::place::{AttrPath, Located, Place};
use crate::policy::{Policy, Problem};
use crate::scalar::{
    Address, Cidr, CniKind, Control, DnsName, Firewall, ManageResolver, Name, NodeResolver, Part,
    Role, Upstream,
};

pub use app::App;
pub use arrivals::{Arrival, Asker, Target};
pub use forwarding::{Admission, Forwarder, Instance, Scope};
pub use resolve::resolve;
pub use table::{Id, Table};

/// A declaration, resolved.
#[derive(Debug, Default)]
pub struct Topology {
    /// The tailnets; the one of `tailnet` has the name [`MAIN_TAILNET`].
    pub tailnets: Table<Tailnet>,
    /// The sites.
    pub sites: Table<Site>,
    /// The clusters.
    pub clusters: Table<Cluster>,
    /// The secrets.
    pub secrets: Table<Secret>,
    /// The nodes.
    pub nodes: Table<Node>,
    /// The devices.
    pub devices: Table<Device>,
    /// The resolvers.
    pub resolvers: Table<Resolver>,
    /// The forwarders.
    pub forwarders: Table<Forwarder>,
    /// What queries are expected to come to.
    pub expectations: Vec<language::Expectation>,
    /// Every default that was filled in, in the order of the attributes.
    pub defaults: Vec<DefaultUsed>,
    /// The addresses of all nodes, once somebody asks about a resolved topology.
    of_nodes: OnceLock<BTreeSet<Address>>,
}

impl Topology {
    /// Whether everything that is declared could be resolved.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.tailnets.is_complete()
            && self.sites.is_complete()
            && self.clusters.is_complete()
            && self.nodes.is_complete()
            && self.devices.is_complete()
            && self.resolvers.is_complete()
            && self.forwarders.is_complete()
    }
}

/// The name under which the tailnet of `tailnet` is kept beside those of `tailnets`.
pub const MAIN_TAILNET: &str = "tailnet";

/// A default that stands for an attribute that was not written.
#[derive(Debug, Clone)]
pub struct DefaultUsed {
    /// The attribute.
    pub path: AttrPath,
    /// What it is taken to be.
    pub value: String,
    /// Why.
    pub fact: &'static Fact,
}

/// A value that was declared, or filled in for a reason.
#[derive(Debug, Clone)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// Where it was written, or what it would be written into.
    pub place: Place,
    /// The fact that filled it in; `None` where it was declared.
    pub fact: Option<&'static Fact>,
}

impl<T> From<Located<T>> for Sourced<T> {
    fn from(located: Located<T>) -> Self {
        Self {
            value: located.value,
            place: located.place,
            fact: None,
        }
    }
}

/// A tailnet.
#[derive(Debug)]
pub struct Tailnet {
    /// Its name in the declaration.
    pub name: Name,
    /// What was written.
    pub declared: language::Tailnet,
    /// The ranges of its members.
    pub ranges: Vec<Cidr>,
    /// Why those, where none were declared.
    pub ranges_fact: Option<&'static Fact>,
    /// Its policy file, where Tailscale coordinates it: headscale reads policies in its own way.
    pub policy: Option<PolicyFile>,
    /// headscale's policy file: what it says is said as in Tailscale's, what is refused of it is not known.
    pub policy_of_headscale: Option<PolicyFile>,
}

/// A tailnet's policy file, as it was read.
#[derive(Debug)]
pub struct PolicyFile {
    /// Where it is named.
    pub place: Place,
    /// What it means, where it could be read and is HuJSON.
    pub policy: Option<Policy>,
    /// What Tailscale refuses of it, or why it could not be read.
    pub problems: Result<Vec<Problem>, String>,
}

impl Tailnet {
    /// Who coordinates it.
    #[must_use]
    pub fn control(&self) -> Control {
        self.declared
            .control
            .as_ref()
            .map_or(Control::Tailscale, |control| control.kind)
    }

    /// The policy file, whoever coordinates the tailnet.
    #[must_use]
    pub fn any_policy(&self) -> Option<&PolicyFile> {
        self.policy.as_ref().or(self.policy_of_headscale.as_ref())
    }
}

/// A site.
#[derive(Debug)]
pub struct Site {
    /// Its name.
    pub name: Name,
    /// What was written.
    pub declared: language::Site,
}

/// A cluster.
#[derive(Debug)]
pub struct Cluster {
    /// Its name.
    pub name: Name,
    /// What was written.
    pub declared: language::Cluster,
    /// Its site.
    pub site: Option<Id<Site>>,
    /// Its network plug-in.
    pub cni: Sourced<CniKind>,
    /// The ranges of its pods.
    pub pod_cidrs: Vec<Sourced<Cidr>>,
    /// The ranges of its Services.
    pub service_cidrs: Vec<Sourced<Cidr>>,
}

impl Cluster {
    /// Whether pods hide behind their node's address where the plug-in does that.
    #[must_use]
    pub fn masquerades(&self) -> bool {
        self.declared.masquerade.unwrap_or(true)
    }
}

/// A node.
#[derive(Debug)]
pub struct Node {
    /// Its name, which is its host name.
    pub name: Name,
    /// What was written.
    pub declared: language::Node,
    /// Its site.
    pub site: Option<Id<Site>>,
    /// Its cluster.
    pub cluster: Option<Id<Cluster>>,
    /// Its firewall.
    pub firewall: Sourced<Firewall>,
    /// Its membership of a tailnet.
    pub tailscale: Option<Membership>,
}

impl Node {
    /// Its addresses outside the tailnet.
    pub fn addresses(&self) -> impl Iterator<Item = Address> {
        self.declared.address.0.iter().map(|address| address.value)
    }

    /// Whether a part of its configuration is generated.
    #[must_use]
    pub fn manages(&self, part: Part) -> bool {
        self.declared.os == crate::scalar::Os::Nixos
            && self
                .declared
                .manage
                .as_ref()
                .is_none_or(|parts| parts.contains(&part))
    }

    /// Whether it has a role.
    #[must_use]
    pub fn has_role(&self, role: Role) -> bool {
        self.declared.roles.iter().any(|own| own.value == role)
    }

    /// Whether its own programs resolve the names of a tailnet: of the one that it belongs to, or
    /// of any where it belongs to none.
    #[must_use]
    pub fn resolves_names_of(&self, tailnet: Id<Tailnet>) -> bool {
        self.resolver() == NodeResolver::Resolved
            && self
                .tailscale
                .as_ref()
                .is_none_or(|membership| membership.tailnet == tailnet)
    }

    /// How its own programs resolve the suffix.
    #[must_use]
    pub fn resolver(&self) -> NodeResolver {
        self.declared
            .resolver
            .as_ref()
            .map_or(NodeResolver::None, |resolver| resolver.value)
    }
}

/// Membership of a tailnet.
#[derive(Debug)]
pub struct Membership {
    /// What was written.
    pub declared: language::Tailscale,
    /// The tailnet.
    pub tailnet: Id<Tailnet>,
    /// The secret with which it joins.
    pub auth_key: Option<Id<Secret>>,
    /// Whether it takes the tailnet's DNS settings.
    pub accept_dns: Sourced<bool>,
    /// Whether it takes routes that others advertise.
    pub accept_routes: Sourced<bool>,
    /// What it advertises.
    pub advertised_routes: Vec<Sourced<Cidr>>,
    /// Whether routed clients hide behind its address.
    pub snat_subnet_routes: bool,
    /// Whether the firewall lets WireGuard in.
    pub open_firewall: bool,
}

/// A device.
#[derive(Debug)]
pub struct Device {
    /// Its name.
    pub name: Name,
    /// What was written.
    pub declared: language::Device,
    /// Its site.
    pub site: Option<Id<Site>>,
    /// Its membership of a tailnet.
    pub tailscale: Option<Membership>,
}

/// A resolver.
#[derive(Debug)]
pub struct Resolver {
    /// Its name.
    pub name: Name,
    /// What was written.
    pub declared: language::Resolver,
    /// The cluster in which it runs.
    pub cluster: Option<Id<Cluster>>,
    /// The nodes on which it runs.
    pub nodes: Vec<Id<Node>>,
    /// How much of it is generated.
    pub manage: ManageResolver,
    /// The application, where all of it is generated.
    pub app: Option<App>,
}

impl Resolver {
    /// Whether it answers other types of the names that it holds with nothing. Blocky does unless it is told
    /// otherwise, and what is generated tells it so.
    #[must_use]
    pub fn filters_unmapped_types(&self) -> bool {
        let declared = self.declared.filter_unmapped_types;
        declared.unwrap_or(self.app.is_none())
    }

    /// The servers that it is written to ask for `zone`: those of the longest matching key.
    #[must_use]
    pub fn written_mapping(&self, zone: &DnsName) -> Option<&[Located<Upstream>]> {
        self.declared
            .conditional
            .0
            .iter()
            .filter(|(key, _)| zone.is_within(key))
            .max_by_key(|(key, _)| key.as_str().len())
            .map(|(_, (_, servers))| servers.0.as_slice())
    }
}

/// A secret.
#[derive(Debug)]
pub struct Secret {
    /// Its name.
    pub name: Name,
    /// What was written.
    pub declared: language::Secret,
}

/// Something that has a name of its own kind.
pub trait Entity {
    /// What messages call it.
    const KIND: &'static str;
}

macro_rules! entity {
    ($($type:ident $kind:literal,)*) => {
        $(impl Entity for $type {
            const KIND: &'static str = $kind;
        })*
    };
}

entity! {
    Tailnet "tailnet",
    Site "site",
    Cluster "cluster",
    Node "node",
    Device "device",
    Resolver "resolver",
    Forwarder "forwarder",
    Secret "secret",
}
