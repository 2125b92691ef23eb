//! Whom the classes of clients ask, and what they make of it.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use tailwright::scalar::{ClientClass, NodeResolver, Port, Protocol, RecordType, ResolverKind};
use tailwright::topology::{Asker as Asks, Topology};
use tailwright::trace::classes::NameClass;
use tailwright::trace::outcome;
use tailwright_lab::asker::Asker;
use tailwright_lab::quad100::Transport;
use tailwright_lab::query::Question;
use tailwright_lab::{Failure, Result};

use crate::network::FOREIGN;
use crate::running::Running;
use crate::servers::{addresses, of_device};
use crate::words::in_words_of_the_trace;

/// How long a client waits for the last server that it asks: what the trace calls silence.
const PATIENCE_MS: u64 = 10_000;
/// How long for one after which it asks another.
const BEFORE_ANOTHER_MS: u64 = 4_000;
/// How long from where nothing is waited for: nobody on the way tries again.
const AT_ONCE_MS: u64 = 1_500;

/// Where somebody asks, and whom: another server where one fails.
#[derive(Clone)]
pub(crate) struct Start {
    pub(crate) asker: Arc<Asker>,
    pub(crate) servers: Vec<SocketAddr>,
    pub(crate) program: Program,
}

/// What asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Program {
    /// One that hears what the last server says.
    Client,
    /// One that hears what the only server says, and nobody waits on the way.
    Outsider,
    /// In place of systemd-resolved: over UDP, over TCP where that fails, and SERVFAIL where all servers
    /// fail.
    Stub,
}

/// MagicDNS' resolver on the machine that asks.
fn quad100() -> SocketAddr {
    SocketAddr::from(([100, 100, 100, 100], 53))
}

/// Who asks where, each place with one process.
pub(crate) struct Clients<'r> {
    running: &'r Running,
    topology: &'r Topology,
    askers: BTreeMap<String, Arc<Asker>>,
}

impl<'r> Clients<'r> {
    pub(crate) fn new(running: &'r Running, topology: &'r Topology) -> Self {
        Self {
            running,
            topology,
            askers: BTreeMap::new(),
        }
    }

    /// The places of a class of clients with the servers that they ask for such names; none where nobody
    /// can be asked.
    pub(crate) fn starts(&mut self, class: &ClientClass, names: &NameClass) -> Result<Vec<Start>> {
        let orders = self.servers(class, names);
        let mut starts = Vec::new();
        for place in self.running.network.places(self.topology, class) {
            let asker = match self.askers.get(place.name()) {
                Some(known) => Arc::clone(known),
                None => {
                    let asker = Arc::new(Asker::start(&self.running.tools, place)?);
                    self.askers
                        .insert(place.name().to_owned(), Arc::clone(&asker));
                    asker
                }
            };
            starts.extend(orders.iter().map(|(servers, program)| Start {
                asker: Arc::clone(&asker),
                servers: servers.clone(),
                program: *program,
            }));
        }
        Ok(starts)
    }

    fn servers(&self, class: &ClientClass, names: &NameClass) -> Vec<(Vec<SocketAddr>, Program)> {
        let topology = self.topology;
        let one = |server: SocketAddr| vec![(vec![server], Program::Client)];
        match class {
            ClientClass::Pods(name) => {
                let Some((_, cluster)) = topology.clusters.find(name.as_str()) else {
                    return Vec::new();
                };
                let service = cluster.declared.dns_service.0.first();
                let service = service.map(|own| SocketAddr::from((own.value.ip(), 53)));
                service.map(one).unwrap_or_default()
            }
            ClientClass::Node(name) => self.of_node(name.as_str(), names),
            ClientClass::Lan(name) => {
                let site = topology.sites.find(name.as_str());
                let servers = site.map(|(_, site)| addresses(topology, &site.declared.nameservers));
                in_any_order(&servers.unwrap_or_default())
            }
            ClientClass::Device(name) => {
                let Some((id, device)) = topology.devices.find(name.as_str()) else {
                    return Vec::new();
                };
                let takes = device
                    .tailscale
                    .as_ref()
                    .is_some_and(|own| own.accept_dns.value);
                match takes && self.settings_concern(names) {
                    true => one(quad100()),
                    false => in_any_order(&of_device(topology, id)),
                }
            }
            ClientClass::Tailnet | ClientClass::TailnetRoutes => match self.settings_concern(names)
            {
                true => one(quad100()),
                false => one(SocketAddr::from((FOREIGN, 53))),
            },
            ClientClass::Outside => {
                let all = self.everybody().into_iter();
                all.map(|server| (vec![server], Program::Outsider))
                    .collect()
            }
        }
    }

