# WireGuard node-to-node between sites (next hops are nodes), subnet routers at both, dhcp hands out both resolvers
{
  tailnet = {
    suffix = "tailabc123.ts.net";
    nameservers = [
      "dns1"
      "dns2"
    ];
    overrideLocalDns = true;
  };
  sites.a = {
    lans = [ "10.1.0.0/24" ];
    nameservers = [
      "dns1"
      "dns2"
    ];
    routes = [
      {
        to = "10.2.0.0/24";
        via = "10.1.0.1";
      }
    ];
  };
  sites.b = {
    lans = [ "10.2.0.0/24" ];
    nameservers = [
      "dns2"
      "dns1"
    ];
    routes = [
      {
        to = "10.1.0.0/24";
        via = "10.2.0.1";
      }
    ];
  };
  nodes.g1 = {
    os = "nixos";
    site = "a";
    address = "10.1.0.1";
    interface = "eth0";
    roles = [ "subnet-router" ];
    nameservers = [ "9.9.9.9" ];
    openPorts = [ { port = 53; } ];
    tailscale = { };
  };
  nodes.g2 = {
    os = "nixos";
    site = "b";
    address = "10.2.0.1";
    interface = "eth0";
    roles = [ "subnet-router" ];
    nameservers = [ "9.9.9.9" ];
    openPorts = [ { port = 53; } ];
    tailscale = { };
  };
  forwarders.m = {
    engine = "unbound";
    nodes = [
      "g1"
      "g2"
    ];
  };
  resolvers.dns1 = {
    kind = "blocky";
    version = "0.34.0";
    nodes = [ "g1" ];
    address = "10.1.0.1";
    upstreams = [ "9.9.9.9" ];
  };
  resolvers.dns2 = {
    kind = "blocky";
    version = "0.34.0";
    nodes = [ "g2" ];
    address = "10.2.0.1";
    upstreams = [ "9.9.9.9" ];
  };
  devices.phone.tailscale = { };
}
