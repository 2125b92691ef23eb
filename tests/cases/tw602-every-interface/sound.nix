{
  tailnet.suffix = "tail96fefe.ts.net";

  sites.home.lans = [ "192.168.1.0/24" ];

  clusters.home = {
    site = "home";
    distribution = "k3s";
    dnsVersion = "1.13.1";
    cni = {
      kind = "cilium";
      podCidrs = [ "10.0.0.0/16" ];
    };
    loadBalancer = {
      kind = "cilium-l2";
      interfaces = [ "^enp1s0$" ];
    };
  };

  nodes = {
    alpha = {
      os = "nixos";
      site = "home";
      cluster = "home";
      address = "192.168.1.11";
      interface = "enp1s0";
      tailscale = { };
    };
    beta = {
      os = "nixos";
      site = "home";
      cluster = "home";
      address = "192.168.1.12";
      interface = "enp1s0";
      tailscale = { };
    };
  };
}
