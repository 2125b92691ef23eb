{
  tailnet = {
    suffix = "tail96fefe.ts.net";
    tags."tag:router" = [ "autogroup:admin" ];
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
    firewall = "nftables";
    openPorts = [ { port = 53; } ];
    nameservers = [ "9.9.9.9" ];
    tailscale.tags = [ "tag:router" ];
  };

  forwarders.magicdns = {
    engine = "unbound";
    nodes = [ "alpha" ];
    port = 1053;
    startsAfter = [ "resolver:blocky" ];
  };

  resolvers.blocky = {
    kind = "blocky";
    nodes = [ "alpha" ];
    address = "192.168.1.11";
    upstreams = [ "9.9.9.9" ];
    startsAfter = [ "tailscale" ];
  };
}
