# k3s + flannel single node, servicelb, blocky; unbound forwarder on the node
{
  tailnet = {
    suffix = "tailabc123.ts.net";
  };
  sites.home = {
    lans = [ "192.168.1.0/24" ];
    nameservers = [ "blocky" ];
  };
  clusters.k = {
    site = "home";
    distribution = "k3s";
    dnsService = "10.43.0.10";
    loadBalancer.kind = "servicelb";
  };
  nodes.box = {
    os = "nixos";
    site = "home";
    cluster = "k";
    address = "192.168.1.10";
    interface = "eno1";
    roles = [ "control-plane" ];
    nameservers = [ "1.1.1.1" ];
    tailscale = { };
  };
  forwarders.m = {
    engine = "unbound";
    nodes = [ "box" ];
  };
  resolvers.blocky = {
    kind = "blocky";
    version = "0.34.0";
    cluster = "k";
    namespace = "dns";
    address = "192.168.1.10";
    upstreams = [ "1.1.1.1" ];
    bootstrap = [ "1.1.1.1" ];
  };
}
