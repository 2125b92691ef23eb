# System A: a home lab on NixOS, k3s and Cilium. Blocky runs in the cluster and answers DNS for the
# LAN and the tailnet; two control planes are the subnet routers and forward the suffix to MagicDNS.
let
  suffix = "tail96fefe.ts.net";
  publicServers = [
    "1.1.1.1"
    "8.8.8.8"
  ];

  # Who puts the secrets in. This recipient and those of the nodes have their private keys in
  # secrets/test-keys.txt, for everybody to read: they protect nothing.
  admin = "age1knq47dugmpvxmdyxw234u534ed3ywy6sfnefdwvc9lxpzqw09fns54uejh";

  # What the machines of the cluster have in common. Their own programs must not depend on Blocky,
  # which runs on them: they ask public servers, and the forwarders for the suffix alone.
  clusterNode = {
    os = "nixos";
    site = "home";
    cluster = "homelab";
    interface = "enp1s0";
    firewall = "nftables";
    nameservers = publicServers;
    resolver = "resolved";
  };
  router = clusterNode // {
    roles = [
      "control-plane"
      "subnet-router"
    ];
    tailscale = {
      tags = [ "tag:router" ];
      authKey = "routers";
    };
  };
  server = {
    tags = [ "tag:server" ];
    authKey = "servers";
  };
in
{
  tailnet = {
    inherit suffix;
    nameservers = [ "blocky" ];
    overrideLocalDns = true;
    tags = {
      "tag:router" = [ "autogroup:admin" ];
      "tag:server" = [ "autogroup:admin" ];
    };
    policy = ./policy.hujson;
  };

  sites.home = {
    lans = [ "10.10.10.0/24" ];
    nameservers = [ "blocky" ];
    # keepalived moves the address of the Kubernetes API between the control planes.
    virtualAddresses = [
      {
        address = "10.10.10.250";
        nodes = [
          "lab-alpha-cp"
          "lab-beta-cp"
          "lab-delta-cp"
        ];
      }
    ];
  };

  clusters.homelab = {
    site = "home";
    distribution = "k3s";
    # As configured in Cilium, not k3s' default.
    cni = {
      kind = "cilium";
      podCidrs = [ "10.0.0.0/16" ];
    };
    serviceCidrs = [ "10.43.0.0/16" ];
    dnsService = "10.43.0.10";
    dnsVersion = "1.13.1";
    apiEndpoint = "10.10.10.250";
    loadBalancer = {
      kind = "cilium-l2";
      interfaces = [
        "^enp1s0$"
        "^end0$"
      ];
    };
  };

  nodes = {
    lab-alpha-cp = router // {
      address = "10.10.10.200";
      recipient = "age1gsc0x70mz8ee4tlvnm8456zz8mvln96d5fwh5ruk690xz2wuudls7s5u6x";
    };
    lab-beta-cp = router // {
      address = "10.10.10.201";
      recipient = "age1yslmlq0c4f938gnfek905y9uy45kts02pu7vn9emhweyjv8v9vhqdee457";
    };
    lab-delta-cp = clusterNode // {
      address = "10.10.10.203";
      recipient = "age13dd0mz9gsqq52ckfrke8d776fplcewgel0a7h9c6rfwh33cype2q47l7eq";
      roles = [ "control-plane" ];
      tailscale = server;
    };
    lab-gamma-wk = clusterNode // {
      address = "10.10.10.202";
      recipient = "age1qgy8nhklkl2zrfg23gq3mhl5tavgncmq088ufmly2pgwwz86rdcs9t38pn";
      roles = [ "worker" ];
      tailscale = server;
    };
    lab-pi-bk = clusterNode // {
      address = "10.10.10.209";
      recipient = "age1ajcghnpzq6c3z2v3530usxjhzq6kya4xl3ymk40s2p5f747lev9qltvst5";
      interface = "end0";
      roles = [ "worker" ];
      tailscale = server;
    };
    # A machine of a cloud, outside any LAN: it reaches the home through the subnet routers.
    lab-oci-bk = {
      os = "nixos";
      recipient = "age18qjl9qknzha67h9wdh6mz33p4dshn8dmndwtk30udf44uayh6y2q0a63hw";
      interface = "enp0s6";
      firewall = "nftables";
      tailscale = server // {
        address = "100.104.138.109";
        acceptDns = true;
        acceptRoutes = true;
      };
    };
  };

  devices = {
    phone.tailscale = {
      acceptDns = true;
      acceptRoutes = true;
    };
    television = {
      site = "home";
      address = "10.10.10.60";
    };
  };

  forwarders.magicdns = {
    engine = "unbound";
    nodes = [
      "lab-alpha-cp"
      "lab-beta-cp"
    ];
    port = 1053;
  };

  resolvers.blocky = {
    kind = "blocky";
    version = "0.34.0";
    cluster = "homelab";
    namespace = "apps";
    replicas = 3;
    address = "10.10.10.100";
    upstreams = publicServers;
    bootstrap = publicServers;
  };

  secrets = {
    routers = {
      kind = "auth-key";
      reusable = true;
      tags = [ "tag:router" ];
      sops = {
        file = ./secrets/hosts.enc.yaml;
        key = "tailscale_router_auth_key";
      };
      recipients = [ admin ];
    };
    servers = {
      kind = "auth-key";
      reusable = true;
      tags = [ "tag:server" ];
      sops = {
        file = ./secrets/hosts.enc.yaml;
        key = "tailscale_server_auth_key";
      };
      recipients = [ admin ];
    };
  };

  expectations = [
    {
      from = "pods:homelab";
      name = "lab-alpha-cp.${suffix}";
      seen = "answer";
    }
    {
      from = "lan:home";
      name = "lab-alpha-cp.${suffix}";
      seen = "answer";
    }
    {
      from = "node:lab-gamma-wk";
      name = "lab-alpha-cp.${suffix}";
      seen = "answer";
    }
    {
      from = "tailnet:routes";
      name = "lab-alpha-cp.${suffix}";
      seen = "answer";
    }
    {
      from = "pods:homelab";
      name = "nope.${suffix}";
      seen = "no-answer";
      leaks = false;
    }
  ];
}
