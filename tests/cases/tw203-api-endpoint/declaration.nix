{
  tailnet.suffix = "tail96fefe.ts.net";
  sites.home.lans = [ "192.168.1.0/24" ];
  clusters.homelab = {
    site = "home";
    apiEndpoint = "203.0.113.40";
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
      site = "home";
      cluster = "homelab";
      address = "192.168.1.12";
      tailscale.acceptRoutes = true;
    };
    gateway = {
      os = "nixos";
      address = "203.0.113.7";
      tailscale.advertiseRoutes = [ "203.0.113.0/24" ];
    };
  };
}
