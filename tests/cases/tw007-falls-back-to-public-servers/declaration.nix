{
  tailnet.suffix = "tail96fefe.ts.net";

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
    tailscale = { };
  };

  forwarders.magicdns = {
    engine = "unbound";
    nodes = [ "alpha" ];
  };

  resolvers.blocky = {
    kind = "blocky";
    version = "0.27.0";
    nodes = [ "alpha" ];
    address = "192.168.1.11";
    upstreams = [ "9.9.9.9" ];
    settings.conditional.fallbackUpstream = true;
  };
}
