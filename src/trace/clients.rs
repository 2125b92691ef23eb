//! Client classes: where their questions start, and whom they ask first.

use super::combine::{How, Use};
use super::host::{Host, Member};
use super::outcome::{Cause, CauseKind, Condition, Outcome, Seen};
use super::path::Step;
use super::server::{Asked, Server, Target};
use super::walk::Walk;
use crate::facts::trace::{
    LAN_CLIENTS, LIBC, MEMBERS_ASK_QUAD100, OUTSIDE_ASKS, PODS_ASK_CLUSTER_DNS,
};
use crate::place::Located;
use crate::scalar::{ClientClass, DnsName, NodeResolver, Port, ServerRef};
use crate::topology::{Id, Node};

/// Where a question starts, and whom it is put to.
pub(super) struct Start {
    pub(super) when: Option<Condition>,
    pub(super) host: Host,
    pub(super) step: Step,
    pub(super) targets: Vec<Target>,
    pub(super) uses: Use,
}

/// The C library with a resolv.conf.
pub(super) const LIBC_USES: Use = Use {
    how: How::Failover,
    fails: &[Seen::ServFail, Seen::Refused],
    gives_up: None,
    most: 3,
};

/// Whatever devices are in a LAN.
const DEVICES_USE: Use = Use {
    how: How::Random,
    most: usize::MAX,
    ..LIBC_USES
};

/// A program that asks one server on its own machine.
const ONE: Use = Use {
    fails: &[],
    ..LIBC_USES
};

fn unknown(text: String, mend: &str) -> Box<Outcome> {
    let cause = Cause::new(CauseKind::Unknown, text).mend(mend);
    Box::new(Outcome::new(Seen::Unknown, cause))
}

