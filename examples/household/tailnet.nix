# A household in two homes without Kubernetes: a flat in town and a cottage. In each, two NixOS hosts
# answer DNS, are the subnet routers, and forward the suffix to MagicDNS.
let
  suffix = "tail3b7c41.ts.net";
  publicServers = [
    "9.9.9.9"
    "149.112.112.112"
  ];
  townLan = "192.168.10.0/24";
  cottageLan = "192.168.20.0/24";

  # Who puts the secrets in. This recipient and those of the nodes have their private keys in
  # secrets/test-keys.txt, for everybody to read: they protect nothing.
  admin = "age1d25p36yjjttdlx6z5fprr9p52w54j3hx7fzuzru643q36lqj49rshzjkg7";

  # Their own programs must not depend on the resolver that runs on them: they ask public servers,
  # and the forwarders for the suffix alone. None accepts routes: each stands in a LAN that another
  # one advertises.
  host = {
    os = "nixos";
    interface = "enp1s0";
    firewall = "nftables";
    roles = [ "subnet-router" ];
    nameservers = publicServers;
    resolver = "resolved";
  };
  router = {
    tags = [ "tag:router" ];
    authKey = "routers";
  };
  lanDns = {
    port = 53;
    interfaces = [ "enp1s0" ];
    from = [
      townLan
      cottageLan
    ];
  };
  # DNS over TLS, for what stands in the LAN alone.
  lanDot = lanDns // {
    port = 853;
    protocols = [ "tcp" ];
  };
  tailnetDns = {
    port = 53;
    interfaces = [ "tailscale0" ];
  };