    /// A node's own programs: by way of systemd-resolved, or in the order of resolv.conf.
    fn of_node(&self, name: &str, names: &NameClass) -> Vec<(Vec<SocketAddr>, Program)> {
        let topology = self.topology;
        let Some((_, node)) = topology.nodes.find(name) else {
            return Vec::new();
        };
        let own = addresses(topology, &node.declared.nameservers);
        let takes = node
            .tailscale
            .as_ref()
            .is_some_and(|own| own.accept_dns.value);
        let takes = takes && self.settings_concern(names);
        if node.resolver() == NodeResolver::None {
            let servers = match takes {
                true => vec![quad100()],
                false => own.into_iter().take(3).collect(),
            };
            return vec![(servers, Program::Client)];
        }
        let delegations = topology.delegations(&Asks::Resolved(node.name.clone()));
        let mut zones = delegations
            .iter()
            .filter(|one| names.name().is_within(&one.zone));
        let servers = match zones.next() {
            Some(zone) => {
                let targets = zone.targets.iter();
                targets
                    .map(|one| SocketAddr::from((one.address.ip(), one.port)))
                    .collect()
            }
            None if takes => vec![quad100()],
            None => own,
        };
        let orders = in_any_order(&servers).into_iter();
        orders
            .map(|(servers, _)| (servers, Program::Stub))
            .collect()
    }

    /// Whether the tailnet's settings name quad100 for such names.
    fn settings_concern(&self, names: &NameClass) -> bool {
        let Some(tailnet) = self.topology.tailnets.values().next() else {
            return false;
        };
        let declared = &tailnet.declared;
        let is_tailnets = names.kind.tailnet().is_some() && declared.magic_dns.unwrap_or(true);
        let is_split = names
            .name()
            .and_above()
            .any(|zone| declared.split_dns.0.contains_key(&zone));
        let overrides = declared.override_local_dns.unwrap_or(false);
        is_tailnets || is_split || (overrides && !declared.nameservers.is_empty())
    }

    /// Every server that has an address.
    fn everybody(&self) -> Vec<SocketAddr> {
        let topology = self.topology;
        let mut all = Vec::new();
        for forwarder in topology.forwarders.values() {
            for instance in &forwarder.instances {
                let port = forwarder.port.value.number();
                let own = instance.reachable_addresses();
                all.extend(own.map(|address| SocketAddr::from((address.ip(), port))));
            }
        }
        for resolver in topology.resolvers.values() {
            if resolver.declared.kind.value != ResolverKind::Public {
                let port = resolver.declared.port.map_or(53, Port::number);
                let own = topology.resolver_addresses(resolver);
                all.extend(
                    own.iter()
                        .map(|address| SocketAddr::from((address.ip(), port))),
                );
            }
        }
        all
    }
}

/// Who uses any of these servers, each once as the first.
fn in_any_order(servers: &[SocketAddr]) -> Vec<(Vec<SocketAddr>, Program)> {
    let orders = (0..servers.len()).map(|first| {
        let mut servers = servers.to_vec();
        servers.rotate_left(first);
        (servers, Program::Client)
    });
    orders.collect()
}

impl Start {
    /// Asks, and gives what the client sees.
    pub(crate) fn ask(
        &self,
        name: &str,
        record_type: RecordType,
        protocol: Protocol,
    ) -> Result<outcome::Seen, Failure> {
        let mut seen = outcome::Seen::Timeout;
        for (number, server) in self.servers.iter().enumerate() {
            let is_last = number + 1 == self.servers.len();
            let wait_ms = match self.program {
                Program::Outsider => AT_ONCE_MS,
                _ if is_last => PATIENCE_MS,
                _ => BEFORE_ANOTHER_MS,
            };
            let over = |transport| {
                let question = Question::new(*server, name, record_type.as_str()).over(transport);
                let question = Question {
                    wait_ms,
                    ..question
                };
                self.asker
                    .ask(&question)
                    .map(|seen| in_words_of_the_trace(&seen))
            };
            seen = match (self.program, protocol) {
                (Program::Stub, _) => match over(Transport::Udp)? {
                    outcome::Seen::Unreachable | outcome::Seen::ServFail => over(Transport::Tcp)?,
                    other => other,
                },
                (_, Protocol::Udp) => over(Transport::Udp)?,
                (_, Protocol::Tcp) => over(Transport::Tcp)?,
            };
            let is_failure = matches!(seen, outcome::Seen::ServFail | outcome::Seen::Refused);
            if !is_failure && !seen.is_silence() {
                return Ok(seen);
            }
        }
        Ok(match self.program {
            Program::Stub => outcome::Seen::ServFail,
            Program::Client | Program::Outsider => seen,
        })
    }
}
