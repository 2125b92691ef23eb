{
  tailnet.suffix = "tail96fefe.ts.net";
  sites.home.lans = [ "192.168.1.0/24" ];
  clusters.homelab = {
    site = "home";
    distribution = "k3s";
  };
  nodes = {
    alpha = {
      os = "nixos";
      site = "home";
      cluster = "homelab";
      address = "192.168.1.11";
      tailscale.acceptRoutes = true;
    };
    beta = {
      os = "nixos";
      site = "home";
      cluster = "homelab";
      address = "192.168.1.12";
      tailscale = { };
    };
  };
}
