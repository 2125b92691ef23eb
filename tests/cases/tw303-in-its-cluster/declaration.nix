{
  tailnet.suffix = "tail96fefe.ts.net";

  sites.home = {
    lans = [ "192.168.1.0/24" ];
    nameservers = [ "blocky" ];
  };

  clusters.homelab = {
    site = "home";
    distribution = "k3s";
    cni = {
      kind = "cilium";
      podCidrs = [ "10.0.0.0/16" ];
    };
    dnsService = "10.43.0.10";
  };

  nodes.alpha = {
    os = "nixos";
    site = "home";
    cluster = "homelab";
    address = "192.168.1.11";
    interface = "enp1s0";
    firewall = "nftables";
    nameservers = [ "blocky" ];
  };
  nodes.beta = {
    os = "nixos";
    site = "home";
    cluster = "homelab";
    address = "192.168.1.12";
    interface = "enp1s0";
    firewall = "nftables";
    nameservers = [ "9.9.9.9" ];
  };

  resolvers.blocky = {
    kind = "blocky";
    cluster = "homelab";
    address = "192.168.1.100";
    upstreams = [ "9.9.9.9" ];
  };
}
