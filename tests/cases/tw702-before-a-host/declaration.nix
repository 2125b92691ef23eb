{
  tailnet.suffix = "tail96fefe.ts.net";

  sites.home.lans = [ "192.168.1.0/24" ];

  clusters.homelab = {
    site = "home";
    distribution = "k3s";
  };

  nodes.alpha = {
    os = "nixos";
    site = "home";
    cluster = "homelab";
    address = "192.168.1.11";
    interface = "enp1s0";
    tailscale = { };
  };

  forwarders.magicdns = {
    engine = "unbound";
    nodes = [ "alpha" ];
  };

  secrets.redis = {
    kind = "opaque";
    sops = {
      file = ./secrets/apps.enc.yaml;
      key = "redis";
    };
  };

  resolvers.blocky = {
    kind = "blocky";
    cluster = "homelab";
    upstreams = [ "9.9.9.9" ];
    settings = {
      queryLog = {
        type = "postgresql";
        target = "postgres://blocky:battery@db.home.example/log";
      };
    };
  };
}