in
{
  tailnet = {
    inherit suffix;
    # By their addresses in the tailnet: members that accept no routes reach them too.
    nameservers = [
      "100.101.10.11"
      "100.101.10.12"
    ];
    overrideLocalDns = true;
    tags = {
      "tag:router" = [ "autogroup:admin" ];
      "tag:server" = [ "autogroup:admin" ];
    };
    policy = ./policy.hujson;
  };

  # The two routers have a tunnel of their own; devices of one home reach the other through it.
  sites = {
    town = {
      lans = [ townLan ];
      nameservers = [ "town-dns" ];
      routes = [
        {
          to = cottageLan;
          via = "192.168.10.1";
        }
      ];
      # keepalived moves it, for what takes one name server only.
      virtualAddresses = [
        {
          address = "192.168.10.53";
          nodes = [
            "hestia"
            "vesta"
          ];
        }
      ];
    };
    cottage = {
      lans = [ cottageLan ];
      nameservers = [ "cottage-dns" ];
      routes = [
        {
          to = townLan;
          via = "192.168.20.1";
        }
      ];
    };
  };

  nodes = {
    hestia = host // {
      site = "town";
      address = "192.168.10.11";
      recipient = "age1x6fc3gv5efwyg8xj0ds8smc7s7gq5p8gz96su2uj2srv83qvqcnq5l8wrn";
      tailscale = router // {
        address = "100.101.10.11";
      };
      openPorts = [
        lanDns
        lanDot
        tailnetDns
      ];
      containerNetworks = [
        {
          cidr = "172.30.0.0/24";
          interface = "podman0";
        }
      ];
    };
    vesta = host // {
      site = "town";
      address = "192.168.10.12";
      recipient = "age1w85jzlythghh6pu002eply6fnyacrvcwzx79ll6yy6h0qvmnp3uqtwpszj";
      tailscale = router // {
        address = "100.101.10.12";
      };
      openPorts = [
        lanDns
        lanDot
        tailnetDns
      ];
    };
    lares = host // {
      site = "cottage";
      address = "192.168.20.11";
      recipient = "age1c2af97cw4sxrzp936s326grqg6sq2qqfy9wh4lmth42r8n4u4yzsqhz9uf";
      tailscale = router;
      openPorts = [ lanDns ];
    };
    penates = host // {
      site = "cottage";
      address = "192.168.20.12";
      recipient = "age1p7rgd28zyf58nq8nh3tk97sgsy33usws9kjal53eg4sj5ew3mqhsys8qqn";
      tailscale = router;
      openPorts = [ lanDns ];
    };
    # Rented, outside any LAN: it keeps the backups.
    offsite = {
      os = "nixos";
      interface = "enp0s6";
      firewall = "nftables";
      recipient = "age1s38z09cduty4fcgtwvzz30sjsm2kc5rq5hstutcxj89gjssfe3hq5vg0te";
      tailscale = {
        tags = [ "tag:server" ];
        authKey = "servers";
        address = "100.101.30.5";
        acceptDns = true;
      };
    };
  };

  devices = {
    phone.tailscale = {
      acceptDns = true;
      acceptRoutes = true;
    };
    laptop.tailscale.acceptDns = true;
    television = {
      site = "town";
      address = "192.168.10.60";
      nameservers = [ "192.168.10.53" ];
    };
  };

  forwarders = {
    town = {
      engine = "unbound";
      nodes = [
        "hestia"
        "vesta"
      ];
    };
    cottage = {
      engine = "unbound";
      nodes = [
        "lares"
        "penates"
      ];
    };
  };

  resolvers = {
    town-dns = {
      kind = "blocky";
      version = "0.34.0";
      nodes = [
        "hestia"
        "vesta"
      ];
      address = [
        "192.168.10.11"
        "192.168.10.12"
      ];
      listen = [
        "127.0.0.1"
        "192.168.10.11"
        "192.168.10.12"
        "192.168.10.53"
        "100.101.10.11"
        "100.101.10.12"
      ];
      startsAfter = [ "tailscale" ];
      dotPort = 853;
      upstreams = [
        "tcp-tls:9.9.9.9:853"
        "tcp-tls:149.112.112.112:853"
      ];
      bootstrap = publicServers;
      conditional."tail3b7c41.ts.net" = [
        "192.168.10.11:1053"
        "192.168.10.12:1053"
      ];
      customDns."nas.home.arpa" = "192.168.10.20";
      zones = [ "home.arpa" ];
    };
    cottage-dns = {
      kind = "unbound";
      nodes = [
        "lares"
        "penates"
      ];
      address = [
        "192.168.20.11"
        "192.168.20.12"
      ];
      upstreams = publicServers;
      conditional."tail3b7c41.ts.net" = [
        "192.168.20.11:1053"
        "192.168.20.12:1053"
      ];
      records = [
        {
          name = "stove.home.arpa";
          type = "A";
          value = "192.168.20.30";
        }
        {
          name = "nas.home.arpa";
          type = "A";
          value = "192.168.10.20";
        }
      ];
      zones = [ "home.arpa" ];
    };
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
      from = "lan:town";
      name = "hestia.${suffix}";
      seen = "answer";
    }
    {
      from = "lan:cottage";
      name = "hestia.${suffix}";
      seen = "answer";
    }
    {
      from = "tailnet";
      name = "hestia.${suffix}";
      seen = "answer";
    }
    {
      from = "tailnet:routes";
      name = "hestia.${suffix}";
      seen = "answer";
    }
    {
      from = "node:hestia";
      name = "hestia.${suffix}";
      seen = "answer";
    }
    {
      from = "node:lares";
      name = "hestia.${suffix}";
      seen = "answer";
    }
    {
      from = "node:offsite";
      name = "hestia.${suffix}";
      seen = "answer";
    }
    {
      from = "device:phone";
      name = "hestia.${suffix}";
      seen = "answer";
    }
    {
      from = "device:laptop";
      name = "hestia.${suffix}";
      seen = "answer";
    }
    {
      from = "device:television";
      name = "hestia.${suffix}";
      seen = "answer";
    }
    {
      from = "lan:town";
      name = "nope.${suffix}";
      seen = "no-answer";
      leaks = false;
    }
    {
      from = "lan:cottage";
      name = "nope.${suffix}";
      seen = "no-answer";
      leaks = false;
    }
    {
      from = "node:hestia";
      name = "nope.${suffix}";
      seen = "no-answer";
      leaks = false;
    }
    {
      from = "lan:town";
      name = "nixos.org";
      seen = "answer";
    }
    {
      from = "lan:cottage";
      name = "nixos.org";
      seen = "answer";
    }
    {
      from = "tailnet";
      name = "nixos.org";
      seen = "answer";
    }
    {
      from = "node:offsite";
      name = "nixos.org";
      seen = "answer";
    }
  ];
}
