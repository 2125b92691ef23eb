//! The tailnet itself in place of stand-ins: headscale, and tailscaled on the routers and members.

use std::net::{IpAddr, Ipv4Addr};

use common::Firewall;
use tailwright::scalar::ServerRef;
use tailwright_lab::Failure;
use tailwright_lab::cluster::BLOCKY_SERVICE;
use tailwright_lab::cluster::internet::{CONTROL, Internet};
use tailwright_lab::cluster::{Cluster, PUBLIC};
use tailwright_lab::namespace::Namespace;
use tailwright_lab::tailnet::{Client, Entry, Headscale, Owner, Rules, Settings, Tailscaled};

use crate::SUFFIX;
use crate::declared::{Declared, HOSTS};
use crate::home::NODES;
use crate::rendered::Rendered;

/// A member that the declaration has not: one that accepts no routes.
const STRANGER: (&str, [u8; 4]) = ("stranger", [100, 64, 9, 8]);
/// The example's; headscale has no administrators, but its one user owns the tags.
const POLICY: &str = include_str!("../../../../examples/homelab/policy.hujson");
/// Members only know those whom they may reach, or who may reach them.
const EVERYBODY: &str =
    r#"{ "src": ["autogroup:member"], "dst": ["autogroup:member"], "ip": ["icmp:*"] }"#;
const LAN: &str = "10.10.10.0/24";

/// What runs of it; what runs ends before where it runs.
pub(crate) struct Real {
    pub(crate) headscale: Headscale,
    /// alpha's and beta's.
    pub(crate) routers: [Tailscaled; 2],
    pub(crate) phone: Tailscaled,
    pub(crate) cloud: Tailscaled,
    pub(crate) stranger: Tailscaled,
    /// lab-oci-bk.
    pub(crate) cloud_host: Namespace,
}

impl Real {
    /// Registers everybody, and waits until all know each other.
    pub(crate) fn new(
        declared: &Declared,
        cluster: &Cluster,
        internet: &Internet<'_>,
        [phone, stranger]: [&Namespace; 2],
    ) -> Result<Self, Failure> {
        let control = internet.machine("control", CONTROL.octets()[3])?;
        let headscale = Headscale::start(control, CONTROL, &settings(declared))?;
        let router = Owner::Tag("tag:router".to_owned());
        let server = Owner::Tag("tag:server".to_owned());
        let by_hand = |name: &str, routes: bool| {
            let flags = [
                format!("--hostname={name}"),
                "--accept-dns=true".to_owned(),
                format!("--accept-routes={routes}"),
            ];
            flags.to_vec()
        };
        let register = |host: &Namespace, owner: &Owner, flags: &[String]| -> Result<_, Failure> {
            let key = headscale.auth_key(owner)?;
            let tailscaled = Tailscaled::start(host, PUBLIC[0].into(), Rules::Nftables)?;
            tailscaled.client().up(&headscale.url(), &key, flags)?;
            Ok(tailscaled)
        };
        let cloud_host = internet.machine("cloud", 7)?;
        let routers = [&cluster.alpha.host, &cluster.beta.host];
        let mut real = Self {
            routers: [
                register(routers[0], &router, &flags(declared, "lab-alpha-cp"))?,
                register(routers[1], &router, &flags(declared, "lab-beta-cp"))?,
            ],
            phone: register(phone, &Owner::Person, &by_hand("phone", true))?,
            cloud: register(&cloud_host, &server, &flags(declared, "lab-oci-bk"))?,
            stranger: register(stranger, &Owner::Person, &by_hand(STRANGER.0, false))?,
            cloud_host,
            headscale,
        };
        // Who has just lost a connection to headscale tries TLS at first, for ten seconds.
        for tailscaled in real.all() {
            tailscaled.stop()?;
        }
        real.headscale.rewrite(&entries())?;
        for (tailscaled, host) in real.routers.iter_mut().zip(routers) {
            tailscaled.resume(host)?;
        }
        real.phone.resume(phone)?;
        real.cloud.resume(&real.cloud_host)?;
        real.stranger.resume(stranger)?;
        for tailscaled in real.all() {
            tailscaled.wait_until("the whole netmap", knows_everybody)?;
        }
        Ok(real)
    }

