# docker host; containers use host's resolver; resolver in a container network published port
{
  tailnet = {
    suffix = "tailabc123.ts.net";
  };
  sites.home = {
    lans = [ "192.168.1.0/24" ];
    nameservers = [ "ag" ];
  };
  nodes.d = {
    os = "nixos";
    site = "home";
    address = "192.168.1.5";
    interface = "eth0";
    nameservers = [ "9.9.9.9" ];
    containerNetworks = [
      {
        cidr = "172.17.0.0/16";
        interface = "docker0";
      }
    ];
    tailscale = { };
    openPorts = [ { port = 53; } ];
  };
  nodes.e = {
    os = "nixos";
    site = "home";
    address = "192.168.1.6";
    interface = "eth0";
    nameservers = [ "9.9.9.9" ];
    containerNetworks = [
      {
        cidr = "172.17.0.0/16";
        interface = "docker0";
      }
    ];
    tailscale = { };
  };
  resolvers.ag = {
    kind = "adguard-home";
    nodes = [ "d" ];
    address = "192.168.1.5";
    upstreams = [ "9.9.9.9" ];
  };
  forwarders.m = {
    engine = "unbound";
    nodes = [
      "d"
      "e"
    ];
  };
}
