//! The fields that take one of a few words.

use super::{Invalid, Scalar};

/// Defines an enumeration whose values are written as words.
macro_rules! choice {
    ($(#[doc = $doc:literal])* $what:literal $name:ident { $($(#[doc = $vdoc:literal])* $word:literal $variant:ident,)* }) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[doc = $vdoc])* $variant,)* }

        impl $name {
            /// The words of the language, in the order of the variants.
            pub const WORDS: &'static [&'static str] = &[$($word),*];

            /// The word of this value.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = Invalid;

            fn from_str(text: &str) -> Result<Self, Invalid> {
                match text {
                    $($word => Ok(Self::$variant),)*
                    _ => Err(unknown_word(text, Self::WORDS)),
                }
            }
        }

        impl Scalar for $name {
            const WHAT: &'static str = $what;

            fn schema() -> serde_json::Map<String, serde_json::Value> {
                [("enum".to_owned(), serde_json::json!(Self::WORDS))].into_iter().collect()
            }
        }
    };
}

fn unknown_word(text: &str, words: &[&str]) -> Invalid {
    let invalid = Invalid::new("none of the words that stand here");
    match crate::suggest::closest(text, words.iter().copied()) {
        Some(meant) => invalid.help(format!("did you mean {meant}?")),
        None => invalid.help(format!("write one of {}", words.join(", "))),
    }
}

choice! {
    /// Who coordinates a tailnet.
    "a coordination server: tailscale or headscale"
    Control {
        /// Tailscale's service.
        "tailscale" Tailscale,
        /// headscale, run by the user.
        "headscale" Headscale,
    }
}

choice! {
    /// What installed Kubernetes: it decides defaults of ranges and of the CNI.
    "a Kubernetes distribution such as k3s"
    Distribution {
        /// k3s.
        "k3s" K3s,
        /// RKE2.
        "rke2" Rke2,
        /// kubeadm.
        "kubeadm" Kubeadm,
        /// Talos.
        "talos" Talos,
        /// k0s.
        "k0s" K0s,
        /// MicroK8s.
        "microk8s" Microk8s,
        /// kind.
        "kind" Kind,
    }
}

choice! {
    /// The network plug-in of a cluster: it decides which source address a node sees.
    "a CNI such as cilium or flannel"
    CniKind {
        /// Cilium.
        "cilium" Cilium,
        /// flannel.
        "flannel" Flannel,
        /// Calico.
        "calico" Calico,
        /// Canal: Calico's policies over flannel.
        "canal" Canal,
        /// kube-router.
        "kube-router" KubeRouter,
    }
}

choice! {
    /// Where Cilium takes pod ranges from.
    "an address management mode: cluster-pool or kubernetes"
    Ipam {
        /// Cilium's own pool, whatever Kubernetes was told.
        "cluster-pool" ClusterPool,
        /// The pod range of each Kubernetes node.
        "kubernetes" Kubernetes,
    }
}

choice! {
    /// What gives Services of type LoadBalancer their address.
    "a load balancer implementation such as cilium-l2"
    LoadBalancerKind {
        /// Cilium LB IPAM with L2 announcements.
        "cilium-l2" CiliumL2,
        /// MetalLB.
        "metallb" Metallb,
        /// kube-vip.
        "kube-vip" KubeVip,
        /// k3s' ServiceLB, on host ports.
        "servicelb" ServiceLb,
    }
}

choice! {
    /// The operating system of a node.
    "an operating system: nixos, talos or other"
    Os {
        /// NixOS: modules are generated.
        "nixos" Nixos,
        /// Talos.
        "talos" Talos,
        /// Anything else: checked, nothing is generated.
        "other" Other,
    }
}

choice! {
    /// What a node does.
    "a role such as control-plane or subnet-router"
    Role {
        /// Runs the Kubernetes control plane.
        "control-plane" ControlPlane,
        /// Runs pods only.
        "worker" Worker,
        /// Advertises the LANs of its site to the tailnet.
        "subnet-router" SubnetRouter,
        /// Offers itself as an exit node.
        "exit-node" ExitNode,
    }
}

choice! {
    /// What filters a node's packets.
    "a firewall: nftables, iptables, firewalld or off"
    Firewall {
        /// NixOS' firewall on nftables.
        "nftables" Nftables,
        /// NixOS' firewall on iptables.
        "iptables" Iptables,
        /// firewalld.
        "firewalld" Firewalld,
        /// Nothing.
        "off" Off,
    }
}

choice! {
    /// How a node's own programs resolve names.
    "a node's resolver: resolved or none"
    NodeResolver {
        /// systemd-resolved with the suffix routed to the forwarders.
        "resolved" Resolved,
        /// resolv.conf with the declared name servers: the suffix does not resolve.
        "none" None,
    }
}

choice! {
    /// A part of a node's configuration.
    "a part of a node: forwarder, firewall, tailscale, resolver or secrets"
    Part {
        /// The forwarder's daemon.
        "forwarder" Forwarder,
        /// The firewall rules for it.
        "firewall" Firewall,
        /// services.tailscale.
        "tailscale" Tailscale,
        /// Name servers and systemd-resolved.
        "resolver" Resolver,
        /// sops-nix.
        "secrets" Secrets,
    }
}

