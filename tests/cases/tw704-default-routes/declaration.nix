{
  tailnet = {
    suffix = "tail96fefe.ts.net";
    policy = ./policy.hujson;
  };

  nodes.alpha = {
    os = "nixos";
    firewall = "nftables";
    tailscale = {
      tags = [ "tag:router" ];
      advertiseRoutes = [
        "0.0.0.0/0"
        "::/0"
      ];
    };
  };
}
