//! Tailnets: ranges, MagicDNS, tailscaled.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::Fact;

/// The ranges of a tailnet's members, IPv4 and IPv6.
pub const RANGES: [&str; 2] = ["100.64.0.0/10", "fd7a:115c:a1e0::/48"];

/// Why [`RANGES`] are the default.
pub const RANGES_FACT: Fact = Fact {
    says: "tailnet members have addresses in 100.64.0.0/10 and fd7a:115c:a1e0::/48",
    source: "tailscale.com/docs/concepts/tailscale-ip-addresses; github.com/tailscale/tailscale, net/tsaddr/tsaddr.go",
};

/// quad100: MagicDNS' resolver on each host that runs tailscaled.
pub const QUAD100_V4: IpAddr = IpAddr::V4(Ipv4Addr::new(100, 100, 100, 100));

/// The same over IPv6.
pub const QUAD100_V6: IpAddr = IpAddr::V6(Ipv6Addr::new(0xfd7a, 0x115c, 0xa1e0, 0, 0, 0, 0, 0x53));

/// Why a forwarder's node does not take the tailnet's DNS settings.
pub const ACCEPT_DNS_OFF: Fact = Fact {
    says: "nodes do not take the tailnet's DNS settings: a forwarder whose host asks the tailnet's \
           name server closes a loop, and a node that resolves through what runs on it can't boot",
    source: "github.com/tailscale/tailscale, ipn/ipnlocal/node_backend.go, dnsConfigForNetmap",
};

/// When quad100 is asked for everything.
pub const QUAD100_FOR_ALL: Fact = Fact {
    says: "with an override, or where nothing on the host takes zones apart, quad100 is the host's one \
           name server",
    source: "github.com/tailscale/tailscale, net/dns/manager.go, compileConfig",
};

/// Why routes are not accepted.
pub const ACCEPT_ROUTES_OFF: Fact = Fact {
    says: "on Linux accepted routes stand in table 52, before the main table: a host that accepts \
           the route to its own LAN loses it",
    source: "github.com/tailscale/tailscale, wgengine/router/osrouter/router_linux.go and ipn/prefs.go",
};

/// Why devices are taken to accept DNS settings and routes.
pub const DEVICES_ACCEPT: Fact = Fact {
    says: "phones, tablets and computers take the tailnet's DNS settings and the routes that others \
           advertise; only on Linux routes have to be asked for",
    source: "tailscale.com/docs/features/subnet-routers, \"Use your subnet routes from other devices\"; \
             github.com/tailscale/tailscale, ipn/prefs.go, DefaultRouteAll",
};

/// Why a subnet router advertises its site's LANs.
pub const ADVERTISES_LANS: Fact = Fact {
    says: "a subnet router advertises the LANs of its site",
    source: "definition of the role subnet-router",
};

/// Why routed clients hide behind the router.
pub const SNAT_ON: Fact = Fact {
    says: "a subnet router rewrites the source of routed packets to its own address",
    source: "tailscale.com/docs/features/subnet-routers; github.com/tailscale/tailscale, ipn/prefs.go, NoSNAT",
};

/// Why WireGuard's port is open.
pub const OPEN_FIREWALL: Fact = Fact {
    says: "WireGuard's UDP port is open, so that members connect directly and not through a relay",
    source: "tailscale.com/docs/reference/faq/firewall-ports; github.com/NixOS/nixpkgs, services.tailscale.openFirewall",
};

/// The attribute of those whom quad100 tells IPv6 addresses of members that have IPv4 ones, too
/// (github.com/tailscale/tailscale, ipn/ipnlocal/node_backend.go, magicDNSAddrs, 1.102.5).
pub const MAGIC_DNS_AAAA: &str = "magicdns-aaaa";

/// The interface of tailscaled.
pub const INTERFACE: &str = "tailscale0";

/// Why quad100 is reached without a network.
pub const QUAD100_IS_LOCAL: Fact = Fact {
    says: "tailscaled takes every packet for 100.100.100.100 that enters its interface, whoever sent it, \
           and answers it itself",
    source: "github.com/tailscale/tailscale, wgengine/netstack/netstack.go, handleLocalPackets",
};

/// Which of a host's routes comes first.
pub const TABLE_52: Fact = Fact {
    says: "tailscaled's routes stand in table 52, which is looked up before the main table",
    source: "github.com/tailscale/tailscale, wgengine/router/osrouter/router_linux.go; measured",
};

/// What a member's kernel drops.
pub const CGNAT_DROP: Fact = Fact {
    says: "a host with tailscaled drops packets from 100.64.0.0/10 that come by another interface",
    source: "github.com/tailscale/tailscale, util/linuxfw, ts-input",
};

/// What comes by tailscaled's interface where the firewall is iptables.
pub const TS_INPUT_ACCEPTS: Fact = Fact {
    says: "with iptables tailscaled puts its chain first in INPUT, and that accepts everything from its \
           interface: the firewall never sees it. With nftables its table is one of its own, and what it \
           accepts the firewall can still drop",
    source: "github.com/tailscale/tailscale, util/linuxfw/iptables_runner.go, addBase4 and AddHooks; \
             measured with 1.102.5",
};

