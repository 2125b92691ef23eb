{
  tailnet = {
    suffix = "tail96fefe.ts.net";
    tags."tag:server" = [ "autogroup:admin" ];
  };

  sites.home = {
    lans = [ "192.168.1.0/24" ];
    nameservers = [ "dns" ];
    routes = [
      {
        to = "10.30.0.0/24";
        via = "192.168.1.1";
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

  resolvers.dns = {
    kind = "dnsmasq";
    nodes = [ "alpha" ];
    upstreams = [ "9.9.9.9" ];
    conditional."corp.example" = "10.30.0.53";
  };

  sites.work = {
    lans = [ "10.30.0.0/24" ];
    routes = [
      {
        to = "192.168.1.0/24";
        via = "10.30.0.1";
      }
    ];
    nameservers = [ "corp" ];
  };
  nodes.corp = {
    os = "nixos";
    site = "work";
    address = "10.30.0.53";
    interface = "enp1s0";
    firewall = "nftables";
    openPorts = [ { port = 53; } ];
    tailscale.tags = [ "tag:server" ];
  };
  resolvers.corp = {
    kind = "dnsmasq";
    nodes = [ "corp" ];
    upstreams = [ "9.9.9.9" ];
    zones = [ "corp.example" ];
  };
}
