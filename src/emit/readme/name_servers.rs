//! The steps that point clients at name servers: all by hand.

use super::commands::{MEMBER, PUBLIC, PUBLIC_NAME, seen};
use super::guide::and;
use super::routes::place;
use super::{Block, Guide, Page};
use crate::emit::markdown::code;
use crate::place::Located;
use crate::plan::{Because, What};
use crate::scalar::{Address, Control, ServerRef};
use crate::topology::{Device, Id, Site, Tailnet};

impl Page<'_> {
    pub(super) fn tailnet_dns(&self, id: Id<Tailnet>) -> Guide {
        let tailnet = self.topology.tailnets.get(id);
        let declared = &tailnet.declared;
        let is_on = |setting: Option<bool>, default: bool| {
            if setting.unwrap_or(default) {
                "on"
            } else {
                "off"
            }
        };
        let mut settings = vec![format!("- MagicDNS: {}", is_on(declared.magic_dns, true))];
        if !declared.nameservers.is_empty() {
            settings.push(format!(
                "- Global name servers: {}",
                and(&self.servers(&declared.nameservers))
            ));
        }
        settings.push(format!(
            "- Override local DNS: {}",
            is_on(declared.override_local_dns, false)
        ));
        for (zone, (_, servers)) in &declared.split_dns.0 {
            settings.push(format!(
                "- Split DNS, {}: {}",
                code(zone.as_str()),
                and(&self.servers(servers))
            ));
        }
        let by = match tailnet.control() {
            Control::Tailscale => "tailwright does not set them; in the admin console, page DNS",
            Control::Headscale => {
                "tailwright does not set them; in headscale's configuration, section `dns`, followed by \
                 a restart"
            }
        };
        let mut apply = vec![
            Block::text(format!("By hand, since {by}:")),
            Block::text(settings.join("\n")),
        ];
        if let Some(address) = self.reached_by_a_route(id)
            && declared.override_local_dns == Some(true)
        {
            apply.push(Block::text(format!(
                "Members that accept DNS settings but no routes, which on Linux is the default, can't \
                 reach {} and would be left without any DNS: let them accept both, or neither.",
                code(&address.to_string())
            )));
        }
        let query = self.member_query(id, None);
        Guide {
            title: format!("Name servers of the tailnet {}", self.suffix(id)),
            place: place(tailnet.control()),
            apply,
            check: vec![Block::with(
                "On a member that is on none of the LANs, such as a phone without Wi-Fi, a name of the \
                 tailnet and a public one open. On a computer:",
                lookups(
                    query.as_deref(),
                    seen("these servers", "tailscale dns status"),
                ),
            )],
            undo: vec![Block::text(
                "Set them to what they were, in the same place, and see that a member resolves public \
                 names. As long as members are pointed here, nothing of what follows may be taken away.",
            )],
        }
    }

    pub(super) fn dhcp(&self, id: Id<Site>) -> Guide {
        let site = self.topology.sites.get(id);
        let name = code(site.name.as_str());
        Guide {
            title: format!("DHCP of site {name}"),
            place: format!("what hands out addresses at site {name}"),
            apply: vec![Block::text(format!(
                "By hand, since tailwright does not configure it: the name servers are {}, and no other \
                 beside them, or names flap between two answers.",
                and(&self.servers(&site.declared.nameservers))
            ))],
            check: vec![Block::with(
                "On a machine of the LAN that has renewed its lease:",
                lookups(
                    self.any_member_query().as_deref(),
                    "cat /etc/resolv.conf".to_owned(),
                ),
            )],
            undo: vec![Block::text(
                "Set the former name servers, and wait until the longest lease has been renewed: until \
                 then machines still ask the ones that are to be taken away.",
            )],
        }
    }

    pub(super) fn device(&self, id: Id<Device>) -> Guide {
        let device = self.topology.devices.get(id);
        let name = code(device.name.as_str());
        Guide {
            title: format!("Device {name}"),
            place: format!("the device {name}"),
            apply: vec![Block::text(format!(
                "By hand, since tailwright writes nothing for devices: its name servers are {}.",
                and(&self.servers(&device.declared.nameservers))
            ))],
            check: vec![Block::text(
                "On the device a name of the tailnet and a public one open.",
            )],
            undo: vec![Block::text("Set the former name servers.")],
        }
    }

    /// Name servers as clients are told of them.
    fn servers(&self, servers: &[Located<ServerRef>]) -> Vec<String> {
        let addresses = servers
            .iter()
            .flat_map(|server| self.topology.server_addresses(&server.value));
        addresses
            .map(|address| code(&address.to_string()))
            .collect()
    }

    /// An address among a tailnet's name servers that only a route leads to.
    fn reached_by_a_route(&self, id: Id<Tailnet>) -> Option<Address> {
        let steps = self.plan.steps().iter();
        let mut own = steps.filter(|step| step.what == What::TailnetDns(id));
        own.find_map(|step| {
            step.requires.iter().find_map(|one| match one.because {
                Because::Reaches(address) => Some(address),
                _ => None,
            })
        })
    }

    /// A member's name in the first tailnet that has a forwarder.
    fn any_member_query(&self) -> Option<String> {
        let mut forwarders = self.topology.forwarders.values();
        forwarders.find_map(|forwarder| self.member_query(forwarder.tailnet, None))
    }
}

/// Looks at the settings, then up a name of the tailnet and a public one.
fn lookups(query: Option<&str>, first: String) -> Vec<String> {
    let name = query.and_then(|query| query.split(' ').next());
    let member = name.map(|name| seen(MEMBER, format!("nslookup {name}")));
    let public = seen(PUBLIC, format!("nslookup {PUBLIC_NAME}"));
    [Some(first), member, Some(public)]
        .into_iter()
        .flatten()
        .collect()
}
