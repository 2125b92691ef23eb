{
  tailnet.suffix = "tail96fefe.ts.net";
  sites.home.lans = [ "192.168.1.0/24" ];
  nodes = {
    exit = {
      os = "nixos";
      site = "home";
      address = "192.168.1.11";
      roles = [
        "exit-node"
        "subnet-router"
      ];
      # Wider than the LAN on purpose.
      tailscale = {
        advertiseRoutes = [ "192.168.0.0/23" ];
        snatSubnetRoutes = false;
      };
    };
    user = {
      os = "nixos";
      tailscale = {
        exitNode = "exit";
        exitNodeAllowLanAccess = true;
        acceptRoutes = true;
      };
    };
    viaphone = {
      os = "nixos";
      tailscale.exitNode = "phone";
    };
  };
  devices.phone.tailscale.address = "100.70.1.2";
  devices.tablet.tailscale.exitNode = "exit";
}
