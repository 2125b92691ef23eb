{
  tailnet = {
    suffix = "tail96fefe.ts.net";
    tags."tag:server" = [ "autogroup:admin" ];
  };

  sites.home = {
    lans = [ "192.168.1.0/24" ];
    nameservers = [ "dns" ];
    # keepalived moves it.
    virtualAddresses = [
      {
        address = "192.168.1.53";
        nodes = [
          "alpha"
          "beta"
        ];
      }
    ];
  };

  nodes.alpha = {
    os = "nixos";
    site = "home";
    address = "192.168.1.11";
    firewall = "nftables";
    openPorts = [ { port = 53; } ];
    nameservers = [ "192.168.1.53" ];
    tailscale.tags = [ "tag:server" ];
  };
  nodes.beta = {
    os = "nixos";
    site = "home";
    address = "192.168.1.12";
    firewall = "nftables";
    openPorts = [ { port = 53; } ];
    nameservers = [ "dns" ];
    tailscale.tags = [ "tag:server" ];
  };

  resolvers.dns = {
    kind = "blocky";
    nodes = [
      "alpha"
      "beta"
    ];
    address = [
      "192.168.1.11"
      "192.168.1.12"
    ];
    listen = [
      "192.168.1.11"
      "192.168.1.12"
      "192.168.1.53"
    ];
    upstreams = [ "9.9.9.9" ];
  };
}
