# A forwarder on port 53 that a site hands out and a node asks: they are admitted. Another tailnet's
# cluster is not, since it asks the forwarder of its own.
{
  tailnet.suffix = "tail96fefe.ts.net";
  tailnets.work = {
    suffix = "work.example.org";
    ranges = [ "100.70.0.0/16" ];
  };

  sites.home = {
    lans = [ "192.168.1.0/24" ];
    nameservers = [ "192.168.1.11" ];
  };
  sites.office.lans = [ "172.16.0.0/24" ];

  clusters.office = {
    site = "office";
    distribution = "k3s";
    cni = {
      kind = "cilium";
      podCidrs = [ "172.20.0.0/16" ];
    };
  };

  nodes = {
    alpha = {
      os = "nixos";
      site = "home";
      address = "192.168.1.11";
      interface = "enp1s0";
      firewall = "nftables";
      tailscale = { };
    };
    beta = {
      os = "nixos";
      site = "home";
      address = "192.168.1.12";
      interface = "enp1s0";
      firewall = "nftables";
      nameservers = [ "192.168.1.11" ];
    };
    gamma = {
      os = "nixos";
      site = "office";
      cluster = "office";
      address = "172.16.0.5";
      interface = "enp1s0";
      firewall = "nftables";
      tailscale.tailnet = "work";
    };
  };

  forwarders = {
    magicdns = {
      engine = "unbound";
      nodes = [ "alpha" ];
      port = 53;
    };
    work = {
      engine = "unbound";
      nodes = [ "gamma" ];
      tailnet = "work";
      allow = [ "172.20.0.0/16" ];
    };
  };

  suppress = [
    {
      code = "TW411";
      reason = "Who asks has other names from elsewhere; of interest here is that he is let in.";
    }
  ];
}
