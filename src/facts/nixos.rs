//! NixOS: what is so where a host's configuration says nothing.

use super::Fact;

/// The firewall of a host that says nothing.
pub const FIREWALL_DEFAULT: Fact = Fact {
    says: "NixOS' firewall is on, with iptables unless networking.nftables.enable is set",
    source: "github.com/NixOS/nixpkgs, nixos/modules/services/networking/firewall.nix",
};

/// The firewall of a host that is not NixOS and says nothing.
pub const FIREWALL_UNKNOWN: Fact = Fact {
    says: "what filters the packets of a host that is not NixOS is not known; it is taken to let \
           them in, unless `firewall` is declared",
    source: "definition of `firewall`",
};

/// The port of a forwarder.
pub const FORWARDER_PORT: u16 = 1053;

/// Why it is not port 53.
pub const FORWARDER_PORT_FACT: Fact = Fact {
    says: "forwarders listen on port 1053: port 53 is held by systemd-resolved, dnsmasq or a load \
           balancer's host port on many nodes",
    source: "measured with unbound 1.17 and 1.26; k3s ServiceLB; systemd-resolved(8)",
};
