{
  tailnet = {
    suffix = "tail96fefe.ts.net";
    tags."tag:server" = [ "autogroup:admin" ];
  };

  sites.home = {
    lans = [ "192.168.1.0/24" ];
  };

  nodes.rented = {
    os = "nixos";
    firewall = "nftables";
    roles = [ "exit-node" ];
    tailscale.tags = [ "tag:server" ];
  };
  nodes.alpha = {
    os = "nixos";
    site = "home";
    address = "192.168.1.11";
    interface = "enp1s0";
    firewall = "nftables";
    roles = [ "subnet-router" ];
    tailscale = {
      tags = [ "tag:server" ];
      exitNode = "rented";
      exitNodeAllowLanAccess = true;
    };
  };
}
