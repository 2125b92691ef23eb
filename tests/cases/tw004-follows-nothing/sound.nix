# What can't be read is not taken to be absent: the mapping leads to a forwarder all the same.
{
  tailnet.suffix = "tail96fefe.ts.net";

  sites.home.lans = [ "192.168.1.0/24" ];

  nodes.alpha = {
    os = "nixos";
    site = "home";
    address = "192.168.1.11";
    firewall = "nftables";
    tailscale = { };
  };
  nodes.beta = {
    os = "nixos";
    site = "home";
    address = "192.168.1.12";
    firewall = "nftables";
  };

  forwarders.magicdns = {
    engine = "unbound";
    nodes = [ "alpha" ];
    listen = [ "192.168.1.11" ];
  };

  resolvers.blocky = {
    kind = "blocky";
    nodes = [ "beta" ];
    conditional."tail96fefe.ts.net" = "192.168.1.11:1053";
  };
}
