{
  tailnet = {
    suffix = "tail96fefe.ts.net";
    tags."tag:router" = [ "autogroup:admin" ];
    nameservers = [ "blocky" ];
    overrideLocalDns = true;
  };

  sites.home = {
    lans = [ "192.168.1.0/24" ];
    nameservers = [ "blocky" ];
  };

  nodes.alpha = {
    os = "nixos";
    site = "home";
    address = "192.168.1.11";
    interface = "enp1s0";
    roles = [ "subnet-router" ];
    firewall = "nftables";
    openPorts = [ { port = 53; } ];
    nameservers = [ "9.9.9.9" ];
    tailscale.tags = [ "tag:router" ];
  };
  nodes.beta = {
    os = "nixos";
    site = "home";
    address = "192.168.1.12";
    interface = "enp1s0";
    roles = [ "subnet-router" ];
    firewall = "nftables";
    resolver = "resolved";
    nameservers = [ "9.9.9.9" ];
    tailscale = {
      tags = [ "tag:router" ];
      acceptDns = true;
    };
  };

  forwarders.magicdns = {
    engine = "unbound";
    nodes = [
      "alpha"
      "beta"
    ];
    port = 1053;
  };

  resolvers.blocky = {
    kind = "blocky";
    nodes = [ "alpha" ];
    address = "192.168.1.11";
    upstreams = [ "9.9.9.9" ];
  };
}
