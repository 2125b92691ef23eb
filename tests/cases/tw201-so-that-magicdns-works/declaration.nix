{
  tailnet = {
    suffix = "tail96fefe.ts.net";
    tags."tag:router" = [ "autogroup:admin" ];
  };

  sites.home.lans = [ "192.168.1.0/24" ];

  nodes.alpha = {
    os = "nixos";
    site = "home";
    address = "192.168.1.11";
    interface = "enp1s0";
    roles = [ "subnet-router" ];
    firewall = "nftables";
    tailscale = {
      tags = [ "tag:router" ];
      advertiseRoutes = [
        "192.168.1.0/24"
        "100.64.0.0/10"
      ];
    };
  };
}
