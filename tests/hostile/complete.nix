# A declaration with every attribute of the language in it, and without a finding.
{
  tailnet = {
    suffix = "tail96fefe.ts.net";
    control = {
      kind = "headscale";
      url = "https://headscale.example.org:8443";
    };
    magicDns = true;
    nameservers = [
      "blocky"
      "192.0.2.53"
    ];
    overrideLocalDns = true;
    splitDns."corp.example" = [ "192.0.2.54" ];
    searchPaths = [ "corp.example" ];
    ranges = [
      "100.64.0.0/10"
      "fd7a:115c:a1e0::/48"
    ];
    records = [
      {
        name = "www.corp.example";
        type = "A";
        value = "192.0.2.80";
      }
    ];
    tags = {
      "tag:router" = [ "autogroup:admin" ];
      "tag:server" = [
        "group:ops"
        "admin@example.org"
      ];
    };
    policy = ./tailscale/policy.hujson;
  };

  tailnets.other = {
    suffix = "other.example.net";
    control.kind = "tailscale";
    control.url = "https://login.example.net";
    magicDns = true;
    nameservers = [ "192.0.2.55" ];
    overrideLocalDns = false;
    splitDns."lab.example" = [ "192.0.2.56" ];
    searchPaths = [ "lab.example" ];
    ranges = [ "100.64.0.0/10" ];
    records = [
      {
        name = "www.lab.example";
        type = "CNAME";
        value = "lab.example";
      }
    ];
    tags."tag:guest" = [ "tag:guest" ];
    policy = ./tailscale/other.hujson;
  };

  sites = {
    home = {
      lans = [
        "10.10.10.0/24"
        "fd00:10::/64"
      ];
      nameservers = [ "blocky" ];
      routes = [
        {
          to = [ "10.20.0.0/24" ];
          via = "10.10.10.1";
        }
      ];
      virtualAddresses = [
        {
          address = "10.10.10.250";
          nodes = [
            "alpha"
            "beta"
          ];
        }
      ];
    };
    away.lans = [ "10.20.0.0/24" ];
  };

  clusters.homelab = {
    site = "home";
    distribution = "k3s";
    cni = {
      kind = "cilium";
      podCidrs = [ "10.0.0.0/16" ];
      ipam = "cluster-pool";
    };
    serviceCidrs = [ "10.43.0.0/16" ];
    dnsService = "10.43.0.10";
    dnsVersion = "1.13.1";
    dnsDomain = "cluster.local";
    loadBalancer = {
      kind = "cilium-l2";
      interfaces = [ "^enp1s0$" ];
      pools = [ "10.10.10.96/27" ];
    };
    apiEndpoint = "10.10.10.250";
    masquerade = true;
    nonMasqueradeCidrs = [ "10.20.0.0/24" ];
    nodeCidrs = [ "10.10.10.192/27" ];
    manifests = "kubenix";
    manage = [ "dns" ];
  };
  # The other forms.
  clusters.boxes = {
    site = "away";
    distribution = "k3s";
    cni = {
      kind = "flannel";
      podCidrs = [ "10.1.0.0/16" ];
    };
    serviceCidrs = [ "10.44.0.0/16" ];
    dnsService = "10.44.0.10";
    loadBalancer.kind = "metallb";
    nodeCidrs = [ "10.20.0.0/26" ];
    manifests = "kubenix-release";
  };
  clusters.plain = {
    site = "away";
    distribution = "rke2";
    cni = {
      kind = "flannel";
      podCidrs = [ "10.2.0.0/16" ];
    };
    serviceCidrs = [ "10.45.0.0/16" ];
    dnsService = "10.45.0.10";
    loadBalancer.kind = "kube-vip";
    nodeCidrs = [ "10.20.0.64/26" ];
    manifests = "yaml";
  };

  nodes = {
    alpha = {
      os = "nixos";
      site = "home";
      cluster = "homelab";
      address = [
        "10.10.10.200"
        "fd00:10::200"
      ];
      interface = "enp1s0";
      roles = [
        "control-plane"
        "subnet-router"
      ];
      firewall = "nftables";
      trustedInterfaces = [ "lxc+" ];
      openPorts = [
        {
          port = 8053;
          protocols = [
            "udp"
            "tcp"
          ];
          from = [ "10.10.10.0/24" ];
          interfaces = [ "enp1s0" ];
        }
      ];
      tailscale = {
        address = [ "100.64.0.1" ];
        tags = [ "tag:router" ];
        authKey = "routers";
        acceptDns = false;
        acceptRoutes = true;
        advertiseRoutes = [ "10.10.10.0/24" ];
        exitNode = "gateway";
        exitNodeAllowLanAccess = true;
        snatSubnetRoutes = true;
        ssh = false;
        openFirewall = true;
      };
      nameservers = [
        "1.1.1.1"
        "blocky"
      ];
      resolver = "resolved";
      manage = [
        "forwarder"
        "firewall"
        "tailscale"
        "resolver"
        "secrets"
      ];
      containerNetworks = [
        {
          cidr = "172.17.0.0/16";
          interface = "docker0";
        }
      ];
      startsAfter = [ "network" ];
      labels."node.example.org/zone" = "a";
      recipient = "age1qyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqs3290gq";
    };
    beta = {
      os = "nixos";
      site = "home";
      cluster = "homelab";
      address = "10.10.10.201";
      firewall = "iptables";
      tailscale = {
        tags = [ "tag:server" ];
        authKey = "servers";
      };
      resolver = "resolved";
      recipient = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g";
    };
    gamma = {
      os = "nixos";
      firewall = "nftables";
      tailscale = {
        tailnet = "other";
        authKey = "guests";
      };
    };
  };

  devices = {
    phone = {
      tailscale.acceptRoutes = true;
      nameservers = [ "192.0.2.53" ];
    };
    television = {
      site = "home";
      address = "10.10.10.60";
    };
    gateway.tailscale.address = "100.64.0.9";
    visitor.tailscale = {
      tailnet = "other";
      tags = [ "tag:guest" ];
      authKey = "guests";
      acceptDns = true;
      acceptRoutes = false;
      advertiseRoutes = [ "10.30.0.0/24" ];
      exitNode = "gateway";
      exitNodeAllowLanAccess = false;
      snatSubnetRoutes = true;
      ssh = false;
      openFirewall = true;
    };
  };

  forwarders.magicdns = {
    engine = "unbound";
    nodes = [
      "alpha"
      "beta"
    ];
    port = 1053;
    clients = [
      "lan:home"
      "device:television"
    ];
    protocols = [
      "udp"
      "tcp"
    ];
    startsAfter = [ "tailscale" ];
  };
  forwarders.narrow = {
    engine = "unbound";
    nodes = [ "gamma" ];
    tailnet = "other";
    listen = [ "127.0.0.1" ];
    allow = [
      "0.0.0.0/0"
      "::/0"
    ];
  };

  resolvers = {
    blocky = {
      kind = "blocky";
      version = "0.34.0";
      cluster = "homelab";
      namespace = "apps";
      replicas = 3;
      image = "ghcr.io/0xerr0r/blocky:v0.34.0";
      address = "10.10.10.100";
      port = 53;
      listen = [ "10.10.10.100" ];
      expose = "lan";
      admits = [
        "pods"
        "nodes"
        "world"
      ];
      externalTrafficPolicy = "cluster";
      upstreams = [
        "1.1.1.1"
        "tcp-tls:dns.example:853"
        "https://dns.example/dns-query"
      ];
      strategy = "race";
      bootstrap = [ "1.1.1.1" ];
      conditional."corp.example" = [ "192.0.2.54" ];
      customDns."www.home.example" = "10.10.10.100";
      records = [
        {
          name = "txt.home.example";
          type = "TXT";
          value = "v=spf1 -all";
        }
      ];
      filterUnmappedTypes = true;
      zones = [ "home.example" ];
      dotPort = 853;
      dohPort = 4000;
      httpPort = 80;
      resources = {
        requests = {
          cpu = "100m";
          memory = "128Mi";
        };
        limits = {
          cpu = "2";
          memory = "512Mi";
        };
      };
      settings = {
        log.level = "warn";
        blocking.denylists.ads = [
          "https://lists.example/ads.txt"
          ''
            # written here
            ads.example
          ''
        ];
        caching.prefetching = true;
        redis = {
          address = "redis:6379";
          database = 1;
          password.secret = "redis";
        };
      };
      startsAfter = [ "forwarder:magicdns" ];
      manage = "app";
    };
    boxed = {
      kind = "blocky";
      version = "0.33.0";
      cluster = "boxes";
      replicas = 2;
      address = "10.20.0.200";
      upstreams = [ "9.9.9.9" ];
      customDns."www.boxes.example" = "10.20.0.201";
      records = [
        {
          name = "alias.boxes.example";
          type = "CNAME";
          value = "www.boxes.example";
        }
      ];
      settings = {
        log.format = "json";
        queryLog = {
          type = "mysql";
          target.secret = "query-log";
        };
      };
    };
    plainly = {
      kind = "blocky";
      cluster = "plain";
      address = "10.20.0.210";
      upstreams = [ "9.9.9.9" ];
      conditional."plain.example" = [ "10.20.0.1" ];
      records = [
        {
          name = "_sip._udp.plain.example";
          type = "SRV";
          value = "1 2 5060 sip.plain.example";
        }
      ];
      settings = {
        log.privacy = true;
        redis.password.secret = "redis";
      };
    };
    adguard = {
      kind = "adguard-home";
      nodes = [ "gamma" ];
      manage = "none";
    };
  };

  secrets = {
    routers = {
      kind = "auth-key";
      reusable = true;
      ephemeral = false;
      tags = [ "tag:router" ];
      expires = "2027-03-31";
      recipients = [ "0123456789ABCDEF0123456789ABCDEF01234567" ];
      sops = {
        file = ./secrets/hosts.enc.yaml;
        key = "tailscale/router_auth_key";
        format = "yaml";
      };
    };
    servers = {
      kind = "oauth-client";
      sops = {
        file = ./secrets/hosts.enc.yaml;
        key = "tailscale/oauth";
        format = "yaml";
      };
    };
    guests = {
      kind = "auth-key";
      sops.file = ./secrets/guest.bin;
    };
    redis = {
      kind = "opaque";
      sops = {
        file = ./secrets/apps.enc.yaml;
        key = "redis/password";
        format = "yaml";
      };
    };
    query-log = {
      kind = "opaque";
      sops = {
        file = ./secrets/apps.json;
        key = "target";
        format = "json";
      };
    };
  };

  expectations = [
    {
      from = "pods:homelab";
      name = "alpha.tail96fefe.ts.net";
      type = "A";
      protocol = "udp";
      seen = "answer";
      leaks = false;
    }
  ];

  suppress = [
    {
      code = "TW201";
      reason = "every attribute is here, whether or not the network works";
    }
    {
      code = "TW202";
      reason = "every attribute is here, whether or not the network works";
    }
    {
      code = "TW203";
      reason = "every attribute is here, whether or not the network works";
    }
    {
      code = "TW206";
      reason = "every attribute is here, whether or not the network works";
    }
    {
      code = "TW207";
      reason = "every attribute is here, whether or not the network works";
    }
    {
      code = "TW301";
      reason = "every attribute is here, whether or not the network works";
    }
    {
      code = "TW302";
      reason = "every attribute is here, whether or not the network works";
    }
    {
      code = "TW303";
      reason = "every attribute is here, whether or not the network works";
    }
    {
      code = "TW305";
      reason = "every attribute is here, whether or not the network works";
    }
    {
      code = "TW403";
      reason = "every attribute is here, whether or not the network works";
    }
    {
      code = "TW406";
      reason = "every attribute is here, whether or not the network works";
    }
    {
      code = "TW408";
      reason = "every attribute is here, whether or not the network works";
    }
    {
      code = "TW410";
      reason = "every attribute is here, whether or not the network works";
    }
    {
      code = "TW507";
      reason = "every attribute is here, whether or not the network works";
    }
    {
      code = "TW510";
      reason = "every attribute is here, whether or not the network works";
    }
    {
      code = "TW511";
      reason = "every attribute is here, whether or not the network works";
    }
    {
      code = "TW601";
      reason = "every attribute is here, whether or not the network works";
    }
    {
      code = "TW204";
      reason = "every attribute is here, whether or not the network works";
    }
    {
      code = "TW205";
      reason = "every attribute is here, whether or not the network works";
    }
    {
      code = "TW209";
      reason = "every attribute is here, whether or not the network works";
    }
    {
      code = "TW401";
      reason = "every attribute is here, whether or not the network works";
    }
    {
      code = "TW404";
      reason = "every attribute is here, whether or not the network works";
    }
    {
      code = "TW602";
      reason = "every attribute is here, whether or not the network works";
    }
    {
      code = "TW707";
      reason = "every attribute is here, whether or not the network works";
    }
    {
      code = "TW412";
      reason = "every attribute is here, whether or not the network works";
    }
    {
      code = "TW409";
      reason = "every attribute is here, whether or not the network works";
    }
    {
      code = "TW101";
      at = "sites.nowhere";
      reason = "kept to show how it is written";
    }
  ];
}
