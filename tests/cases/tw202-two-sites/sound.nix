{
  tailnet = {
    suffix = "tail96fefe.ts.net";
    tags."tag:router" = [ "autogroup:admin" ];
  };

  sites.home.lans = [ "192.168.1.0/24" ];
  sites.office.lans = [ "192.168.2.0/24" ];

  nodes.alpha = {
    os = "nixos";
    site = "home";
    address = "192.168.1.11";
    interface = "enp1s0";
    firewall = "nftables";
    tailscale = {
      tags = [ "tag:router" ];
      advertiseRoutes = [ "192.168.7.0/24" ];
    };
  };
  nodes.beta = {
    os = "nixos";
    site = "office";
    address = "192.168.2.11";
    interface = "enp1s0";
    firewall = "nftables";
    tailscale = {
      tags = [ "tag:router" ];
      advertiseRoutes = [ "192.168.8.0/24" ];
    };
  };
}
