# public wildcard domain served internally by Blocky, certificates by DNS-01 done elsewhere; split horizon to a Service in the cluster
{
  tailnet = {
    suffix = "tailabc123.ts.net";
    splitDns."lab.example.com" = [ "b" ];
  };
  sites.home = {
    lans = [ "10.0.10.0/24" ];
    nameservers = [ "b" ];
  };
  nodes.r = {
    os = "nixos";
    site = "home";
    address = "10.0.10.2";
    interface = "eth0";
    nameservers = [ "9.9.9.9" ];
    roles = [ "subnet-router" ];
    tailscale = { };
    openPorts = [ { port = 53; } ];
  };
  forwarders.m = {
    engine = "unbound";
    nodes = [ "r" ];
  };
  resolvers.b = {
    kind = "blocky";
    version = "0.34.0";
    nodes = [ "r" ];
    address = "10.0.10.2";
    upstreams = [ "9.9.9.9" ];
    customDns."lab.example.com" = "10.0.10.80";
    filterUnmappedTypes = false;
  };
  devices.phone.tailscale = { };
}
