# dual stack with ULA + GUA, unbound with DoT upstreams, resolved on nodes
{
  tailnet = {
    suffix = "tailabc123.ts.net";
    nameservers = [ "dns" ];
    overrideLocalDns = true;
  };
  sites.home = {
    lans = [
      "192.168.5.0/24"
      "fd12:3456:789a::/64"
      "2001:db8:1::/64"
    ];
    nameservers = [ "dns" ];
  };
  nodes.r1 = {
    os = "nixos";
    site = "home";
    address = [
      "192.168.5.2"
      "fd12:3456:789a::2"
    ];
    interface = "eth0";
    roles = [ "subnet-router" ];
    nameservers = [
      "9.9.9.9"
      "2620:fe::fe"
    ];
    resolver = "resolved";
    openPorts = [ { port = 53; } ];
    tailscale = { };
  };
  forwarders.m = {
    engine = "unbound";
    nodes = [ "r1" ];
  };
  resolvers.dns = {
    kind = "blocky";
    version = "0.34.0";
    nodes = [ "r1" ];
    address = [
      "192.168.5.2"
      "fd12:3456:789a::2"
    ];
    upstreams = [ "tcp-tls:9.9.9.9:853" ];
  };
  devices.phone.tailscale = { };
  devices.pc = {
    site = "home";
    address = [
      "192.168.5.50"
      "2001:db8:1::50"
    ];
  };
}
