{
  tailnet = {
    suffix = "tail96fefe.ts.net";
    tags."tag:server" = [ "autogroup:admin" ];
  };

  sites.home = {
    lans = [ "192.168.1.0/24" ];
    nameservers = [ "second" ];
  };

  nodes.alpha = {
    os = "nixos";
    site = "home";
    address = "192.168.1.11";
    interface = "enp1s0";
    firewall = "nftables";
    openPorts = [ { port = 53; } ];
    tailscale.tags = [ "tag:server" ];
  };
  nodes.beta = {
    os = "nixos";
    site = "home";
    address = "192.168.1.12";
    interface = "enp1s0";
    firewall = "nftables";
    openPorts = [ { port = 53; } ];
    tailscale.tags = [ "tag:server" ];
  };

  resolvers.first = {
    kind = "dnsmasq";
    nodes = [ "alpha" ];
    upstreams = [ "9.9.9.9" ];
  };
  resolvers.second = {
    kind = "adguard-home";
    nodes = [ "beta" ];
    strategy = "failover";
    upstreams = [
      "192.168.1.11"
      "9.9.9.9"
    ];
  };
}
