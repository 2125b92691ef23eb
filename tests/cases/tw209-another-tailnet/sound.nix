{
  tailnet = {
    suffix = "tail96fefe.ts.net";
    tags."tag:server" = [ "autogroup:admin" ];
  };
  tailnets.work.suffix = "tail0000aa.ts.net";

  nodes.rented = {
    os = "nixos";
    firewall = "nftables";
    roles = [ "exit-node" ];
    tailscale.tags = [ "tag:server" ];
  };
  nodes.alpha = {
    os = "nixos";
    firewall = "nftables";
    roles = [ "exit-node" ];
    tailscale.tailnet = "work";
  };

  devices.phone.tailscale.exitNode = "rented";
}
