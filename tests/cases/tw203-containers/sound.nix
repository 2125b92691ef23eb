{
  tailnet.suffix = "tail96fefe.ts.net";
  sites.home.lans = [ "192.168.1.0/24" ];
  nodes = {
    alpha = {
      os = "nixos";
      site = "home";
      address = "192.168.1.12";
      containerNetworks = [ { cidr = "172.30.0.0/24"; } ];
      tailscale.acceptRoutes = false;
    };
    rented = {
      os = "nixos";
      tailscale.advertiseRoutes = [ "172.16.0.0/12" ];
    };
  };
}
