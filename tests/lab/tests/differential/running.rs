//! What runs in a network: what was generated, and in place of the rest the same programs as their owners
//! would set them up.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::OnceLock;
use std::thread;

use common::Generated;
use serde_json::Value;
use tailwright::scalar::{Firewall, NodeResolver, Part, ResolverKind};
use tailwright::topology::{Device, Id, Node, Topology};
use tailwright_lab::asker::Asker;
use tailwright_lab::blocky::{Blocky, Release};
use tailwright_lab::coredns::CoreDns;
use tailwright_lab::namespace::Namespace;
use tailwright_lab::quad100::{AsksFrom, Config, Quad100};
use tailwright_lab::query::Question;
use tailwright_lab::unbound::{Installation, Unbound};
use tailwright_lab::{Failure, Tools, tools};

use crate::by_hand;
use crate::generated::Hosts;
use crate::names::{HOSTS, SUFFIX};
use crate::network::{FOREIGN, Network, PUBLIC, Pod, Runs, Who, is_bare};
use crate::servers::{addresses, of_device};

/// How many questions make CoreDNS know whom it asks: with half of them, for names of the tailnet, its
/// patience with connections to who keeps silent has come down from thirty seconds to one.
const KNOWN_AFTER: usize = 64;

/// A daemon; it ends when it is dropped.
enum Daemon {
    Unbound { _it: Unbound },
    Blocky { _it: Blocky },
    CoreDns { _it: CoreDns },
    Quad100 { _it: Quad100 },
}

/// A network with everything that runs in it; what runs ends before where it runs.
pub(crate) struct Running {
    _daemons: Vec<Daemon>,
    /// The public servers, each with what the trace calls it.
    pub(crate) public: Vec<(String, Quad100)>,
    pub(crate) network: Network,
    pub(crate) tools: Tools,
}

type Start<'s> = Box<dyn Fn() -> Result<Daemon, Failure> + Send + Sync + 's>;

/// What a thread gave; its panic goes on here.
fn joined<T>(thread: thread::ScopedJoinHandle<'_, T>) -> T {
    thread
        .join()
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// The newest unbound at hand.
fn unbound() -> Result<&'static Installation, Failure> {
    static NEWEST: OnceLock<Installation> = OnceLock::new();
    if let Some(known) = NEWEST.get() {
        return Ok(known);
    }
    let newest = Installation::newest()?;
    Ok(NEWEST.get_or_init(|| newest))
}

impl Running {
    pub(crate) fn new(
        tree: &Generated,
        devices: &[Id<Device>],
        policy: Option<&Value>,
    ) -> Result<Self, Failure> {
        let topology = tree.topology();
        let tools = tools!();
        let hosts = Hosts::of(tree)?;
        let network = Network::new(topology, devices, policy)?;
        for (id, node) in topology.nodes.iter() {
            let machine = &network.machines[&Who::Node(id)];
            if let Some(host) = hosts.get(id) {
                if node.firewall.value != Firewall::Off {
                    host.filter(&machine.host)?;
                }
                let mut forwarders = topology.forwarders.values();
                if node.manages(Part::Forwarder) && forwarders.any(|one| one.on(id).is_some()) {
                    host.guard(&machine.host, "ExecStart")?;
                }
            }
            if node.firewall.value == Firewall::Iptables && machine.tunnel.is_some() {
                machine.put_tailscaled_first()?;
            }
        }
        let setting = Setting {
            tree,
            topology,
            network: &network,
            tools: &tools,
            hosts: &hosts,
        };
        let public = setting.public()?;
        let starts = setting.starts()?;
        let started: Vec<Result<Daemon, Failure>> = thread::scope(|scope| {
            let starting: Vec<_> = starts.iter().map(|start| scope.spawn(start)).collect();
            starting.into_iter().map(joined).collect()
        });
        drop(starts);
        let daemons = started.into_iter().collect::<Result<_, _>>()?;
        let running = Self {
            _daemons: daemons,
            public,
            network,
            tools,
        };
        running.ask_cluster_dns()?;
        Ok(running)
    }