    fn all(&mut self) -> impl Iterator<Item = &mut Tailscaled> {
        let Self {
            routers,
            phone,
            cloud,
            stranger,
            ..
        } = self;
        routers.iter_mut().chain([phone, cloud, stranger])
    }

    /// Starts a router's tailscaled again, and waits until it knows everybody.
    pub(crate) fn resume_router(&mut self, which: usize, host: &Namespace) -> Result<(), Failure> {
        let router = &mut self.routers[which];
        router.resume(host)?;
        Ok(router.wait_until("the whole netmap", knows_everybody)?)
    }

    /// Waits until the members that accept routes have one to the LAN by this router.
    pub(crate) fn wait_for_route_by(&mut self, name: &str) -> Result<(), Failure> {
        let name = format!("{name}.{SUFFIX}");
        for tailscaled in [&mut self.phone, &mut self.cloud] {
            tailscaled.wait_until("the route", |client| {
                let members = client.members()?;
                Ok(members
                    .get(&name)
                    .is_some_and(|router| router.routes.contains(LAN)))
            })?;
        }
        Ok(())
    }
}

/// The routers, themselves among them, are there; one has the route; a device has its address.
fn knows_everybody(client: &Client) -> tailwright_lab::Result<bool> {
    let members = client.members()?;
    let has = |name: &str, address: [u8; 4]| {
        let member = members.get(&format!("{name}.{SUFFIX}"));
        member.filter(|m| m.addresses.contains(&IpAddr::from(address)))
    };
    let routers: Vec<_> = NODES[..2]
        .iter()
        .filter_map(|(name, address)| has(name, *address))
        .collect();
    Ok(has("h255", [100, 64, 1, 255]).is_some()
        && routers.len() == 2
        && routers.iter().all(|router| router.is_online)
        && routers.iter().any(|router| router.routes.contains(LAN)))
}

/// What the declaration says of the tailnet.
fn settings(declared: &Declared) -> Settings {
    let Some((_, tailnet)) = declared.topology().tailnets.iter().next() else {
        panic!("no tailnet is declared");
    };
    let tailnet = &tailnet.declared;
    let name_servers = tailnet
        .nameservers
        .iter()
        .map(|server| match &server.value {
            ServerRef::Address(address) => address.ip(),
            ServerRef::Resolver(_) => BLOCKY_SERVICE.ip(),
        });
    Settings {
        name_servers: name_servers.collect(),
        override_local_dns: tailnet.override_local_dns.unwrap_or(false),
        policy: POLICY
            .replace("autogroup:admin", "lab@")
            .replace("\"grants\": [", &format!("\"grants\": [ {EVERYBODY},")),
        ..Settings::new(SUFFIX)
    }
}

/// What is generated for `tailscale up` on a node, without its tags: of headscale a member has those of
/// its key, and is refused if it asks for any.
fn flags(declared: &Declared, name: &str) -> Vec<String> {
    let spec = declared.tree.host(name).firewall(Firewall::Nftables);
    let mut flags = Rendered::new(spec).up_flags();
    let generated = flags.len();
    flags.retain(|flag| !flag.starts_with("--advertise-tags="));
    assert_eq!(flags.len() + 1, generated, "{name}: {flags:?}");
    flags
}

/// Everybody, with their addresses.
fn entries() -> Vec<Entry> {
    let nodes = NODES
        .iter()
        .chain([&STRANGER])
        .map(|(name, address)| Entry {
            name: (*name).to_owned(),
            address: Ipv4Addr::from(*address),
            owner: match *name {
                "lab-alpha-cp" | "lab-beta-cp" => Owner::Tag("tag:router".to_owned()),
                "phone" | "stranger" => Owner::Person,
                _ => Owner::Tag("tag:server".to_owned()),
            },
        });
    let devices = (0..=u8::MAX).take(HOSTS).map(|n| Entry {
        name: format!("h{n}"),
        address: [100, 64, 1, n].into(),
        owner: Owner::Person,
    });
    nodes.chain(devices).collect()
}
