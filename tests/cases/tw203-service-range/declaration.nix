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
    alpha = {
      os = "nixos";
      cluster = "homelab";
      address = "203.0.113.8";
      tailscale.acceptRoutes = true;
    };
    gateway = {
      os = "nixos";
      site = "home";
      address = "192.168.1.11";
      tailscale.advertiseRoutes = [ "10.40.0.0/14" ];
    };
  };
}
