# k3s with servicelb default, blocky on a dedicated node LB, nodes use resolved with blocky? multiple nodes; resolver address = all nodes
{
  tailnet = {
    suffix = "tailabc123.ts.net";
    nameservers = [ "blocky" ];
    overrideLocalDns = true;
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
  nodes =
    let
      n = {
        os = "nixos";
        site = "home";
        cluster = "k";
        interface = "eno1";
        nameservers = [ "1.1.1.1" ];
      };
    in
    {
      a = n // {
        address = "192.168.1.10";
        roles = [
          "control-plane"
          "subnet-router"
        ];
        tailscale = { };
      };
      b = n // {
        address = "192.168.1.11";
        roles = [
          "control-plane"
          "subnet-router"
        ];
        tailscale = { };
      };
      c = n // {
        address = "192.168.1.12";
        roles = [ "worker" ];
      };
    };
  forwarders.m = {
    engine = "unbound";
    nodes = [
      "a"
      "b"
    ];
  };
  resolvers.blocky = {
    kind = "blocky";
    version = "0.34.0";
    cluster = "k";
    namespace = "dns";
    replicas = 2;
    address = [
      "192.168.1.10"
      "192.168.1.11"
    ];
    upstreams = [ "1.1.1.1" ];
    bootstrap = [ "1.1.1.1" ];
  };
  devices.phone.tailscale = { };
}
