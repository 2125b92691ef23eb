# Public nameserver + local AdGuard only for split DNS home.arpa in tailnet; adguard on router node
{
  tailnet = {
    suffix = "tailabc123.ts.net";
    splitDns."home.arpa" = [ "ag" ];
  };
  sites.home = {
    lans = [ "192.168.1.0/24" ];
    nameservers = [ "ag" ];
  };
  nodes.a = {
    os = "nixos";
    site = "home";
    address = "192.168.1.2";
    interface = "eth0";
    roles = [ "subnet-router" ];
    nameservers = [ "9.9.9.9" ];
    openPorts = [ { port = 53; } ];
    tailscale = { };
  };
  forwarders.m = {
    engine = "unbound";
    nodes = [ "a" ];
  };
  resolvers.ag = {
    kind = "adguard-home";
    nodes = [ "a" ];
    address = "192.168.1.2";
    upstreams = [ "9.9.9.9" ];
    records = [
      {
        name = "nas.home.arpa";
        type = "A";
        value = "192.168.1.9";
      }
    ];
    zones = [ "home.arpa" ];
  };
  devices.phone.tailscale = { };
}
