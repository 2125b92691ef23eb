{
  tailnet = {
    suffix = "tail96fefe.ts.net";
    tags."tag:server" = [ "autogroup:admin" ];
  };

  nodes.alpha = {
    os = "nixos";
    firewall = "nftables";
    tailscale = {
      tags = [ "tag:server" ];
      advertiseRoutes = [ "0.0.0.0/0" ];
    };
  };
}
