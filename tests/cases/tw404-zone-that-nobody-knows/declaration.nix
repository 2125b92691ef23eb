{
  tailnet = {
    suffix = "tail96fefe.ts.net";
    tags."tag:server" = [ "autogroup:admin" ];
  };

  sites.home = {
    lans = [ "192.168.1.0/24" ];
    nameservers = [ "dns" ];
  };

  nodes.alpha = {
    os = "nixos";
    site = "home";
    address = "192.168.1.11";
    interface = "enp1s0";
    firewall = "nftables";
    openPorts = [ { port = 53; } ];
    tailscale.tags = [ "tag:server" ];
  };

  resolvers.dns = {
    kind = "dnsmasq";
    nodes = [ "alpha" ];
    upstreams = [ "9.9.9.9" ];
    conditional."home.example" = "100.100.100.100";
  };
}
