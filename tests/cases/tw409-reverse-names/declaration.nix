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
    tailscale = {
      tags = [ "tag:router" ];
      address = "100.64.1.2";
    };
  };

  forwarders.magicdns = {
    engine = "unbound";
    nodes = [ "alpha" ];
    port = 1053;
  };

  resolvers.blocky = {
    kind = "blocky";
    nodes = [ "alpha" ];
    address = "192.168.1.11";
    upstreams = [ "9.9.9.9" ];
    manage = "none";
    conditional = {
      "tail96fefe.ts.net" = "192.168.1.11:1053";
      "100.in-addr.arpa" = "9.9.9.9";
      "0.e.1.a.c.5.1.1.a.7.d.f.ip6.arpa" = "192.168.1.11:1053";
    };
  };
}
