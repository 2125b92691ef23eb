//! Commands that follow from the topology.

use super::Page;
use crate::scalar::{Address, Name, Protocol};
use crate::topology::{Id, Tailnet};

/// A public name, of which a forwarder knows nothing.
pub(super) const PUBLIC_NAME: &str = "example.com";

/// What is seen of a member's name.
pub(super) const MEMBER: &str = "an address in the tailnet";

/// What is seen of [`PUBLIC_NAME`] where public names resolve.
pub(super) const PUBLIC: &str = "a public address";

/// A text as one word for a POSIX shell that no program takes for an option.
pub(super) fn path(text: &str) -> String {
    let safe = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-+,@%".contains(&byte);
    let text = if text.starts_with('-') {
        format!("./{text}")
    } else {
        text.to_owned()
    };
    if !text.is_empty() && text.bytes().all(safe) {
        text
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

/// A command under what is to be seen: beside it, an interactive zsh would take that for
/// arguments.
pub(super) fn seen(seen: &str, command: impl std::fmt::Display) -> String {
    format!("# {seen}\n{command}")
}

/// A query to one server.
pub(super) fn dig(address: Address, port: u16, protocol: Protocol, query: &str) -> String {
    let port = match port {
        53 => String::new(),
        port => format!(" -p {port}"),
    };
    let tcp = match protocol {
        Protocol::Udp => "",
        Protocol::Tcp => " +tcp",
    };
    format!("dig @{address}{port}{tcp} {query}")
}

impl Page<'_> {
    /// A name of a tailnet with the type of its addresses, to ask for: that of `first` if it is a
    /// member, or of any member.
    pub(super) fn member_query(
        &self,
        tailnet: Id<Tailnet>,
        first: Option<&Name>,
    ) -> Option<String> {
        let topology = self.topology;
        let nodes = topology.nodes.values();
        let nodes = nodes.map(|node| (&node.name, &node.tailscale));
        let devices = topology.devices.values();
        let devices = devices.map(|device| (&device.name, &device.tailscale));
        let members: Vec<&Name> = nodes
            .chain(devices)
            .filter(|(_, membership)| {
                let membership = membership.as_ref();
                membership.is_some_and(|membership| membership.tailnet == tailnet)
            })
            .map(|(name, _)| name)
            .collect();
        let name = first
            .filter(|first| members.contains(first))
            .or_else(|| members.first().copied())?;
        Some(self.query(tailnet, name.as_str()))
    }

    /// A name below a tailnet's suffix with the type of its members' addresses.
    pub(super) fn query(&self, tailnet: Id<Tailnet>, label: &str) -> String {
        let tailnet = self.topology.tailnets.get(tailnet);
        let has_v4 = tailnet.ranges.iter().any(|range| !range.is_ipv6());
        let kind = if has_v4 { "A" } else { "AAAA" };
        format!("{label}.{} {kind}", tailnet.declared.suffix.value)
    }
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn paths_are_one_word() {
        assert_eq!(path("secrets/hosts.enc.yaml"), "secrets/hosts.enc.yaml");
        assert_eq!(path("-rf"), "./-rf");
        assert_eq!(path("a b"), "'a b'");
        assert_eq!(path("it's"), r"'it'\''s'");
        assert_eq!(path("~root"), "'~root'");
        assert_eq!(path("$(id)`id`"), "'$(id)`id`'");
    }
}
