{
  tailnet.suffix = "tail96fefe.ts.net";
  sites.home.lans = [ "192.168.1.0/24" ];
  sites.cabin.lans = [ "192.168.7.0/24" ];
  nodes = {
    gateway = {
      os = "nixos";
      site = "home";
      address = "192.168.1.11";
      tailscale.advertiseRoutes = [ "192.168.0.0/16" ];
    };
    cabin = {
      os = "nixos";
      site = "cabin";
      address = "192.168.7.5";
      roles = [ "subnet-router" ];
      tailscale = { };
    };
  };
}