    /// Asks the DNS of clusters some questions over UDP, as pods do all the time: of those whom it asks it
    /// learns who keeps silent, and how long connections take.
    fn ask_cluster_dns(&self) -> Result<(), Failure> {
        let pods = self
            .network
            .pods
            .iter()
            .filter(|pod| pod.runs == Runs::ClusterDns);
        let ask = |pod: &Pod| -> Result<(), Failure> {
            let asker = Asker::start(&self.tools, &pod.place)?;
            let own = SocketAddr::from((Ipv4Addr::LOCALHOST, 53));
            let all: Vec<Result<(), Failure>> = thread::scope(|scope| {
                let asking: Vec<_> = (0..KNOWN_AFTER)
                    .map(|n| {
                        let name = match n % 2 {
                            0 => format!("known{n}.{SUFFIX}"),
                            _ => format!("p{n}.example.com"),
                        };
                        let asker = &asker;
                        scope.spawn(move || {
                            Ok(asker.ask(&Question::new(own, &name, "A")).map(drop)?)
                        })
                    })
                    .collect();
                asking.into_iter().map(joined).collect()
            });
            all.into_iter().collect()
        };
        thread::scope(|scope| {
            let asking: Vec<_> = pods.map(|pod| scope.spawn(move || ask(pod))).collect();
            asking.into_iter().map(joined).collect::<Vec<_>>()
        })
        .into_iter()
        .collect()
    }
}

/// What daemons are started with.
struct Setting<'s> {
    tree: &'s Generated,
    topology: &'s Topology,
    network: &'s Network,
    tools: &'s Tools,
    hosts: &'s Hosts,
}

impl<'s> Setting<'s> {
    /// Each public server by itself, with names `p0.example.com`, `p1.example.com`, … and `example.com`.
    fn public(&self) -> Result<Vec<(String, Quad100)>, Failure> {
        let address = IpAddr::from([192, 0, 2, 80]);
        let names = (0..HOSTS).map(|n| format!("p{n}.example.com"));
        let names = names.chain(["example.com".to_owned()]);
        // Every name is below the root, of which these servers know everything.
        let root = names.fold(Config::new(""), |config, name| {
            config.host(&name, &[address])
        });
        let servers = PUBLIC
            .into_iter()
            .map(|one| (format!("public server {one}"), one));
        let foreign = "the name servers of the network that it is in".to_owned();
        servers
            .chain([(foreign, FOREIGN)])
            .map(|(name, server)| {
                let config = Config {
                    reverse_zones: Vec::new(),
                    listen: vec![server.into()],
                    ..root.clone()
                };
                let running = Quad100::start(self.tools, &self.network.internet, &config)?;
                Ok((name, running))
            })
            .collect()
    }

