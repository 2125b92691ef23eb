# A dual-stack tailnet under headscale: kubeadm, Calico and MetalLB on three NixOS hosts, and one
# host that has IPv6 alone. Blocky runs in the cluster, with an address of each family.
let
  suffix = "mesh.example.org";
  publicServers = [
    "9.9.9.9"
    "2620:fe::fe"
  ];
  podRanges = [
    "10.244.0.0/16"
    "fd20:0:0:f4::/64"
  ];

  # Who puts the secrets in. This recipient and those of the nodes have their private keys in
  # secrets/test-keys.txt, for everybody to read: they protect nothing.
  admin = "age1g75awhfl3p3wyals7nkkkpdeu3mrru8rycv4yhsgecuqamx26p4q25c8y8";

  # Their own programs must not depend on Blocky, which runs on them.
  host = {
    os = "nixos";
    site = "rack";
    interface = "eno1";
    firewall = "nftables";
    nameservers = publicServers;
    resolver = "resolved";
  };
  clusterNode = host // {
    cluster = "rack";
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
    control = {
      kind = "headscale";
      url = "https://headscale.example.net";
    };
    nameservers = [ "blocky" ];
    overrideLocalDns = true;
    tags = {
      "tag:router" = [ "group:ops" ];
      "tag:server" = [ "group:ops" ];
    };
    policy = ./policy.hujson;
  };

  sites.rack = {
    lans = [
      "10.20.0.0/24"
      "fd20:0:0:1::/64"
    ];
    nameservers = [ "blocky" ];
    # keepalived moves the address of the Kubernetes API between the control planes.
    virtualAddresses = [
      {
        address = "10.20.0.250";
        nodes = [
          "rack-a"
          "rack-b"
          "rack-c"
        ];
      }
    ];
  };

  clusters.rack = {
    site = "rack";
    distribution = "kubeadm";
    cni = {
      kind = "calico";
      podCidrs = podRanges;
    };
    serviceCidrs = [
      "10.96.0.0/16"
      "fd20:0:0:96::/112"
    ];
    dnsService = [
      "10.96.0.10"
      "fd20:0:0:96::a"
    ];
    dnsVersion = "1.13.1";
    apiEndpoint = "10.20.0.250";
    loadBalancer = {
      kind = "metallb";
      interfaces = [ "^eno1$" ];
      pools = [
        "10.20.0.96/28"
        "fd20:0:0:1::100/120"
      ];
    };
  };

  nodes = {
    rack-a = router // {
      address = [
        "10.20.0.11"
        "fd20:0:0:1::11"
      ];
      recipient = "age1q2qz8m8rhqfzzljegxfxc3rauqrd24tk5mmf3sqaz7kyya40s9jsn5vmxe";
    };
    rack-b = router // {
      address = [
        "10.20.0.12"
        "fd20:0:0:1::12"
      ];
      recipient = "age1kt55ctklgar375kdx3ve54ufyuenef6fx8nr797tthpxhjrx6ctqkr0j9s";
    };
    rack-c = clusterNode // {
      address = [
        "10.20.0.13"
        "fd20:0:0:1::13"
      ];
      recipient = "age1gsxysqfwksz200jjr5ta0mrkqtjs55sw69k0n4le3rzyw3qg5qtq6lfpqz";
      roles = [ "control-plane" ];
      tailscale = server;
    };
    # It has no IPv4 address: it asks name servers of its own family alone.
    six = host // {
      address = "fd20:0:0:1::20";
      recipient = "age1cfsynu24v802dcnxzszh3nuwywkfjp3m9dgprn9pkrrpr3xfxaysaulsxd";
      nameservers = [
        "2620:fe::fe"
        "2620:fe::9"
      ];
      tailscale = server;
    };
  };

  devices = {
    laptop.tailscale = {
      acceptDns = true;
      acceptRoutes = true;
    };
    printer = {
      site = "rack";
      address = [
        "10.20.0.60"
        "fd20:0:0:1::60"
      ];
    };
  };

  forwarders.magicdns = {
    engine = "unbound";
    nodes = [
      "rack-a"
      "rack-b"
    ];
  };

  resolvers.blocky = {
    kind = "blocky";
    version = "0.34.0";
    cluster = "rack";
    namespace = "dns";
    replicas = 3;
    address = [
      "10.20.0.100"
      "fd20:0:0:1::100"
    ];
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
      from = "pods:rack";
      name = "rack-a.${suffix}";
      seen = "answer";
    }
    {
      from = "lan:rack";
      name = "rack-a.${suffix}";
      seen = "answer";
    }
    {
      from = "tailnet:routes";
      name = "rack-a.${suffix}";
      seen = "answer";
    }
    {
      from = "node:rack-c";
      name = "rack-a.${suffix}";
      seen = "answer";
    }
    {
      from = "node:six";
      name = "rack-a.${suffix}";
      seen = "answer";
    }
    {
      from = "device:laptop";
      name = "rack-a.${suffix}";
      seen = "answer";
    }
    {
      from = "device:printer";
      name = "rack-a.${suffix}";
      seen = "answer";
    }
    {
      from = "pods:rack";
      name = "rack-a.${suffix}";
      type = "AAAA";
      # Members have IPv6 addresses; MagicDNS leaves them out where the asking host has IPv4, too.
      seen = "no-data";
    }
    {
      from = "lan:rack";
      name = "rack-a.${suffix}";
      type = "AAAA";
      # Members have IPv6 addresses; MagicDNS leaves them out where the asking host has IPv4, too.
      seen = "no-data";
    }
    {
      from = "node:six";
      name = "rack-a.${suffix}";
      type = "AAAA";
      # Members have IPv6 addresses; MagicDNS leaves them out where the asking host has IPv4, too.
      seen = "no-data";
    }
    {
      from = "pods:rack";
      name = "nope.${suffix}";
      seen = "no-answer";
      leaks = false;
    }
    {
      from = "lan:rack";
      name = "nope.${suffix}";
      seen = "no-answer";
      leaks = false;
    }
    {
      from = "node:six";
      name = "nope.${suffix}";
      seen = "no-answer";
      leaks = false;
    }
    {
      from = "pods:rack";
      name = "nixos.org";
      seen = "answer";
    }
    {
      from = "lan:rack";
      name = "nixos.org";
      seen = "answer";
    }
    {
      from = "tailnet:routes";
      name = "nixos.org";
      seen = "answer";
    }
    {
      from = "node:six";
      name = "nixos.org";
      seen = "answer";
    }
  ];
}