/// Which sources come out of a tunnel.
pub const CRYPTOKEY_ROUTING: Fact = Fact {
    says: "WireGuard drops what comes out of a peer's tunnel with a source that is neither the peer's own \
           address nor in a route of it that this host accepts",
    source: "wireguard.com, Cryptokey Routing; github.com/tailscale/tailscale, wgengine/wgcfg/nmcfg/nmcfg.go",
};

/// The range for which [`CGNAT_DROP`] is so, and the part of it that is left out.
pub const CGNAT: (&str, &str) = ("100.64.0.0/10", "100.115.92.0/23");

/// Where the answers of a host go that accepts a route to its own neighbours.
pub const REPLIES_TAKE_TUNNEL: Fact = Fact {
    says: "a host that accepts a route to the sender's range answers through the tunnel, with an \
           address that the router does not let in",
    source: "github.com/tailscale/tailscale, wgengine/router/osrouter/router_linux.go (table 52 before \
             main); WireGuard's cryptokey routing; issues 1227, 7947 there",
};

/// What is allowed where no policy is declared.
pub const NO_POLICY: Fact = Fact {
    says: "the policy of a new tailnet allows everything; `policy` is where another one is declared",
    source: "tailscale.com/docs/reference/syntax/policy-file, default policy; headscale: docs/ref/acls",
};

/// Why one range has one place.
pub const FAILOVER: Fact = Fact {
    says: "routers that advertise the same range are a failover group: clients use one, and are moved \
           to another when it is gone",
    source: "tailscale.com/docs/how-to/set-up-high-availability",
};

/// Why no node of a cluster uses an exit node.
pub const EXIT_NODE: Fact = Fact {
    says: "on Linux the default route of an exit node stands in table 52, before the main table; \
           --exit-node-allow-lan-access exempts directly connected networks alone, not pods of other \
           nodes nor Services",
    source: "github.com/tailscale/tailscale, ipn/ipnlocal/local.go, routerConfigLocked, and \
             wgengine/router/osrouter/router_linux.go",
};

/// Why what serves a LAN uses no exit node without access to it.
pub const EXIT_NODE_TAKES_LANS: Fact = Fact {
    says: "with an exit node the prefixes of a host's LANs stand in table 52, too, so that nothing leaves \
           beside it; --exit-node-allow-lan-access exempts those to which it is connected directly",
    source: "github.com/tailscale/tailscale, ipn/ipnlocal/local.go, routerConfigLocked",
};

/// Whom tailscaled takes for an exit node.
pub const EXIT_NODE_OFFERS: Fact = Fact {
    says: "tailscaled takes no exit node that does not advertise itself as one, and not itself",
    source: "github.com/tailscale/tailscale, ipn/prefs.go, exitNodeIPOfArg",
};

/// Why one default route is none.
pub const DEFAULT_ROUTES_TOGETHER: Fact = Fact {
    says: "Tailscale takes 0.0.0.0/0 and ::/0 together only, as an exit node",
    source: "github.com/tailscale/tailscale, net/netutil/routes.go, CalcAdvertiseRoutes",
};

/// Why members of persons do not stay.
pub const KEYS_EXPIRE: Fact = Fact {
    says: "the node key of a machine without tags expires, after 180 days unless configured; that of \
           a machine with tags does not",
    source: "tailscale.com/docs/features/access-control/key-expiry; tailscale.com/docs/features/tags",
};

/// Why what comes from the tailnet is not filtered twice.
pub const FILTERS_BY_POLICY: Fact = Fact {
    says: "tailscaled drops what the tailnet's policy does not allow, before the firewall sees it",
    source: "github.com/tailscale/tailscale, wgengine/filter; tailscale.com/docs/features/access-control",
};

/// Which names a coordination server can't have.
pub const SERVER_OUTSIDE_BASE_DOMAIN: Fact = Fact {
    says: "headscale does not start with a server_url that is its base_domain or lies in it; it looks at the \
           host as it is written, with its port",
    source: "github.com/juanfont/headscale, hscontrol/types/config.go, isSafeServerURL",
};

/// Which tags an auth key gives.
pub const KEYS_GIVE_THEIR_TAGS: Fact = Fact {
    says: "what joins with an auth key that has tags gets these, and is refused where it asks for one that \
           they do not own",
    source: "tailscale.com/docs/features/tags; github.com/juanfont/headscale, hscontrol/state, \
             ErrRequestedTagsInvalidOrNotPermitted, after the service's own answer",
};

/// How long auth keys live.
pub const AUTH_KEYS_EXPIRE: Fact = Fact {
    says: "an auth key can be used for 90 days at most",
    source: "tailscale.com/docs/features/access-control/auth-keys",
};
