# a laptop-like NixOS node that roams, accept dns+routes, resolved
{
  tailnet = {
    suffix = "tailabc123.ts.net";
  };
  sites.home = {
    lans = [ "192.168.1.0/24" ];
    nameservers = [ "192.168.1.1" ];
  };
  nodes.router = {
    os = "nixos";
    site = "home";
    address = "192.168.1.2";
    interface = "eth0";
    roles = [ "subnet-router" ];
    nameservers = [ "192.168.1.1" ];
    tailscale = { };
  };
  nodes.lap = {
    os = "nixos";
    resolver = "resolved";
    tailscale = {
      acceptDns = true;
      acceptRoutes = true;
    };
  };
  devices.fritzbox = {
    site = "home";
    address = "192.168.1.1";
  };
  resolvers.fb = {
    kind = "dnsmasq";
    address = "192.168.1.1";
    upstreams = [ "9.9.9.9" ];
    zones = [ "fritz.box" ];
    manage = "none";
  };
}
