{
  tailnet.suffix = "tail96fefe.ts.net";
  sites.home.lans = [ "192.168.1.0/24" ];
  nodes = {
    gateway = {
      os = "nixos";
      site = "home";
      address = "192.168.1.11";
      tailscale.advertiseRoutes = [ "172.20.0.0/24" ];
    };
    docker = {
      os = "nixos";
      site = "home";
      address = "192.168.1.12";
      containerNetworks = [ { cidr = "172.20.0.0/16"; } ];
    };
  };
}
