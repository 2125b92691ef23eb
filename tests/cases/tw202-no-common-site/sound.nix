{
  tailnet.suffix = "tail96fefe.ts.net";
  sites.home.lans = [ "192.168.1.0/24" ];
  nodes = {
    cloud = {
      os = "nixos";
      address = "203.0.113.7";
      tailscale.advertiseRoutes = [ "10.31.0.0/24" ];
    };
    cloud2 = {
      os = "nixos";
      address = "203.0.113.8";
      tailscale.advertiseRoutes = [ "10.30.0.0/24" ];
    };
  };
}
