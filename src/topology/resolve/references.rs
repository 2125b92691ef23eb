//! References that lead to nothing which the topology keeps as an index: they are only
//! looked up, so that a misspelt one is found.

use crate::declaration::decode::Named;
use crate::declaration::{Declaration, language};
use crate::finding::Finding;
use crate::place::{Located, Place};
use crate::rules::{self, structure};
use crate::scalar::{ClientClass, Port, ServerRef, StartRef, Tag};
use crate::topology::Topology;

pub(super) fn check(declaration: &Declaration, topology: &Topology, findings: &mut Vec<Finding>) {
    let mut look = Look { topology, findings };
    for tailnet in topology.tailnets.values() {
        look.servers(&tailnet.declared.nameservers);
        for (_, servers) in tailnet.declared.split_dns.0.values() {
            look.servers(servers);
        }
    }
    for site in written(&declaration.sites) {
        look.servers(&site.nameservers);
        for address in &site.virtual_addresses {
            for node in &address.nodes {
                topology
                    .nodes
                    .refer(&node.value, &node.place, look.findings);
            }
        }
    }
    for node in written(&declaration.nodes) {
        look.servers(&node.nameservers);
        look.starts_after(&node.starts_after);
        look.membership(node.tailscale.as_ref());
    }
    for device in written(&declaration.devices) {
        look.servers(&device.nameservers);
        look.membership(device.tailscale.as_ref());
    }
    for resolver in written(&declaration.resolvers) {
        look.starts_after(&resolver.starts_after);
        for secret in resolver.settings.secrets() {
            topology
                .secrets
                .refer(&secret.value, &secret.place, look.findings);
        }
    }
    for forwarder in written(&declaration.forwarders) {
        look.starts_after(&forwarder.starts_after);
        for class in &forwarder.clients {
            look.class(class);
        }
    }
    for expectation in &declaration.expectations.0 {
        look.class(&expectation.from);
    }
    for suppression in &declaration.suppress.0 {
        look.rule(suppression);
    }
    look.tags();
}

/// What was written, also where not all of it could be read.
fn written<T>(named: &Named<T>) -> impl Iterator<Item = &T> {
    named.0.values().filter_map(|(_, value)| value.as_ref())
}

struct Look<'a> {
    topology: &'a Topology,
    findings: &'a mut Vec<Finding>,
}

impl Look<'_> {
    fn servers(&mut self, servers: &[Located<ServerRef>]) {
        for server in servers {
            let ServerRef::Resolver(name) = &server.value else {
                continue;
            };
            let place = &server.place;
            let Some(id) = self.topology.resolvers.refer(name, place, self.findings) else {
                continue;
            };
            let resolver = self.topology.resolvers.get(id);
            let port = resolver.declared.port.map_or(53, Port::number);
            if self.topology.resolver_addresses(resolver).is_empty() {
                self.findings.push(structure::contradiction(
                    place,
                    format!("resolver {name} has no address under which it could be asked"),
                    "add its `address`, or name another server",
                ));
            } else if port != 53 {
                self.findings.push(structure::contradiction(
                    place,
                    format!(
                        "resolver {name} is asked on port {port}, which name servers can't say"
                    ),
                    "let it answer on port 53, or name another server",
                ));
            }
        }
    }

    fn starts_after(&mut self, references: &[Located<StartRef>]) {
        for reference in references {
            let place = &reference.place;
            match &reference.value {
                StartRef::Network | StartRef::Tailscale => {}
                StartRef::Node(name) => {
                    self.topology.nodes.refer(name, place, self.findings);
                }
                StartRef::Resolver(name) => {
                    self.topology.resolvers.refer(name, place, self.findings);
                }
                StartRef::Forwarder(name) => {
                    self.topology.forwarders.refer(name, place, self.findings);
                }
            }
        }
    }

    fn membership(&mut self, membership: Option<&language::Tailscale>) {
        let Some(exit_node) = membership.and_then(|m| m.exit_node.as_ref()) else {
            return;
        };
        if self
            .topology
            .devices
            .names()
            .any(|name| name == exit_node.value.as_str())
        {
            return;
        }
        self.topology
            .nodes
            .refer(&exit_node.value, &exit_node.place, self.findings);
    }

    fn class(&mut self, class: &Located<ClientClass>) {
        let place = &class.place;
        match &class.value {
            ClientClass::Pods(name) => {
                self.topology.clusters.refer(name, place, self.findings);
            }
            ClientClass::Node(name) => {
                self.topology.nodes.refer(name, place, self.findings);
            }
            ClientClass::Lan(name) => {
                self.topology.sites.refer(name, place, self.findings);
            }
            ClientClass::Device(name) => {
                self.topology.devices.refer(name, place, self.findings);
            }
            ClientClass::Tailnet | ClientClass::TailnetRoutes | ClientClass::Outside => {}
        }
    }

    fn rule(&mut self, suppression: &language::Suppress) {
        let code = &suppression.code;
        if rules::by_code(code.value.as_str()).is_none() {
            let known: Vec<&str> = rules::RULES.iter().map(|rule| rule.code).collect();
            let finding = structure::unknown_rule(&code.place, code.value.as_str(), &known);
            self.findings.push(finding);
        }
    }

    /// A tag that is used has to be declared, since nobody could assign it otherwise. Where a
    /// policy of the user's own is named, that one says which tags there are.
    fn tags(&mut self) {
        for node in self.topology.nodes.values() {
            if let Some(membership) = &node.tailscale {
                let tailnet = self.topology.tailnets.get(membership.tailnet);
                self.known_tags(&membership.declared.tags, &tailnet.declared);
            }
        }
        let mut tailnets = self.topology.tailnets.values();
        if let (Some(only), None) = (tailnets.next(), tailnets.next()) {
            for secret in self.topology.secrets.values() {
                self.known_tags(&secret.declared.tags, &only.declared);
            }
        }
    }

    fn known_tags(&mut self, tags: &[Located<Tag>], tailnet: &language::Tailnet) {
        if tailnet.policy.is_some() {
            return;
        }
        for tag in tags {
            if !tailnet.tags.0.contains_key(&tag.value) {
                self.unknown_tag(&tag.place, tag.value.as_str(), tailnet);
            }
        }
    }

    fn unknown_tag(&mut self, place: &Place, tag: &str, tailnet: &language::Tailnet) {
        let known = tailnet.tags.0.keys().map(Tag::as_str);
        let finding = structure::unknown_reference(place, "tag", tag, known)
            .note("a tag without an owner can't be assigned: the machine does not join");
        self.findings.push(finding);
    }
}
