//! The machines of a tailnet, and whom a selector means among them.

use std::net::IpAddr;

use ipnet::IpNet;

use super::Policy;
use super::addresses::Addresses;
use super::selector::Selector;

/// Whose a machine is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// A user's, by his login name.
    User(String),
    /// A user's of whom nothing is known.
    Somebody,
    /// A user's who has a role, by its autogroup.
    Role(String),
    /// Nobody's: it has tags.
    Tags(Vec<String>),
}

/// A machine in a tailnet.
#[derive(Debug, Clone)]
pub struct Machine {
    /// Whose it is.
    pub whose: Whose,
    /// Its addresses in the tailnet.
    pub addresses: Vec<IpAddr>,
    /// The routes that it advertises, those of an exit node (0.0.0.0/0, ::/0) among them.
    pub advertises: Vec<IpNet>,
}

/// A tailnet under a policy.
#[derive(Debug)]
pub struct Tailnet<'p> {
    pub(super) policy: &'p Policy,
    pub(super) machines: Vec<Machine>,
}

/// The addresses of members, without those of Chrome OS' own containers
/// (tailscale, net/tsaddr, CGNATRange, ChromeOSVMRange and TailscaleULARange).
const MEMBERS: [(&str, &str); 3] = [
    ("100.64.0.0", "100.115.91.255"),
    ("100.115.94.0", "100.127.255.255"),
    (
        "fd7a:115c:a1e0::",
        "fd7a:115c:a1e0:ffff:ffff:ffff:ffff:ffff",
    ),
];

/// What an exit node is asked for: the public addresses. In part the private ones are left out
/// (captured from Tailscale's service; tailscale.com/docs/features/exit-nodes).
const INTERNET: [(&str, &str); 7] = [
    ("0.0.0.0", "9.255.255.255"),
    ("11.0.0.0", "100.63.255.255"),
    ("100.128.0.0", "169.253.255.255"),
    ("169.255.0.0", "172.15.255.255"),
    ("172.32.0.0", "192.167.255.255"),
    ("192.169.0.0", "255.255.255.255"),
    ("2000::", "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
];

fn ranges(pairs: &'static [(&str, &str)]) -> impl Iterator<Item = Addresses> {
    pairs.iter().filter_map(|(first, last)| {
        Some(Addresses::between(first.parse().ok()?, last.parse().ok()?))
    })
}

/// The addresses of every member, of each family.
pub(super) fn members() -> [Addresses; 2] {
    let (v4, v6) = MEMBERS.split_at(2);
    [v4, v6].map(|pairs| Addresses::union(ranges(pairs)))
}

impl<'p> Tailnet<'p> {
    /// The machines under a policy.
    #[must_use]
    pub fn new(policy: &'p Policy, machines: Vec<Machine>) -> Self {
        Self { policy, machines }
    }

    /// The machines.
    #[must_use]
    pub fn machines(&self) -> &[Machine] {
        &self.machines
    }

    /// The public addresses, range by range.
    pub(super) fn internet() -> Vec<Addresses> {
        ranges(&INTERNET).collect()
    }

    /// The routes of a machine that are approved, without those of an exit node.
    pub(super) fn routes<'m>(&'m self, machine: &'m Machine) -> impl Iterator<Item = IpNet> + 'm {
        let routes = machine.advertises.iter().copied();
        routes
            .filter(|route| route.prefix_len() > 0 && self.policy.approves(&machine.whose, *route))
    }

    /// Whether a machine is an exit node that is approved.
    pub(super) fn is_exit_node(&self, machine: &Machine) -> bool {
        let mut exits = machine
            .advertises
            .iter()
            .filter(|route| route.prefix_len() == 0);
        exits.any(|route| self.policy.approves(&machine.whose, *route))
    }

    /// The addresses from which a source asks.
    pub(super) fn source(&self, selector: &Selector) -> Addresses {
        match selector {
            Selector::DangerAll => Addresses::all(),
            Selector::Any => {
                let routes = self
                    .machines
                    .iter()
                    .flat_map(|machine| self.routes(machine));
                let routes = routes.map(Addresses::from);
                Addresses::union(routes.chain(ranges(&MEMBERS)))
            }
            _ => Addresses::union(self.parts(selector)),
        }
    }

    /// The addresses that a selector means, as it means them: those of each machine, or a range.
    pub(super) fn parts(&self, selector: &Selector) -> Vec<Addresses> {
        match selector {
            Selector::Net(net) => vec![(*net).into()],
            Selector::Host(host) => {
                let net = self.policy.hosts.get(host);
                net.map(|net| (*net).into()).into_iter().collect()
            }
            _ => self
                .machines
                .iter()
                .filter(|machine| self.policy.means(selector, &machine.whose))
                .flat_map(|machine| machine.addresses.iter().copied().map(Addresses::from))
                .collect(),
        }
    }
}
