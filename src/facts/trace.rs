//! How servers treat a name that they are asked for.

use super::Fact;

/// Packets to oneself.
pub const LOCAL_DELIVERY: Fact = Fact {
    says: "packets to a machine's own addresses, loopback among them, never leave it",
    source: "ip-rule(8), table local, which is looked up first",
};

/// Packets to a Service.
pub const SERVICES_ON_NODES: Fact = Fact {
    says: "every node of a cluster leads packets for a Service's address into one of its pods",
    source: "kubernetes.io/docs/reference/networking/virtual-ips",
};

/// Packets to neighbours.
pub const DIRECTLY_CONNECTED: Fact = Fact {
    says: "machines of one site reach each other's addresses directly",
    source: "definition of a site",
};

/// Packets to everywhere else.
pub const DEFAULT_ROUTE: Fact = Fact {
    says: "every machine has a way to the Internet",
    source: "definition: what a declaration does not say otherwise",
};

/// Questions from the Internet.
pub const OUTSIDE_ASKS: Fact = Fact {
    says: "somebody on the Internet asks every server that has an address",
    source: "definition of the class `outside`",
};

/// Servers on the Internet.
pub const PUBLIC_SERVERS: Fact = Fact {
    says: "a public server knows public names, and no private ones: it says that there is no such \
           name, and has seen it",
    source: "definition of a public server; names that exist in public are taken to exist",
};

/// What a forwarder does with other names.
pub const FORWARDER_REFUSES: Fact = Fact {
    says: "a forwarder refuses everything outside of its zones",
    source: "unbound.conf(5), local-zone \".\" refuse; measured",
};

/// What quad100 always knows.
pub const MAGIC_DNS_KNOWS_MEMBERS: Fact = Fact {
    says: "quad100 answers for the members of its tailnet, also where its host does not take the \
           tailnet's DNS settings",
    source: "github.com/tailscale/tailscale, net/dns/resolver/tsdns.go; measured",
};

/// What quad100 does without the tailnet's DNS settings.
pub const QUAD100_WITHOUT_SETTINGS: Fact = Fact {
    says: "without the tailnet's DNS settings quad100 has no zones and no servers: what it does not know \
           is SERVFAIL, not NXDOMAIN",
    source: "github.com/tailscale/tailscale, ipn/ipnlocal/node_backend.go, dnsConfigForNetmap; issue 13925",
};

/// What quad100 does with unknown names of its zones.
pub const QUAD100_HOLDS_ZONES: Fact = Fact {
    says: "with the tailnet's DNS settings quad100 says NXDOMAIN for unknown names of the suffix and of \
           the tailnet's reverse zones",
    source: "github.com/tailscale/tailscale, net/dns/resolver/tsdns.go, LocalDomains",
};

/// What quad100 says to types other than those of addresses.
pub const QUAD100_TYPES: Fact = Fact {
    says: "for the names that it knows quad100 says NOTIMP to NS and SOA, and has nothing of other types; names \
           of .onion do not exist",
    source: "github.com/tailscale/tailscale, net/dns/resolver/tsdns.go, resolveLocal (1.102.5)",
};

/// What an exit node does with names.
pub const EXIT_NODE_ANSWERS: Fact = Fact {
    says: "a member that uses an exit node has quad100 ask it for everything but the tailnet's own zones, also \
           where the tailnet has name servers or split DNS, unless they are marked for use with exit \
           nodes; it asks the first server of its resolv.conf",
    source: "github.com/tailscale/tailscale, ipn/ipnlocal/node_backend.go, dnsConfigForNetmap, and \
             net/dns/resolver/tsdns.go, HandlePeerDNSQuery (1.102.5)",
};

/// Names of ts.net.
pub const QUAD100_OWN_RESOLVERS: Fact = Fact {
    says: "Tailscale hands out its own servers for ts.net",
    source: "github.com/tailscale/tailscale, ipn/ipnlocal/node_backend.go, Routes",
};

/// Everything else that quad100 is asked.
pub const QUAD100_ASKS_NAME_SERVERS: Fact = Fact {
    says: "quad100 asks all of the tailnet's name servers for other names, and those that the host had \
           where there are none",
    source: "github.com/tailscale/tailscale, net/dns/resolver/forwarder.go and net/dns/manager.go",
};