impl Walk<'_, '_, '_> {
    /// Where the questions of a class start.
    ///
    /// # Errors
    /// What becomes of all of them where nobody can be asked, or it is not known who.
    pub(super) fn starts(
        &self,
        class: &ClientClass,
        asked: &Asked,
    ) -> Result<Vec<Start>, Box<Outcome>> {
        let topology = self.world.topology();
        let missing = || unknown(format!("{class} is not declared"), "declare it");
        match class {
            ClientClass::Pods(name) => {
                let (id, _) = topology.clusters.find(name.as_str()).ok_or_else(missing)?;
                self.pods(id)
            }
            ClientClass::Node(name) => {
                let (id, _) = topology.nodes.find(name.as_str()).ok_or_else(missing)?;
                if !self.world.is_up(id) {
                    let down = self.world.down(id);
                    return Err(Box::new(Outcome::new(Seen::Timeout, down)));
                }
                self.node(id, asked)
            }
            ClientClass::Lan(name) => {
                let (id, site) = topology.sites.find(name.as_str()).ok_or_else(missing)?;
                let servers = &site.declared.nameservers;
                self.listed(class, Host::Lan(id), servers, DEVICES_USE)
            }
            ClientClass::Device(name) => {
                let (id, _) = topology.devices.find(name.as_str()).ok_or_else(missing)?;
                self.device(class, Host::Device(id), asked)
            }
            ClientClass::Tailnet | ClientClass::TailnetRoutes => {
                let tailnet = topology.tailnets.first().ok_or_else(missing)?;
                let routes = *class == ClientClass::TailnetRoutes;
                self.device(class, Host::Member(tailnet, routes), asked)
            }
            ClientClass::Outside => self.outside(),
        }
    }

    fn pods(&self, id: Id<crate::topology::Cluster>) -> Result<Vec<Start>, Box<Outcome>> {
        let cluster = self.world.topology().clusters.get(id);
        let Some(address) = cluster.declared.dns_service.0.first() else {
            let text = format!(
                "the address of the DNS of cluster {} is not declared",
                cluster.name
            );
            return Err(unknown(text, "declare the cluster's `dnsService`"));
        };
        let hosts = self.world.pod_hosts(id);
        if hosts.is_empty() {
            let text = format!("every node of cluster {} is down", cluster.name);
            let cause = Cause::new(CauseKind::Down, text);
            return Err(Box::new(Outcome::new(Seen::Timeout, cause)));
        }
        let is_one_of = hosts.len() > 1;
        let starts = hosts.into_iter().map(|host| Start {
            when: match host {
                Host::Pod(_, Some(node)) if is_one_of => Some(Condition::PodOn {
                    what: "the asking pod".to_owned(),
                    node: self.world.topology().nodes.get(node).name.to_string(),
                }),
                _ => None,
            },
            host,
            step: Step::new(format!("asks the DNS of cluster {}", cluster.name))
                .because(&PODS_ASK_CLUSTER_DNS),
            targets: vec![Target::plain(address.value, 53).at(&address.place)],
            uses: ONE,
        });
        Ok(starts.collect())
    }

    fn node(&self, id: Id<Node>, asked: &Asked) -> Result<Vec<Start>, Box<Outcome>> {
        let node = self.world.topology().nodes.get(id);
        let host = Host::Node(id);
        if node.resolver() == NodeResolver::Resolved {
            let place = node.declared.resolver.as_ref();
            let step = Step::new("asks systemd-resolved");
            return Ok(vec![Start {
                when: None,
                host,
                step: match place {
                    Some(resolver) => step.because(&resolver.place),
                    None => step,
                },
                targets: vec![Target::local(Server::Resolved(id))],
                uses: ONE,
            }]);
        }
        if let Some(start) = self.by_settings(host, asked) {
            return Ok(vec![start]);
        }
        let class = ClientClass::Node(node.name.clone());
        self.listed(&class, host, &node.declared.nameservers, LIBC_USES)
    }

    fn device(
        &self,
        class: &ClientClass,
        host: Host,
        asked: &Asked,
    ) -> Result<Vec<Start>, Box<Outcome>> {
        if let Some(start) = self.by_settings(host, asked) {
            return Ok(vec![start]);
        }
        let targets = self.own_servers(host);
        if targets.is_empty() {
            let text = format!("the name servers of {class} are not declared");
            return Err(unknown(
                text,
                "declare its `nameservers`, or those of its site",
            ));
        }
        Ok(vec![Start {
            when: None,
            host,
            step: Step::new("asks its own network's name servers").because(&LAN_CLIENTS),
            targets,
            uses: DEVICES_USE,
        }])
    }

    /// A member that takes the tailnet's DNS settings asks quad100 for what they concern.
    fn by_settings(&self, host: Host, asked: &Asked) -> Option<Start> {
        let member = self
            .world
            .member(host)
            .filter(|member| member.accepts_dns)?;
        self.takes_over(&member, &asked.name).then(|| Start {
            when: None,
            host,
            step: Step::new("asks quad100 on its own machine").because(&MEMBERS_ASK_QUAD100),
            targets: vec![Target::local(Server::Quad100(self.world.machine(host)))],
            uses: ONE,
        })
    }

    /// Whether a tailnet's settings name quad100 for a name.
    pub(super) fn takes_over(&self, member: &Member<'_>, name: &DnsName) -> bool {
        let declared = &self.world.topology().tailnets.get(member.tailnet).declared;
        let has_split = || {
            name.and_above()
                .any(|zone| declared.split_dns.0.contains_key(&zone))
        };
        let overrides = declared.override_local_dns.unwrap_or(false);
        let has_zones = declared.magic_dns.unwrap_or(true);
        (has_zones && self.names.is_tailnets(member.tailnet, name))
            || has_split()
            || (overrides && !declared.nameservers.is_empty())
            || member.exit_node().is_some()
    }

    fn listed(
        &self,
        class: &ClientClass,
        host: Host,
        servers: &[Located<ServerRef>],
        uses: Use,
    ) -> Result<Vec<Start>, Box<Outcome>> {
        let targets = self.targets(servers);
        if targets.is_empty() {
            let text = format!("the name servers of {class} are not declared");
            return Err(unknown(text, "declare `nameservers`"));
        }
        let fact = if uses == LIBC_USES {
            &LIBC
        } else {
            &LAN_CLIENTS
        };
        Ok(vec![Start {
            when: None,
            host,
            step: Step::new("asks its name servers").because(fact),
            targets,
            uses,
        }])
    }

    /// Somebody on the Internet asks each server that has an address, directly.
    fn outside(&self) -> Result<Vec<Start>, Box<Outcome>> {
        let topology = self.world.topology();
        let mut targets: Vec<(String, Target)> = Vec::new();
        for forwarder in topology.forwarders.values() {
            for instance in &forwarder.instances {
                let node = &topology.nodes.get(instance.node).name;
                targets.extend(instance.reachable_addresses().map(|address| {
                    let name = format!("forwarder {} on {node} at {address}", forwarder.name);
                    (name, Target::plain(address, forwarder.port.value.number()))
                }));
            }
        }
        for resolver in topology.resolvers.values() {
            if resolver.declared.kind.value == crate::scalar::ResolverKind::Public {
                continue;
            }
            let port = resolver.declared.port.map_or(53, Port::number);
            targets.extend(
                topology
                    .resolver_addresses(resolver)
                    .into_iter()
                    .map(|address| {
                        let name = format!("resolver {} at {address}", resolver.name);
                        (name, Target::plain(address, port))
                    }),
            );
        }
        if targets.is_empty() {
            let text = "no server is declared that has an address";
            let cause = Cause::new(CauseKind::Nobody, text);
            return Err(Box::new(Outcome::new(Seen::Timeout, cause)));
        }
        let starts = targets.into_iter().map(|(name, target)| Start {
            when: Some(Condition::Asks(name)),
            host: Host::Internet,
            step: Step::new("asks the server directly").because(&OUTSIDE_ASKS),
            targets: vec![target],
            uses: ONE,
        });
        Ok(starts.collect())
    }

    /// The addresses of name servers.
    pub(super) fn targets(&self, servers: &[Located<ServerRef>]) -> Vec<Target> {
        let topology = self.world.topology();
        let mut targets = Vec::new();
        for server in servers {
            match &server.value {
                ServerRef::Address(address) => {
                    targets.push(Target::plain(*address, 53).at(&server.place));
                }
                ServerRef::Resolver(name) => {
                    let Some((_, resolver)) = topology.resolvers.find(name.as_str()) else {
                        continue;
                    };
                    let port = resolver.declared.port.map_or(53, Port::number);
                    let addresses = topology.resolver_addresses(resolver);
                    let own = addresses.into_iter();
                    targets
                        .extend(own.map(|address| Target::plain(address, port).at(&server.place)));
                }
            }
        }
        targets
    }

    /// The name servers that a host has of itself, without a tailnet's.
    pub(super) fn own_servers(&self, host: Host) -> Vec<Target> {
        let topology = self.world.topology();
        match host {
            Host::Node(node) | Host::Pod(_, Some(node)) => {
                self.targets(&topology.nodes.get(node).declared.nameservers)
            }
            Host::Device(device) => {
                let device = topology.devices.get(device);
                let own = self.targets(&device.declared.nameservers);
                let site = device.site.filter(|_| own.is_empty());
                match site {
                    Some(site) => self.targets(&topology.sites.get(site).declared.nameservers),
                    None if own.is_empty() && device.tailscale.is_some() => vec![foreign()],
                    None => own,
                }
            }
            Host::Lan(site) => self.targets(&topology.sites.get(site).declared.nameservers),
            Host::Member(..) => vec![foreign()],
            Host::Pod(_, None) | Host::Bare(_) | Host::Internet => Vec::new(),
        }
    }

    /// The servers in a node's resolv.conf, as CoreDNS on it reads it.
    pub(super) fn servers_of_resolv_conf(&self, id: Id<Node>) -> Vec<Target> {
        let node = self.world.topology().nodes.get(id);
        let member = self.world.member(Host::Node(id));
        let takes_settings = member.is_some_and(|member| member.accepts_dns);
        if takes_settings && node.resolver() != NodeResolver::Resolved {
            return vec![Target::plain(crate::facts::tailnet::QUAD100_V4.into(), 53)];
        }
        self.targets(&node.declared.nameservers)
    }
}

/// The name servers of whatever network a member is in.
fn foreign() -> Target {
    Target::local(Server::Public(
        "the name servers of the network that it is in".to_owned(),
    ))
}
