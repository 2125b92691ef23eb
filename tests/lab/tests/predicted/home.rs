//! The home in which everything runs.

use std::net::IpAddr;

use common::Firewall;
use tailwright_lab::blocky::{Blocky, Release};
use tailwright_lab::cluster::internet::Internet;
use tailwright_lab::cluster::surroundings::Surroundings;
use tailwright_lab::cluster::{BLOCKY_SERVICE, Behind, Cluster, DNS_SERVICE, PUBLIC};
use tailwright_lab::coredns::CoreDns;
use tailwright_lab::namespace::Namespace;
use tailwright_lab::packets::Packets;
use tailwright_lab::quad100::{Config, Quad100};
use tailwright_lab::query::{Question, Seen};
use tailwright_lab::unbound::{Installation, Unbound};
use tailwright_lab::{Failure, tools};

use crate::SUFFIX;
use crate::declared::{Declared, HOSTS};
use crate::manifests::COREFILE;
use crate::real::Real;
use crate::rendered::Rendered;

/// Members of the tailnet that the example has, with addresses as the tailnet would give out.
pub(crate) const NODES: [(&str, [u8; 4]); 7] = [
    ("lab-alpha-cp", [100, 64, 0, 1]),
    ("lab-beta-cp", [100, 64, 0, 2]),
    ("lab-delta-cp", [100, 64, 0, 3]),
    ("lab-gamma-wk", [100, 64, 0, 4]),
    ("lab-pi-bk", [100, 64, 0, 5]),
    ("lab-oci-bk", [100, 104, 138, 109]),
    ("phone", [100, 64, 0, 6]),
];

/// How many questions make CoreDNS know a forwarder: with the half of them its patience has come down
/// from thirty seconds to one.
const NOTICED_AFTER: usize = 32;

/// A router's forwarder, and its quad100 if that is a stand-in.
struct Forwarder {
    unbound: Unbound,
    _quad100: Option<Quad100>,
}

/// The tailnet.
enum Tailnet {
    /// quad100 alone, on two members.
    StandIn { _members: Two<Quad100> },
    /// headscale and tailscaled.
    Real(Box<Real>),
}

/// A server of the cluster in two pods.
type Two<T> = [T; 2];

/// The home with everything that runs in it; what runs ends before where it runs.
pub(crate) struct Running {
    alpha: Option<Forwarder>,
    beta: Option<Forwarder>,
    /// The public servers, by address.
    pub(crate) public: Vec<(IpAddr, Quad100)>,
    tailnet: Tailnet,
    _blocky: Two<Blocky>,
    _coredns: Two<CoreDns>,
    pub(crate) surroundings: Surroundings,
    pub(crate) cluster: Cluster,
}

impl Running {
    /// With stand-ins for quad100, and the newest Blocky and unbound at hand.
    pub(crate) fn new(declared: &Declared) -> Result<Self, Failure> {
        let cluster = Cluster::new(tools!())?;
        let surroundings = Surroundings::new(&cluster)?;
        let quad100 = |member: &Namespace| Quad100::start(&cluster.tools, member, &accepting());
        let tailnet = Tailnet::StandIn {
            _members: [
                quad100(&surroundings.member)?,
                quad100(&surroundings.stranger)?,
            ],
        };
        let forwarders = forwarders(declared, &cluster, false)?;
        Self::around(declared, cluster, surroundings, forwarders, tailnet)
    }

    /// With a real tailnet.
    pub(crate) fn real(declared: &Declared) -> Result<Self, Failure> {
        let cluster = Cluster::without_tailscaled(tools!())?;
        let internet = Internet::new(&cluster)?;
        let surroundings = Surroundings::on_internet(&cluster, &internet)?;
        let members = [&surroundings.member, &surroundings.stranger];
        for node in [&cluster.alpha, &cluster.beta] {
            node.host.forward()?;
        }
        // Packet filters are there before tailscaled is.
        let forwarders = forwarders(declared, &cluster, true)?;
        let real = Real::new(declared, &cluster, &internet, members)?;
        let tailnet = Tailnet::Real(Box::new(real));
        Self::around(declared, cluster, surroundings, forwarders, tailnet)
    }

    fn around(
        declared: &Declared,
        cluster: Cluster,
        surroundings: Surroundings,
        [alpha, beta]: Two<Forwarder>,
        tailnet: Tailnet,
    ) -> Result<Self, Failure> {
        let zones = declared.zones();
        let zones = [("tailnet.server", zones.as_str())];
        let coredns = |pod: &Namespace| CoreDns::start(pod, COREFILE, &zones);
        let config = declared.blocky();
        let blocky = |pod: &Namespace| Blocky::start(&cluster.tools, Release::ALL[0], pod, &config);
        Ok(Self {
            alpha: Some(alpha),
            beta: Some(beta),
            public: public(&cluster)?,
            _coredns: [coredns(&cluster.coredns)?, coredns(&surroundings.coredns)?],
            _blocky: [blocky(&cluster.blocky)?, blocky(&surroundings.blocky)?],
            tailnet,
            surroundings,
            cluster,
        })
    }

    /// The real tailnet.
    pub(crate) fn tailnet(&mut self) -> &mut Real {
        match &mut self.tailnet {
            Tailnet::Real(real) => real,
            Tailnet::StandIn { .. } => panic!("there is no real tailnet"),
        }
    }

    /// Starts alpha's tailscaled again, and waits until it knows everybody.
    pub(crate) fn resume_alpha(&mut self) -> Result<(), Failure> {
        let Tailnet::Real(real) = &mut self.tailnet else {
            panic!("there is no real tailnet");
        };
        real.resume_router(0, &self.cluster.alpha.host)
    }

