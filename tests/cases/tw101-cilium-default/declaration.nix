{
  tailnet = {
    suffix = "tail96fefe.ts.net";
    tags."tag:router" = [ "autogroup:admin" ];
  };

  sites.home.lans = [ "10.10.10.0/24" ];

  clusters.homelab = {
    site = "home";
    distribution = "k3s";
    cni.kind = "cilium";
    dnsService = "10.43.0.10";
  };

  nodes.alpha = {
    os = "nixos";
    site = "home";
    cluster = "homelab";
    address = "10.10.10.11";
    interface = "enp1s0";
    roles = [ "subnet-router" ];
    firewall = "nftables";
    tailscale.tags = [ "tag:router" ];
  };
  nodes.beta = {
    os = "nixos";
    site = "home";
    cluster = "homelab";
    address = "10.10.10.12";
    interface = "enp1s0";
    firewall = "nftables";
    tailscale.tags = [ "tag:router" ];
  };

  forwarders.magicdns = {
    engine = "unbound";
    nodes = [ "alpha" ];
    port = 1053;
  };
}
