# Two k3s clusters with the same default ranges, each at its site, and what is said of DNS there.
{
  tailnet = {
    suffix = "tail96fefe.ts.net";
    nameservers = [ "blocky" ];
  };
  sites = {
    home = {
      lans = [ "192.168.1.0/24" ];
      nameservers = [ "blocky" ];
      routes = [
        {
          to = "192.168.2.0/24";
          via = "192.168.1.11";
        }
      ];
    };
    away = {
      lans = [ "192.168.2.0/24" ];
      nameservers = [ "adguard" ];
    };
  };
  clusters = {
    home = {
      site = "home";
      distribution = "k3s";
      dnsService = "10.43.0.10";
      loadBalancer = {
        kind = "metallb";
        pools = [ "172.30.0.0/24" ];
      };
    };
    away = {
      site = "away";
      distribution = "k3s";
      dnsService = "10.43.0.10";
    };
  };
  nodes = {
    alpha = {
      os = "nixos";
      site = "home";
      cluster = "home";
      address = "192.168.1.11";
      interface = "eth0";
      roles = [ "subnet-router" ];
      tailscale = { };
      containerNetworks = [ { cidr = "172.17.0.0/16"; } ];
    };
    beta = {
      os = "nixos";
      site = "away";
      cluster = "away";
      address = "192.168.2.11";
      interface = "eth0";
      openPorts = [ { port = 53; } ];
      roles = [ "subnet-router" ];
      tailscale = { };
      containerNetworks = [ { cidr = "172.17.0.0/16"; } ];
    };
    # Not in a cluster: a container network there meets no pod.
    gamma = {
      os = "nixos";
      site = "away";
      address = "192.168.2.12";
      containerNetworks = [ { cidr = "10.42.0.0/24"; } ];
    };
  };
  forwarders.magicdns = {
    engine = "unbound";
    nodes = [
      "alpha"
      "beta"
    ];
  };
  resolvers = {
    # By an address of a pool that is announced with BGP.
    blocky = {
      kind = "blocky";
      upstreams = [ "1.1.1.1" ];
      cluster = "home";
      address = "172.30.0.53";
    };
    # By the tailnet, for members without the route.
    exposed = {
      kind = "blocky";
      upstreams = [ "1.1.1.1" ];
      cluster = "home";
      address = "100.90.1.53";
      expose = "tailnet";
    };
    coredns = {
      kind = "coredns";
      cluster = "away";
      address = "10.43.0.10";
    };
    # On the forwarder's host at port 53: what asks there asks AdGuard, which asks the forwarder.
    adguard = {
      kind = "adguard-home";
      nodes = [ "beta" ];
      address = "192.168.2.11";
      conditional."tail96fefe.ts.net" = "127.0.0.1:1053";
    };
    public = {
      kind = "public";
      address = "9.9.9.9";
    };
    pihole = {
      kind = "pi-hole";
      nodes = [ "gamma" ];
      address = "192.168.2.12";
      conditional."tail96fefe.ts.net" = "192.168.2.11";
    };
  };
}