/// What quad100 does with names for which it has no servers.
pub const QUAD100_NO_ROUTE: Fact = Fact {
    says: "quad100 says SERVFAIL for a name for which it has no servers; beside systemd-resolved it does \
           not get those that the host had",
    source: "github.com/tailscale/tailscale, net/dns/resolver/tsdns.go and net/dns/manager.go",
};

/// Which programs of a member ask quad100.
pub const MEMBERS_ASK_QUAD100: Fact = Fact {
    says: "a member that takes the tailnet's DNS settings asks quad100 for the tailnet's zones, and for \
           everything where the tailnet's name servers replace its own",
    source: "github.com/tailscale/tailscale, net/dns/manager.go; tailscale.com/docs/reference/dns-in-tailscale",
};

/// What systemd-resolved does with zones.
pub const RESOLVED_ROUTES: Fact = Fact {
    says: "systemd-resolved asks the servers of the most specific matching domain",
    source: "systemd-resolved.service(8), Protocols and Routing",
};

/// The cluster's own names.
pub const COREDNS_CLUSTER: Fact = Fact {
    says: "CoreDNS answers the cluster's domain from the Kubernetes API; its names are taken to exist",
    source: "coredns.io/plugins/kubernetes",
};

/// The zones of tailnets in a cluster's DNS.
pub const COREDNS_ZONES: Fact = Fact {
    says: "CoreDNS answers a name from the server block of the most specific zone",
    source: "coredns.io/manual/toc, Server Blocks",
};

/// Everything else that a cluster's DNS is asked.
pub const COREDNS_REST: Fact = Fact {
    says: "CoreDNS forwards everything else to the name servers of its node's resolv.conf; of \
           systemd-resolved, to those that it uses",
    source: "kubernetes.io/docs/tasks/administer-cluster/dns-custom-nameservers; coredns.io/plugins/forward",
};

/// How long CoreDNS waits for connections.
pub const COREDNS_WAITS: Fact = Fact {
    says: "CoreDNS waits for a TCP connection twice as long as connections to that server took on average, \
           also over UDP: up to 30 seconds when it has just started, and again when some have failed; after \
           five it asks nobody else",
    source: "github.com/coredns/coredns, plugin/pkg/proxy/connect.go, limitTimeout, and \
             plugin/forward/forward.go, defaultTimeout; measured with 1.15.0",
};

/// What CoreDNS makes of a refusal by unbound's access list.
pub const COREDNS_WANTS_QUESTION: Fact = Fact {
    says: "an access list of unbound refuses without repeating the question, as long as `ede` is off, and \
           CoreDNS answers FORMERR to what does not repeat it",
    source: "github.com/NLnetLabs/unbound, daemon/worker.c, deny_refuse; github.com/coredns/coredns, \
             plugin/forward/forward.go; measured with 1.17.1 and 1.15.0",
};

/// What resolvers hold themselves.
pub const RESOLVER_HOLDS: Fact = Fact {
    says: "a resolver answers from its own records before it asks anybody",
    source: "github.com/0xERR0R/blocky, server/server.go, createQueryResolver; the programs' documentation",
};

/// Whom AdGuard Home asks for the names of private addresses.
pub const PRIVATE_REVERSE_SERVERS: Fact = Fact {
    says: "AdGuard Home asks its private reverse DNS servers for the names of private addresses, those of its \
           host where none are set, and not its upstream servers",
    source: "github.com/AdguardTeam/AdGuardHome, release 0.106.0 and wiki/Configuration, \
             local_ptr_upstreams; which ranges are meant: RFC 6303, those of tailnets not certainly",
};

/// unbound without upstream servers.
pub const RESOLVER_RECURSES: Fact = Fact {
    says: "unbound without forward zones asks the root servers and whom they name",
    source: "unbound.conf(5)",
};

/// How the C library uses a list of name servers.
pub const LIBC: Fact = Fact {
    says: "the C library asks the first of three name servers, the next where one keeps silent, refuses \
           or fails",
    source: "resolv.conf(5); glibc, resolv/res_send.c",
};

/// How clients of a LAN use the servers that DHCP hands out.
pub const LAN_CLIENTS: Fact = Fact {
    says: "devices use any of the name servers that DHCP hands out, another where one fails",
    source: "RFC 2132 section 3.8 recommends an order; systems differ in whether they keep to it",
};

/// Whom pods ask.
pub const PODS_ASK_CLUSTER_DNS: Fact = Fact {
    says: "pods ask the cluster's DNS (dnsPolicy ClusterFirst)",
    source: "kubernetes.io/docs/concepts/services-networking/dns-pod-service",
};
