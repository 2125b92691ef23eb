{
  tailnet = {
    suffix = "tailabc123.ts.net";
    nameservers = [ "adguard" ];
    overrideLocalDns = true;
  };
  sites.dc = {
    lans = [ "10.1.0.0/24" ];
    nameservers = [ "adguard" ];
  };
  clusters.c = {
    site = "dc";
    distribution = "kubeadm";
    cni = {
      kind = "calico";
      podCidrs = [ "10.244.0.0/16" ];
    };
    dnsService = "10.96.0.10";
    dnsVersion = "1.11.1";
    loadBalancer = {
      kind = "metallb";
      pools = [ "10.1.0.240/28" ];
    };
  };
  nodes = {
    k1 = {
      os = "nixos";
      site = "dc";
      cluster = "c";
      address = "10.1.0.11";
      interface = "eno1";
      roles = [
        "control-plane"
        "subnet-router"
      ];
      nameservers = [ "9.9.9.9" ];
      tailscale = { };
    };
    k2 = {
      os = "nixos";
      site = "dc";
      cluster = "c";
      address = "10.1.0.12";
      interface = "eno1";
      roles = [
        "control-plane"
        "subnet-router"
      ];
      nameservers = [ "9.9.9.9" ];
      tailscale = { };
    };
    k3 = {
      os = "nixos";
      site = "dc";
      cluster = "c";
      address = "10.1.0.13";
      interface = "eno1";
      roles = [ "worker" ];
      nameservers = [ "9.9.9.9" ];
      tailscale = { };
    };
  };
  resolvers.adguard = {
    kind = "adguard-home";
    cluster = "c";
    namespace = "dns";
    replicas = 2;
    address = "10.1.0.241";
    upstreams = [ "https://dns.quad9.net/dns-query" ];
    bootstrap = [ "9.9.9.9" ];
  };
  forwarders.m = {
    engine = "unbound";
    nodes = [
      "k1"
      "k2"
    ];
  };
}
