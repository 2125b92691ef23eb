{
  tailnet.suffix = "tail96fefe.ts.net";
  sites.home.lans = [ "192.168.1.0/24" ];
  clusters.homelab = {
    site = "home";
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
      tailscale.advertiseRoutes = [ "10.42.0.0/16" ];
    };
    beta = {
      os = "nixos";
      site = "home";
      cluster = "homelab";
      address = "192.168.1.13";
      tailscale.acceptRoutes = false;
    };
  };
}
