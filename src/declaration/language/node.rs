//! Nodes and devices.

use crate::declaration::decode::{Map, OneOrMany, record};
use crate::place::Located;
use crate::scalar::{
    Address, Cidr, Firewall, InterfaceName, InterfacePattern, LabelKey, LabelValue, Name,
    NodeResolver, Os, Part, Port, Protocol, Recipient, Role, ServerRef, StartRef, Tag,
};

record! {
    /// A machine for which configuration is written.
    Node {
        /// Its operating system.
        "os" os: Os,
        /// Where it stands; absent where it is outside any LAN.
        "site" site: Option<Located<Name>>,
        /// The cluster that it is a node of.
        "cluster" cluster: Option<Located<Name>>,
        /// Its addresses, outside the tailnet: one, or one per family.
        "address" address: OneOrMany<Located<Address>>,
        /// The interface that holds them.
        "interface" interface: Option<Located<InterfaceName>>,
        /// What it does.
        "roles" roles: Vec<Located<Role>>,
        /// What filters its packets; NixOS' own default where absent, taken to be off on other systems.
        "firewall" firewall: Option<Located<Firewall>>,
        /// Interfaces on which its firewall lets everything in.
        "trustedInterfaces" trusted_interfaces: Vec<Located<InterfacePattern>>,
        /// What its firewall lets in beside what is generated.
        "openPorts" open_ports: Vec<OpenPort>,
        /// Its membership of a tailnet.
        "tailscale" tailscale: Option<Tailscale>,
        /// The name servers in its resolv.conf.
        "nameservers" nameservers: Vec<Located<ServerRef>>,
        /// How its own programs resolve the suffix; not at all where absent.
        "resolver" resolver: Option<Located<NodeResolver>>,
        /// What is generated of it; everything where absent.
        "manage" manage: Option<Vec<Part>>,
        /// Networks of its containers.
        "containerNetworks" container_networks: Vec<ContainerNetwork>,
        /// What has to be up before its services start.
        "startsAfter" starts_after: Vec<Located<StartRef>>,
        /// Its Kubernetes labels.
        "labels" labels: Map<LabelKey, LabelValue>,
        /// Who it is for SOPS: what its secrets are encrypted to.
        "recipient" recipient: Option<Located<Recipient>>,
    }
}

record! {
    /// A node's or a device's membership of a tailnet.
    Tailscale {
        /// Which of `tailnets`; the one of `tailnet` where absent.
        "tailnet" tailnet: Option<Located<Name>>,
        /// Its addresses in the tailnet, where they are known.
        "address" address: OneOrMany<Located<Address>>,
        /// Its tags.
        "tags" tags: Vec<Located<Tag>>,
        /// The secret with which it joins.
        "authKey" auth_key: Option<Located<Name>>,
        /// Whether it takes the tailnet's DNS settings; where absent false on a node and true on a device.
        "acceptDns" accept_dns: Option<Located<bool>>,
        /// Whether it takes routes that others advertise; where absent false on a node and true on a device.
        "acceptRoutes" accept_routes: Option<Located<bool>>,
        /// What it advertises; a subnet router's LANs where absent.
        "advertiseRoutes" advertise_routes: Option<Vec<Located<Cidr>>>,
        /// The node or device through which it reaches the Internet.
        "exitNode" exit_node: Option<Located<Name>>,
        /// Whether it still reaches its LAN when it uses an exit node; false where absent.
        "exitNodeAllowLanAccess" exit_node_allow_lan_access: Option<bool>,
        /// Whether routed clients hide behind its address; true where absent.
        "snatSubnetRoutes" snat_subnet_routes: Option<bool>,
        /// Whether Tailscale SSH is on; false where absent.
        "ssh" ssh: Option<bool>,
        /// Whether the firewall lets WireGuard in; true where absent.
        "openFirewall" open_firewall: Option<bool>,
    }
}

record! {
    /// What a firewall lets in.
    OpenPort {
        /// The port.
        "port" port: Port,
        /// The protocols; both where absent.
        "protocols" protocols: Option<Vec<Protocol>>,
        /// From where; from everywhere where absent.
        "from" from: Option<Vec<Cidr>>,
        /// By which interfaces; by any where absent.
        "interfaces" interfaces: Option<Vec<InterfacePattern>>,
    }
}

record! {
    /// A network of a node's containers.
    ContainerNetwork {
        /// Its range.
        "cidr" cidr: Located<Cidr>,
        /// Its bridge.
        "interface" interface: Option<InterfaceName>,
    }
}

record! {
    /// A member of a tailnet or of a LAN that is only known about.
    Device {
        /// Where it stands; absent where it moves.
        "site" site: Option<Located<Name>>,
        /// Its addresses outside the tailnet.
        "address" address: OneOrMany<Located<Address>>,
        /// Its membership of a tailnet.
        "tailscale" tailscale: Option<Tailscale>,
        /// Its name servers, where they are not those of its site.
        "nameservers" nameservers: Vec<Located<ServerRef>>,
    }
}
