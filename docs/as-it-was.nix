# A home lab before: the access list of the forwarders was written by hand, with the range that
# k3s gives pods by default. Cilium takes pods' addresses from its own pool.
{
  tailnet.suffix = "tail96fefe.ts.net";
  tailnet.tags."tag:router" = [ "autogroup:admin" ];
  sites.home.lans = [ "10.10.10.0/24" ];
  clusters.homelab = {
    site = "home";
    distribution = "k3s";
    cni.kind = "cilium";
    cni.podCidrs = [ "10.0.0.0/16" ];
    dnsService = "10.43.0.10";
  };
  nodes.lab-alpha-cp = {
    os = "nixos";
    site = "home";
    cluster = "homelab";
    address = "10.10.10.200";
    interface = "enp1s0";
    tailscale.tags = [ "tag:router" ];
  };
  forwarders.magicdns = {
    engine = "unbound";
    nodes = [ "lab-alpha-cp" ];
    allow = [
      "10.42.0.0/16"
      "10.10.10.0/24"
    ];
  };
  resolvers.blocky = {
    kind = "blocky";
    cluster = "homelab";
    replicas = 3;
    address = "10.10.10.100";
    upstreams = [ "1.1.1.1" ];
  };
}
