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
    nameservers = [
      "9.9.9.9"
      "192.168.1.12"
    ];
    resolver = "resolved";
    tailscale.tags = [ "tag:server" ];
  };
  nodes.beta = {
    os = "nixos";
    site = "home";
    address = "192.168.1.12";
    interface = "enp1s0";
    firewall = "nftables";
    openPorts = [ { port = 53; } ];
    nameservers = [ "9.9.9.9" ];
    tailscale.tags = [ "tag:server" ];
  };

  resolvers.dns = {
    kind = "adguard-home";
    nodes = [
      "alpha"
      "beta"
    ];
    address = [
      "192.168.1.11"
      "192.168.1.12"
    ];
    upstreams = [ "9.9.9.9" ];
    zones = [ "home.arpa" ];
  };
}
