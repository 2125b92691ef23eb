{
  tailnet = {
    suffix = "tail96fefe.ts.net";
    tags."tag:server" = [ "autogroup:admin" ];
  };

  nodes.rented = {
    os = "nixos";
    firewall = "nftables";
    roles = [ "exit-node" ];
    tailscale.tags = [ "tag:server" ];
  };
  nodes.alpha = {
    os = "nixos";
    firewall = "nftables";
    tailscale.tags = [ "tag:server" ];
  };

  devices.phone.tailscale.exitNode = "phone";
}