choice! {
    /// The program that a forwarder is.
    "a forwarder's engine: unbound, dnsmasq or coredns"
    Engine {
        /// unbound.
        "unbound" Unbound,
        /// dnsmasq.
        "dnsmasq" Dnsmasq,
        /// CoreDNS.
        "coredns" Coredns,
    }
}

choice! {
    /// A transport protocol.
    "a transport protocol: udp or tcp"
    Protocol {
        /// UDP.
        "udp" Udp,
        /// TCP.
        "tcp" Tcp,
    }
}

choice! {
    /// The program that a resolver is.
    "a kind of resolver such as blocky"
    ResolverKind {
        /// Blocky.
        "blocky" Blocky,
        /// AdGuard Home.
        "adguard-home" AdguardHome,
        /// Pi-hole.
        "pi-hole" PiHole,
        /// CoreDNS.
        "coredns" Coredns,
        /// unbound.
        "unbound" Unbound,
        /// dnsmasq.
        "dnsmasq" Dnsmasq,
        /// A server of somebody else, which knows public names only.
        "public" Public,
    }
}

choice! {
    /// How a resolver uses several upstream servers.
    "a strategy: race, failover or random"
    Strategy {
        /// Asks several at once, the first answer counts.
        "race" Race,
        /// Asks the next when one fails.
        "failover" Failover,
        /// Asks one of them.
        "random" Random,
    }
}

choice! {
    /// How much of a resolver is generated.
    "app, conditional or none"
    ManageResolver {
        /// The whole application.
        "app" App,
        /// The forwarding of the suffix alone.
        "conditional" Conditional,
        /// Nothing.
        "none" None,
    }
}

choice! {
    /// From where a resolver can be asked.
    "lan or tailnet"
    Expose {
        /// Its site's LANs.
        "lan" Lan,
        /// The tailnet as well, on an address of its own.
        "tailnet" Tailnet,
    }
}

choice! {
    /// Which pods get what comes to a load balancer's address.
    "an external traffic policy: cluster or local"
    ExternalTrafficPolicy {
        /// Those of every node: they see nodes in place of clients.
        "cluster" Cluster,
        /// Those of the node to which it came: they see clients.
        "local" Local,
    }
}

choice! {
    /// Whom a network policy lets in.
    "who asks a Service: pods, nodes or world"
    Peer {
        /// Pods of the same cluster.
        "pods" Pods,
        /// Nodes of the same cluster, also for what they forward with their own address.
        "nodes" Nodes,
        /// Whoever is outside of the cluster: a LAN, a tailnet, the Internet.
        "world" World,
    }
}

choice! {
    /// The form in which Kubernetes objects are generated.
    "kubenix, kubenix-release or yaml"
    Manifests {
        /// kubenix modules.
        "kubenix" Kubenix,
        /// kubenix with the bjw-s app-template as a `release` submodule.
        "kubenix-release" KubenixRelease,
        /// Plain YAML.
        "yaml" Yaml,
    }
}

choice! {
    /// A part of a cluster itself.
    "a part of a cluster: dns"
    ClusterPart {
        /// The zone of the suffix in the cluster's DNS.
        "dns" Dns,
    }
}

choice! {
    /// What a secret is.
    "auth-key, oauth-client or opaque"
    SecretKind {
        /// A Tailscale auth key, or headscale's pre-auth key.
        "auth-key" AuthKey,
        /// The secret of a Tailscale OAuth client.
        "oauth-client" OauthClient,
        /// Any other, which is only passed on.
        "opaque" Opaque,
    }
}

choice! {
    /// The format of a SOPS file.
    "a SOPS format: yaml, json, dotenv, ini or binary"
    SopsFormat {
        /// YAML.
        "yaml" Yaml,
        /// JSON.
        "json" Json,
        /// A list of NAME=value.
        "dotenv" Dotenv,
        /// Sections with keys.
        "ini" Ini,
        /// The whole file is the secret.
        "binary" Binary,
    }
}

choice! {
    /// What a client gets to see of a query.
    "an outcome such as answer or no-answer"
    Seen {
        /// An answer with records.
        "answer" Answer,
        /// The name exists without records of the type.
        "no-data" NoData,
        /// NXDOMAIN.
        "no-such-name" NoSuchName,
        /// SERVFAIL.
        "serv-fail" ServFail,
        /// REFUSED.
        "refused" Refused,
        /// FORMERR.
        "format-error" FormatError,
        /// NOTIMP.
        "not-implemented" NotImplemented,
        /// Nothing within the client's patience.
        "timeout" Timeout,
        /// An ICMP error or a TCP reset.
        "unreachable" Unreachable,
        /// Any of these but the first.
        "no-answer" NoAnswer,
    }
}

choice! {
    /// The type of a DNS record.
    "a record type such as A or AAAA"
    RecordType {
        /// An IPv4 address.
        "A" A,
        /// An IPv6 address.
        "AAAA" Aaaa,
        /// An alias.
        "CNAME" Cname,
        /// A text.
        "TXT" Txt,
        /// The name of an address.
        "PTR" Ptr,
        /// A service's place.
        "SRV" Srv,
        /// A mail server.
        "MX" Mx,
        /// A name server.
        "NS" Ns,
        /// A zone's head.
        "SOA" Soa,
        /// A service binding for HTTPS.
        "HTTPS" Https,
    }
}
