{
  tailnet = {
    suffix = "tail96fefe.ts.net";
    tags."tag:router" = [ "autogroup:admin" ];
  };

  sites.home = {
    lans = [ "192.168.1.0/24" ];
    nameservers = [ "9.9.9.9" ];
  };

  nodes.alpha = {
    os = "nixos";
    site = "home";
    address = "192.168.1.11";
    interface = "enp1s0";
    firewall = "nftables";
    nameservers = [
      "9.9.9.9"
      "1.1.1.1"
      "quad9"
    ];
    tailscale.tags = [ "tag:router" ];
  };

  resolvers.quad9 = {
    kind = "public";
    address = [ "149.112.112.112" ];
  };
}
