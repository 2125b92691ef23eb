{
  sites.home = {
    lans = [ "192.168.1.0/24" ];
    nameservers = [ "adguard" ];
  };

  nodes.alpha = {
    os = "nixos";
    site = "home";
    address = "192.168.1.11";
    interface = "enp1s0";
    firewall = "nftables";
    openPorts = [ { port = 53; } ];
  };
  nodes.beta = {
    os = "nixos";
    site = "home";
    address = "192.168.1.12";
    interface = "enp1s0";
    firewall = "nftables";
    openPorts = [ { port = 53; } ];
  };

  resolvers.adguard = {
    kind = "adguard-home";
    nodes = [ "alpha" ];
    address = "192.168.1.11";
    upstreams = [ "192.168.1.12" ];
  };
  resolvers.unbound = {
    kind = "unbound";
    nodes = [ "beta" ];
    address = "192.168.1.12";
    upstreams = [ "192.168.1.11" ];
  };
}