    /// Waits until the phone is answered: what is sent while a tunnel is being made can be lost.
    pub(crate) fn wait_for_phone(&mut self, question: &Question) -> Result<(), Failure> {
        let question = Question {
            wait_ms: 500,
            ..question.clone()
        };
        let (cluster, host) = (&self.cluster, &self.surroundings.member);
        let Tailnet::Real(real) = &mut self.tailnet else {
            panic!("there is no real tailnet");
        };
        Ok(real.phone.wait_until("an answer", |_| {
            Ok(matches!(cluster.ask(host, &question)?, Seen::Reply(reply) if reply.code == "NOERROR"))
        })?)
    }

    /// lab-oci-bk; a stand-in is a member like any other.
    pub(crate) fn cloud(&self) -> &Namespace {
        match &self.tailnet {
            Tailnet::Real(real) => &real.cloud_host,
            Tailnet::StandIn { .. } => &self.surroundings.member,
        }
    }

    /// Cuts alpha off, with its pods; the cluster and the tailnet have noticed.
    pub(crate) fn lose_alpha(&mut self) -> Result<(), Failure> {
        self.cluster.cut_off(&self.cluster.alpha)?;
        let worker = [Behind::WORKER];
        self.surroundings.serve_from(&self.cluster, &worker)?;
        self.surroundings.route_by(&self.cluster.beta)?;
        self.alpha = None;
        self.ask_coredns()
    }

    /// Lets beta's forwarder keep silent.
    pub(crate) fn freeze_beta(&self) -> Result<(), Failure> {
        if let Some(forwarder) = &self.beta {
            forwarder.unbound.daemon().freeze()?;
        }
        Ok(())
    }

    /// Asks CoreDNS some questions over UDP, as a cluster does all the time: what it asks of a forwarder
    /// that keeps silent tells it to ask another, and not to wait long for connections.
    fn ask_coredns(&self) -> Result<(), Failure> {
        let Cluster { tools, client, .. } = &self.cluster;
        let ask = |n: usize| {
            let question = Question::new(DNS_SERVICE, &format!("noticed{n}.{SUFFIX}"), "A");
            question.ask(tools, client).map(drop)
        };
        let asked: Vec<_> = std::thread::scope(|scope| {
            let asking: Vec<_> = (0..NOTICED_AFTER)
                .map(|n| scope.spawn(move || ask(n)))
                .collect();
            asking.into_iter().map(|one| one.join()).collect()
        });
        for one in asked {
            match one {
                Ok(asked) => asked?,
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        Ok(())
    }

    /// Whether alpha has not been lost.
    pub(crate) fn is_alpha_up(&self) -> bool {
        self.alpha.is_some()
    }

    /// Stops beta's daemons.
    pub(crate) fn stop_beta(&mut self) {
        self.beta = None;
    }

    /// Nobody outside but the public servers was sent anything.
    pub(crate) fn assert_inside(&self) -> Result<(), Failure> {
        assert_eq!(self.cluster.leaked()?, Packets::default(), "left the home");
        Ok(())
    }
}

fn forwarders(
    declared: &Declared,
    cluster: &Cluster,
    is_real: bool,
) -> Result<Two<Forwarder>, Failure> {
    Ok([
        forwarder(declared, cluster, 0, is_real)?,
        forwarder(declared, cluster, 1, is_real)?,
    ])
}

/// What runs on alpha, the first router, or on beta, the second.
fn forwarder(
    declared: &Declared,
    cluster: &Cluster,
    which: usize,
    is_real: bool,
) -> Result<Forwarder, Failure> {
    let (name, node) = [
        ("lab-alpha-cp", &cluster.alpha),
        ("lab-beta-cp", &cluster.beta),
    ][which];
    let spec = declared.tree.host(name).firewall(Firewall::Nftables);
    let rendered = Rendered::new(spec.module_text(declared.own_modules[which]));
    rendered.filter(&node.host)?;
    rendered.guard(&node.host, "ExecStart")?;
    let unbound = Installation::newest()?;
    // Its host does not take the tailnet's DNS settings.
    let tailnet = Config {
        accept_dns: false,
        ..tailnet()
    };
    Ok(Forwarder {
        _quad100: match is_real {
            true => None,
            false => Some(Quad100::start(&cluster.tools, node.tailnet(), &tailnet)?),
        },
        unbound: Unbound::start(&unbound, &node.host, rendered.unbound_conf())?,
    })
}

/// Each public server by itself, with names `p0.example.com`, `p1.example.com`, … and `example.com`.
fn public(cluster: &Cluster) -> Result<Vec<(IpAddr, Quad100)>, Failure> {
    let names: Vec<String> = (0..HOSTS).map(|n| format!("p{n}.example.com")).collect();
    let address = IpAddr::from([192, 0, 2, 80]);
    let names: Vec<(&str, IpAddr)> = names.iter().map(|name| (name.as_str(), address)).collect();
    PUBLIC
        .into_iter()
        .map(|server| {
            let running = cluster.serve_public_at(&[server], &names)?;
            Ok((server.into(), running))
        })
        .collect()
}

/// The tailnet as quad100 knows it.
fn tailnet() -> Config {
    let nodes = NODES
        .iter()
        .fold(Config::new(SUFFIX), |config, (name, address)| {
            config.host(name, &[(*address).into()])
        });
    (0..=u8::MAX).take(HOSTS).fold(nodes, |config, n| {
        config.host(&format!("h{n}"), &[[100, 64, 1, n].into()])
    })
}

/// quad100 on a member that takes the tailnet's DNS settings, whose name server is Blocky.
fn accepting() -> Config {
    Config {
        name_servers: vec![BLOCKY_SERVICE],
        ..tailnet()
    }
}
