//! A cluster in which everything runs.

use std::net::IpAddr;

use tailwright_lab::blocky::{Blocky, Release};
use tailwright_lab::cluster::{Cluster, Node};
use tailwright_lab::coredns::CoreDns;
use tailwright_lab::packets::Packets;
use tailwright_lab::quad100::{Config, Quad100};
use tailwright_lab::unbound::{Installation, Unbound};
use tailwright_lab::{Failure, tools};

use crate::configured::Configured;
use crate::manifests::COREFILE;
use crate::rendered::Rendered;
use crate::{PUBLIC_NAME, SUFFIX};

/// A node's forwarder and quad100.
pub(crate) struct Forwarder {
    /// `None` after it was killed.
    pub(crate) unbound: Option<Unbound>,
    pub(crate) quad100: Quad100,
}

/// The cluster with both forwarders, the public servers, CoreDNS and Blocky.
pub(crate) struct Running {
    pub(crate) cluster: Cluster,
    pub(crate) alpha: Forwarder,
    pub(crate) beta: Forwarder,
    pub(crate) public: Quad100,
    unbound: Installation,
    release: Release,
    blocky: Option<Blocky>,
    _coredns: CoreDns,
}

impl Running {
    /// With this Blocky and the newest unbound at hand.
    pub(crate) fn new(release: Release, tailnet: &Config) -> Result<Self, Failure> {
        let configured = Configured::example();
        let cluster = Cluster::new(tools!())?;
        let public = cluster.serve_public(&[(PUBLIC_NAME, [192, 0, 2, 80].into())])?;
        let unbound = Installation::newest()?;
        let forwarder = |node: &Node, rendered: &Rendered| -> Result<_, Failure> {
            rendered.filter(&node.host)?;
            rendered.guard(&node.host, "ExecStart")?;
            let conf = rendered.unbound_conf();
            Ok(Forwarder {
                quad100: Quad100::start(&cluster.tools, node.tailnet(), tailnet)?,
                unbound: Some(Unbound::start(&unbound, &node.host, conf)?),
            })
        };
        let alpha = forwarder(&cluster.alpha, &configured.alpha)?;
        let beta = forwarder(&cluster.beta, &configured.beta)?;
        let zones = [("tailnet.server", &*configured.zone_block)];
        let coredns = CoreDns::start(&cluster.coredns, COREFILE, &zones)?;
        let mut running = Self {
            cluster,
            alpha,
            beta,
            public,
            unbound,
            release,
            blocky: None,
            _coredns: coredns,
        };
        running.restart_blocky()?;
        Ok(running)
    }

    /// Kills Blocky and starts it again.
    pub(crate) fn restart_blocky(&mut self) -> Result<(), Failure> {
        self.blocky = None;
        let Cluster { tools, blocky, .. } = &self.cluster;
        let config = &Configured::example().blocky;
        self.blocky = Some(Blocky::start(tools, self.release, blocky, config)?);
        Ok(())
    }

    /// Starts alpha's unbound, which was killed.
    pub(crate) fn revive_alpha(&mut self) -> Result<(), Failure> {
        let conf = Configured::example().alpha.unbound_conf();
        let node = &self.cluster.alpha.host;
        self.alpha.unbound = Some(Unbound::start(&self.unbound, node, conf)?);
        Ok(())
    }

    /// The public servers heard of nothing private, and nobody else outside was asked.
    #[track_caller]
    pub(crate) fn assert_no_leak(&self) -> Result<(), Failure> {
        let private = |name: &str| name.ends_with(SUFFIX) || name.ends_with(".arpa");
        let mut leaked = self.public.asked();
        leaked.retain(|asked| private(&asked.name.to_lowercase()));
        assert_eq!(leaked, [], "asked of the public servers");
        assert_eq!(self.cluster.leaked()?, Packets::default(), "left the home");
        Ok(())
    }
}

/// A tailnet of hosts `h0`, `h1`, … at 100.64.1.0, 100.64.1.1, …
pub(crate) fn tailnet() -> Config {
    (0..=u8::MAX).fold(Config::new(SUFFIX), |config, n| {
        config.host(&format!("h{n}"), &[IpAddr::from([100, 64, 1, n])])
    })
}
