# A cluster whose nodes belong to two tailnets: its DNS and its Blocky forward the names of both, and
# the reverse names that both have to the first.
{
  tailnet.suffix = "tail96fefe.ts.net";
  tailnets.work.suffix = "tail111111.ts.net";

  clusters.home = {
    distribution = "k3s";
    dnsVersion = "1.13.1";
  };

  nodes = {
    alpha = {
      os = "nixos";
      cluster = "home";
      address = "192.168.1.11";
      tailscale = { };
    };
    beta = {
      os = "nixos";
      cluster = "home";
      address = "192.168.1.12";
      tailscale.tailnet = "work";
    };
  };

  forwarders = {
    home = {
      engine = "unbound";
      nodes = [ "alpha" ];
    };
    a-work = {
      engine = "unbound";
      nodes = [ "beta" ];
      tailnet = "work";
    };
  };

  resolvers.blocky = {
    kind = "blocky";
    cluster = "home";
    upstreams = [ "9.9.9.9" ];
  };
}
