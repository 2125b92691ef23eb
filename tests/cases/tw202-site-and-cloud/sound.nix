{
  tailnet.suffix = "tail96fefe.ts.net";
  sites.home.lans = [ "192.168.1.0/24" ];
  nodes = {
    alpha = {
      os = "nixos";
      site = "home";
      address = "192.168.1.11";
      tailscale.advertiseRoutes = [ "10.30.0.0/24" ];
    };
    cloud = {
      os = "nixos";
      address = "203.0.113.7";
      tailscale.advertiseRoutes = [ "10.30.0.0/16" ];
    };
  };
}
