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

  devices.nas = {
    site = "home";
    address = "192.168.1.20";
    tailscale = {
      exitNode = "rented";
      exitNodeAllowLanAccess = true;
    };
  };

  resolvers.adguard = {
    kind = "adguard-home";
    address = "192.168.1.20";
    upstreams = [ "9.9.9.9" ];
  };
}
