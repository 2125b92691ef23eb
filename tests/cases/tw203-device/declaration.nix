{
  tailnet.suffix = "tail96fefe.ts.net";
  sites.home.lans = [ "192.168.1.0/24" ];
  devices.laptop = {
    site = "home";
    tailscale.acceptRoutes = true;
  };
  nodes = {
    router = {
      os = "nixos";
      site = "home";
      address = "192.168.1.11";
      roles = [ "subnet-router" ];
      tailscale = { };
    };
  };
}
