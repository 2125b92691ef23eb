{
  tailnet.suffix = "tail96fefe.ts.net";
  sites.home.lans = [ "192.168.1.0/24" ];
  clusters.homelab = {
    distribution = "k3s";
    cni = {
      kind = "flannel";
      podCidrs = [ "10.42.0.0/16" ];
    };
    serviceCidrs = [ "10.43.0.0/16" ];
  };
  nodes = {
    gateway = {
      os = "nixos";
      site = "home";
      address = "192.168.1.11";
      tailscale.advertiseRoutes = [ "10.43.0.0/16" ];
    };
  };
}
