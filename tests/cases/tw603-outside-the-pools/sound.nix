{
  sites.home.lans = [ "192.168.1.0/24" ];

  clusters.homelab = {
    site = "home";
    distribution = "k3s";
    loadBalancer = {
      kind = "metallb";
      pools = [ "192.168.1.224/28" ];
    };
  };

  nodes.alpha = {
    os = "nixos";
    site = "home";
    cluster = "homelab";
    address = "192.168.1.11";
    firewall = "nftables";
    nameservers = [ "9.9.9.9" ];
  };

  resolvers.blocky = {
    kind = "blocky";
    cluster = "homelab";
    address = "192.168.1.225";
    upstreams = [ "9.9.9.9" ];
  };
}
