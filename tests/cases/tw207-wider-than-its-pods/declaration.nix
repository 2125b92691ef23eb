{
  tailnet.suffix = "tail96fefe.ts.net";
  sites.home.lans = [ "10.10.10.0/24" ];
  clusters.homelab = {
    site = "home";
    distribution = "k3s";
    cni = {
      kind = "cilium";
      podCidrs = [ "10.0.0.0/16" ];
    };
  };
  nodes.alpha = {
    os = "nixos";
    site = "home";
    cluster = "homelab";
    address = "10.10.10.11";
    tailscale.advertiseRoutes = [ "10.0.0.0/8" ];
  };
}
