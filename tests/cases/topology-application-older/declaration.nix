# A Blocky that caches what forwarders answer, at an address of the Services; the zone of the suffix is put into the cluster's DNS by hand.
{
  tailnet.suffix = "tail96fefe.ts.net";

  sites.home.lans = [ "192.168.1.0/24" ];

  clusters.home = {
    site = "home";
    distribution = "k3s";
    manage = [ ];
  };

  nodes = {
    alpha = {
      os = "nixos";
      site = "home";
      cluster = "home";
      address = "192.168.1.11";
      interface = "enp1s0";
      tailscale = { };
    };
    beta = {
      os = "nixos";
      site = "home";
      cluster = "home";
      address = "192.168.1.12";
      interface = "enp1s0";
      tailscale = { };
    };
  };

  forwarders.magicdns = {
    engine = "unbound";
    nodes = [
      "alpha"
      "beta"
    ];
  };

  resolvers.blocky = {
    kind = "blocky";
    version = "v0.31.0";
    cluster = "home";
    address = "10.43.0.53";
    port = 5353;
    upstreams = [ "9.9.9.9" ];
    settings.caching.exclude = [ "/example$/" ];
  };

  resolvers.fragment = {
    kind = "blocky";
    cluster = "home";
    address = "10.43.0.54";
    manage = "conditional";
  };
}
