{
  tailnet = {
    suffix = "tailabc123.ts.net";
  };
  tailnets.work = {
    suffix = "work.example.net";
    control = {
      kind = "headscale";
      url = "https://hs.example.org";
    };
    ranges = [ "100.112.0.0/16" ];
  };
  sites.home = {
    lans = [ "192.168.1.0/24" ];
    nameservers = [ "dns" ];
  };
  nodes.a = {
    os = "nixos";
    site = "home";
    address = "192.168.1.2";
    interface = "eth0";
    nameservers = [ "9.9.9.9" ];
    openPorts = [ { port = 53; } ];
    tailscale = { };
  };
  nodes.b = {
    os = "nixos";
    site = "home";
    address = "192.168.1.3";
    interface = "eth0";
    nameservers = [ "9.9.9.9" ];
    tailscale = {
      tailnet = "work";
    };
  };
  forwarders.m = {
    engine = "unbound";
    nodes = [ "a" ];
  };
  forwarders.w = {
    engine = "unbound";
    nodes = [ "b" ];
    tailnet = "work";
  };
  resolvers.dns = {
    kind = "blocky";
    version = "0.34.0";
    nodes = [ "a" ];
    address = "192.168.1.2";
    upstreams = [ "9.9.9.9" ];
  };
  devices.tv = {
    site = "home";
  };
}
