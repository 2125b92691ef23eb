//! Who else asks: pods on alpha, another node, members of the tailnet that are elsewhere, somebody on the Internet.
//!
//! ```text
//!                    ┌ tailnet of alpha ─ alpha ┐
//! member 100.64.9.9 ─┤                          ├─ LAN 10.10.10.0/24
//!                    └ tailnet of beta ─── beta ┘
//! stranger 100.64.9.8: accepts no routes         outsider 192.0.2.9: drops at the gateway
//! ```
//!
//! Without a real tailnet each member has quad100 on itself. As tailscaled does on a subnet router, alpha and beta forward
//! what comes from members with their own addresses; which of the two is asked is set.

use super::internet::Internet;
use super::{Behind, Cluster, Node, in_lan, pod, services};
use crate::Result;
use crate::namespace::{Namespace, veth};

const MEMBER: &str = "100.64.9.9";

/// The pods on alpha that are behind the Services.
pub const ALPHA: Behind = Behind {
    coredns: "10.0.0.10",
    blocky: "10.0.0.53",
};

/// All of them; dropped before the cluster.
#[derive(Debug)]
pub struct Surroundings {
    /// A pod on alpha that asks.
    pub client: Namespace,
    /// CoreDNS' pod on alpha.
    pub coredns: Namespace,
    /// Blocky's pod on alpha.
    pub blocky: Namespace,
    /// A node of the cluster that does not forward.
    pub delta: Namespace,
    /// A member of the tailnet that accepts the routers' routes.
    pub member: Namespace,
    /// One that does not.
    pub stranger: Namespace,
}

impl Surroundings {
    /// Adds them, with the pods of both nodes behind the Services, and alpha as the router that is
    /// asked.
    ///
    /// # Errors
    /// What `ip` and `nft` said.
    pub fn new(cluster: &Cluster) -> Result<Self> {
        let member = with_quad100("member", MEMBER)?;
        for (node, link) in [(&cluster.alpha, "alpha"), (&cluster.beta, "beta")] {
            connect(node, &member, link)?;
        }
        let stranger = with_quad100("stranger", "100.64.9.8")?;
        // Whatever it sends is lost, as in a network that knows nothing of the home.
        stranger.ip("route add default dev lo")?;
        let surroundings = Self::around(cluster, member, stranger)?;
        surroundings.route_by(&cluster.alpha)?;
        Ok(surroundings)
    }

    /// Adds them with members on which tailscaled can run.
    ///
    /// # Errors
    /// What `ip` and `nft` said.
    pub fn on_internet(cluster: &Cluster, internet: &Internet<'_>) -> Result<Self> {
        let member = internet.machine("member", 9)?;
        let stranger = internet.machine("stranger", 8)?;
        Self::around(cluster, member, stranger)
    }

    fn around(cluster: &Cluster, member: Namespace, stranger: Namespace) -> Result<Self> {
        let alpha = &cluster.alpha.host;
        for node in [&cluster.worker, &cluster.beta.host] {
            node.ip("route add 10.0.0.0/24 via 10.10.10.200")?;
        }
        cluster.gateway.ip("addr add 203.0.113.1/32 dev out0")?;
        cluster.gateway.nft(&["table ip home {
              chain in { type filter hook forward priority filter;
                iifname \"out0\" ct state new drop
              }
            }"])?;
        cluster.beyond.ip("addr add 192.0.2.9/32 dev eth0")?;
        cluster
            .beyond
            .ip("route add default via 203.0.113.1 dev eth0 onlink")?;

        let surroundings = Self {
            client: pod(alpha, "client", "10.0.0.7")?,
            coredns: pod(alpha, "coredns", "10.0.0.10")?,
            blocky: pod(alpha, "blocky", "10.0.0.53")?,
            delta: in_lan(&cluster.switch, "delta", "10.10.10.203")?,
            member,
            stranger,
        };
        surroundings.serve_from(cluster, &[Behind::WORKER, ALPHA])?;
        Ok(surroundings)
    }

    /// Puts these pods behind the Services, one after the other for each question.
    ///
    /// # Errors
    /// What `nft` said.
    pub fn serve_from(&self, cluster: &Cluster, behind: &[Behind]) -> Result<()> {
        services(&cluster.worker, behind)?;
        services(&cluster.alpha.host, behind)
    }

    /// Makes a router the one by which the member's packets reach the LAN.
    ///
    /// # Errors
    /// What `ip` said.
    pub fn route_by(&self, node: &Node) -> Result<()> {
        let link = node.port;
        self.member.ip(&format!(
            "route replace 10.10.10.0/24 via 169.254.7.1 dev {link} onlink src {MEMBER}"
        ))?;
        Ok(())
    }
}

fn with_quad100(role: &str, address: &str) -> Result<Namespace> {
    let member = Namespace::new(role)?;
    member.ip("addr add 100.100.100.100/32 dev lo")?;
    member.ip(&format!("addr add {address}/32 dev lo"))?;
    Ok(member)
}

/// Lets a member's packets through a router into the LAN, and answers back.
fn connect(node: &Node, member: &Namespace, link: &str) -> Result<()> {
    let (host, tailnet) = (&node.host, node.tailnet());
    veth(member, link, tailnet, "peer0")?;
    tailnet.ip("addr add 169.254.7.1/32 dev peer0")?;
    tailnet.ip(&format!("route add {MEMBER} dev peer0"))?;
    let listed = host.ip("-4 -o addr show dev tailscale0")?;
    let own = listed.split_whitespace().nth(3).unwrap_or_default();
    let own = own.trim_end_matches("/32");
    tailnet.ip(&format!("route add 10.10.10.0/24 via {own} dev tun0"))?;
    tailnet.forward()?;
    host.ip(&format!(
        "route add {MEMBER} via 100.100.100.100 dev tailscale0 onlink table 52"
    ))?;
    host.forward()?;
    host.nft(&["table ip subnet-router {
          chain from { type nat hook postrouting priority srcnat;
            iifname \"tailscale0\" oifname != \"tailscale0\" masquerade
          }
        }"])?;
    Ok(())
}