    fn starts(&self) -> Result<Vec<Start<'s>>, Failure> {
        let (tools, topology) = (self.tools, self.topology);
        let mut starts: Vec<Start<'s>> = Vec::new();
        let members = self.members();
        for (who, machine) in &self.network.machines {
            let Some(tunnel) = &machine.tunnel else {
                continue;
            };
            let config = self.quad100(*who, &machine.host, &members);
            starts.push(Box::new(move || {
                let it = Quad100::start(tools, &tunnel.place, &config)?;
                Ok(Daemon::Quad100 { _it: it })
            }));
        }
        let unbound = unbound()?;
        for (id, _) in topology.nodes.iter() {
            let host = &self.network.machines[&Who::Node(id)].host;
            let config = self.hosts.get(id).map(|one| one.unbound_conf().to_owned());
            if let Some(config) = config.filter(|text| !text.is_empty()) {
                starts.push(Box::new(move || {
                    let it = Unbound::start(unbound, host, &config)?;
                    Ok(Daemon::Unbound { _it: it })
                }));
            }
        }
        for pod in &self.network.pods {
            starts.extend(self.in_pod(pod));
        }
        for (id, resolver) in topology.resolvers.iter() {
            if resolver.declared.kind.value != ResolverKind::Blocky || resolver.cluster.is_some() {
                continue;
            }
            let mut places: Vec<Who> = resolver.nodes.iter().map(|node| Who::Node(*node)).collect();
            if is_bare(topology, resolver) {
                places.push(Who::Bare(id));
            }
            for who in places {
                let host = &self.network.machines[&who].host;
                let config = by_hand::blocky(topology, resolver, who).to_string();
                starts.push(Box::new(move || blocky(tools, host, &config)));
            }
        }
        Ok(starts)
    }

    fn in_pod(&self, pod: &'s Pod) -> Option<Start<'s>> {
        let tools = self.tools;
        match pod.runs {
            Runs::Client => None,
            Runs::ClusterDns => {
                let corefile = self.corefile(pod.node);
                let zones = self.zones(pod);
                Some(Box::new(move || {
                    let zones: Vec<(&str, &str)> = zones
                        .iter()
                        .map(|text| ("tailnet.server", text.as_str()))
                        .collect();
                    let it = CoreDns::start(&pod.place, &corefile, &zones)?;
                    Ok(Daemon::CoreDns { _it: it })
                }))
            }
            Runs::Resolver(id) => {
                let resolver = self.topology.resolvers.get(id);
                let cluster = &self.topology.clusters.get(pod.cluster).name;
                let (name, file) = (
                    &resolver.name,
                    format!("kubenix/{cluster}/apps/{}-config.nix", resolver.name),
                );
                let pointer = format!("/kubernetes/resources/configMaps/{name}/data/config.yml");
                let config = self.tree.value(&file);
                let config = config.pointer(&pointer).and_then(Value::as_str);
                let config = config.unwrap_or_default().to_owned();
                Some(Box::new(move || blocky(tools, &pod.place, &config)))
            }
        }
    }

    /// What the tree adds to the cluster's CoreDNS.
    fn zones(&self, pod: &Pod) -> Vec<String> {
        let cluster = &self.topology.clusters.get(pod.cluster).name;
        let suffixes = self
            .topology
            .tailnets
            .values()
            .map(|one| &one.declared.suffix.value);
        let files = suffixes.map(|one| format!("kubenix/{cluster}/system/coredns-{one}.server"));
        files
            .filter(|file| self.tree.has(file))
            .map(|file| self.tree.text(&file))
            .collect()
    }

    /// What distributions ship, with a stand-in for the plugin that needs the API server, and with the
    /// name servers that the node's resolv.conf has.
    fn corefile(&self, id: Id<Node>) -> String {
        let node = self.topology.nodes.get(id);
        let takes_settings = node
            .tailscale
            .as_ref()
            .is_some_and(|own| own.accept_dns.value);
        let servers: Vec<String> = if takes_settings && node.resolver() != NodeResolver::Resolved {
            vec!["100.100.100.100".to_owned()]
        } else {
            let all = addresses(self.topology, &node.declared.nameservers);
            all.iter().map(ToString::to_string).collect()
        };
        let forward = match servers.is_empty() {
            true => String::new(),
            false => format!("forward . {}", servers.join(" ")),
        };
        format!(
            ".:53 {{
    errors
    template IN A cluster.local {{
        answer \"{{{{ .Name }}}} 5 IN A 10.80.0.1\"
    }}
    cache 30
    loadbalance
    import custom/*.override
    {forward}
}}
import custom/*.server
"
        )
    }

    /// Every member of the tailnet by its label.
    fn members(&self) -> BTreeMap<String, Ipv4Addr> {
        let topology = self.topology;
        let nodes = topology
            .nodes
            .values()
            .map(|one| (&one.name, one.tailscale.as_ref()));
        let devices = topology
            .devices
            .values()
            .map(|one| (&one.name, one.tailscale.as_ref()));
        let mut members = BTreeMap::new();
        for (number, (name, membership)) in nodes.chain(devices).enumerate() {
            let Some(membership) = membership else {
                continue;
            };
            let given = Ipv4Addr::new(100, 64, 8, u8::try_from(number).unwrap_or(u8::MAX));
            let address = crate::network::in_tailnet(membership).unwrap_or(given);
            members.insert(name.to_string(), address);
        }
        members
    }

    fn quad100(&self, who: Who, host: &Namespace, members: &BTreeMap<String, Ipv4Addr>) -> Config {
        let topology = self.topology;
        let tailnet = topology.tailnets.values().next();
        let suffix = tailnet.map(|one| one.declared.suffix.value.to_string());
        let of_tailnet = tailnet.map(|one| addresses(topology, &one.declared.nameservers));
        let mut name_servers = of_tailnet.unwrap_or_default();
        let mut accept_dns = true;
        match who {
            Who::Node(id) => {
                let node = topology.nodes.get(id);
                accept_dns = node
                    .tailscale
                    .as_ref()
                    .is_some_and(|own| own.accept_dns.value);
                if name_servers.is_empty() && node.resolver() != NodeResolver::Resolved {
                    name_servers = addresses(topology, &node.declared.nameservers);
                }
            }
            Who::Device(id) => {
                let device = topology.devices.get(id);
                accept_dns = device
                    .tailscale
                    .as_ref()
                    .is_some_and(|own| own.accept_dns.value);
                if name_servers.is_empty() {
                    name_servers = of_device(topology, id);
                }
            }
            _ if name_servers.is_empty() => name_servers = vec![SocketAddr::from((FOREIGN, 53))],
            _ => {}
        }
        let config = Config {
            accept_dns,
            magic_dns: tailnet.is_none_or(|one| one.declared.magic_dns.unwrap_or(true)),
            name_servers,
            asks_from: Some(AsksFrom {
                namespace: host.name().to_owned(),
                program: self.tools.ask.clone(),
            }),
            ..Config::new(&suffix.unwrap_or_default())
        };
        members.iter().fold(config, |config, (name, address)| {
            config.host(name, &[(*address).into()])
        })
    }
}

fn blocky(tools: &Tools, place: &Namespace, config: &str) -> Result<Daemon, Failure> {
    let it = Blocky::start(tools, Release::ALL[0], place, config)?;
    Ok(Daemon::Blocky { _it: it })
}
