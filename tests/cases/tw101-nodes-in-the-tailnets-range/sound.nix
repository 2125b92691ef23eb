{
  tailnet = {
    suffix = "tail96fefe.ts.net";
    tags."tag:router" = [ "autogroup:admin" ];
  };

  sites.home = {
    lans = [ "192.168.1.0/24" ];
  };

  clusters.homelab = {
    site = "home";
    distribution = "k3s";
    cni = {
      kind = "cilium";
      podCidrs = [ "10.0.0.0/16" ];
    };
    nodeCidrs = [ "10.1.5.0/24" ];
  };

  nodes.alpha = {
    os = "nixos";
    site = "home";
    cluster = "homelab";
    address = "192.168.1.11";
    interface = "enp1s0";
    firewall = "nftables";
    tailscale.tags = [ "tag:router" ];
  };
}
