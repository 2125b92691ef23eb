{
  tailnet.suffix = "tail96fefe.ts.net";
  sites.home.lans = [ "192.168.1.0/24" ];
  nodes = {
    cloud = {
      os = "nixos";
      address = "203.0.113.7";
      tailscale.advertiseRoutes = [ "192.168.1.0/24" ];
    };
    router = {
      os = "nixos";
      site = "home";
      address = "192.168.1.11";
      roles = [ "subnet-router" ];
      tailscale = { };
    };
  };
}
