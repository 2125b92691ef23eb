{
  tailnet.suffix = "tail96fefe.ts.net";

  sites.home = {
    lans = [ "192.168.1.0/24" ];
    nameservers = [ "blocky" ];
  };

  sites.home.virtualAddresses = [
    {
      address = "192.168.1.250";
      nodes = [
        "alpha"
        "beta"
      ];
    }
  ];

  clusters.homelab = {
    site = "home";
    distribution = "k3s";
    cni = {
      kind = "cilium";
      podCidrs = [ "10.0.0.0/16" ];
    };
    dnsService = "10.43.0.10";
    apiEndpoint = "192.168.1.250";
  };

  nodes.alpha = {
    os = "nixos";
    site = "home";
    cluster = "homelab";
    address = "192.168.1.11";
    interface = "enp1s0";
    firewall = "nftables";
    openPorts = [ { port = 53; } ];
    nameservers = [ "9.9.9.9" ];
  };
  nodes.beta = {
    os = "nixos";
    site = "home";
    cluster = "homelab";
    address = "192.168.1.12";
    interface = "enp1s0";
    firewall = "nftables";
    nameservers = [ "9.9.9.9" ];
  };

  resolvers.blocky = {
    kind = "blocky";
    nodes = [ "alpha" ];
    address = "192.168.1.11";
    upstreams = [ "9.9.9.9" ];
    customDns = {
      "lab.internal" = "192.168.1.250";
      "grafana.lab.internal" = "192.168.1.80";
    };
  };
}
