# recursing unbound behind Pi-hole on the same host (the documented Pi-hole set-up), loopback listener 5335
{
  tailnet = {
    suffix = "tailabc123.ts.net";
    nameservers = [ "100.90.1.2" ];
    overrideLocalDns = true;
  };
  sites.home = {
    lans = [ "192.168.178.0/24" ];
    nameservers = [ "pihole" ];
  };
  nodes.pi = {
    os = "nixos";
    site = "home";
    address = "192.168.178.2";
    interface = "end0";
    nameservers = [ "9.9.9.9" ];
    openPorts = [ { port = 53; } ];
    tailscale = {
      address = "100.90.1.2";
    };
  };
  resolvers.unbound = {
    kind = "unbound";
    nodes = [ "pi" ];
    listen = [ "127.0.0.1" ];
    port = 5335;
  };
  resolvers.pihole = {
    kind = "pi-hole";
    nodes = [ "pi" ];
    address = [
      "192.168.178.2"
      "100.90.1.2"
    ];
    upstreams = [ "127.0.0.1:5335" ];
    conditional = {
      "tailabc123.ts.net" = "100.100.100.100";
      "100.in-addr.arpa" = "100.100.100.100";
      "0.e.1.a.c.5.1.1.a.7.d.f.ip6.arpa" = "100.100.100.100";
      "fritz.box" = "192.168.178.1";
      "178.168.192.in-addr.arpa" = "192.168.178.1";
    };
  };
  devices.phone.tailscale = { };
  devices.fritz = {
    site = "home";
    address = "192.168.178.1";
  };
}
