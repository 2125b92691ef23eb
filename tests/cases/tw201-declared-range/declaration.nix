{
  tailnet = {
    suffix = "tail96fefe.ts.net";
    ranges = [ "100.80.0.0/16" ];
  };
  sites.home.lans = [ "192.168.1.0/24" ];
  nodes = {
    alpha = {
      os = "nixos";
      site = "home";
      address = "192.168.1.11";
      tailscale.advertiseRoutes = [ "100.80.1.0/24" ];
    };
  };
}
