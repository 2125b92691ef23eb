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
    interface = "enp1s0";
    firewall = "nftables";
    openPorts = [ { port = 53; } ];
    tailscale.tags = [ "tag:server" ];
  };
  nodes.beta = {
    os = "nixos";
    site = "home";
    address = "192.168.1.12";
    interface = "enp1s0";
    firewall = "nftables";
    openPorts = [ { port = 53; } ];
    tailscale.tags = [ "tag:server" ];
  };

  devices.television = {
    site = "home";
    address = "192.168.1.60";
    nameservers = [
      "192.168.1.53"
      "8.8.8.8"
    ];
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
    listen = [
      "192.168.1.11"
      "192.168.1.12"
      "192.168.1.53"
    ];
    upstreams = [ "9.9.9.9" ];
    zones = [ "home.arpa" ];
  };
}
