{
  tailnet.suffix = "tail96fefe.ts.net";
  sites.home = {
    lans = [
      "192.168.1.0/24"
      "2001:db8:1::/64"
    ];
    routes = [
      {
        to = "2001:db8:2::/64";
        via = "fe80::1";
      }
    ];
  };
  clusters.homelab = {
    site = "home";
    distribution = "k3s";
    cni = {
      kind = "flannel";
      podCidrs = [
        "10.42.0.0/16"
        "fd42::/56"
      ];
    };
    serviceCidrs = [
      "10.43.0.0/16"
      "fd43::/112"
    ];
    dnsService = [
      "10.43.0.10"
      "fd43::a"
    ];
  };
  nodes = {
    alpha = {
      os = "nixos";
      site = "home";
      cluster = "homelab";
      address = [
        "192.168.1.11"
        "2001:db8:1::11"
      ];
      interface = "enp1s0";
      roles = [ "subnet-router" ];
      firewall = "nftables";
      tailscale = { };
    };
    beta = {
      os = "nixos";
      site = "home";
      cluster = "homelab";
      address = [
        "192.168.1.12"
        "2001:db8:1::12"
      ];
      interface = "enp1s0";
      firewall = "iptables";
      nameservers = [
        "9.9.9.9"
        "2620:fe::fe"
      ];
      resolver = "resolved";
      tailscale = { };
    };
  };
  forwarders.magicdns = {
    engine = "unbound";
    nodes = [ "alpha" ];
    clients = [ "lan:home" ];
  };
}
