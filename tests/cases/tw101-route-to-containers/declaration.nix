{
  tailnet = {
    suffix = "tail96fefe.ts.net";
    tags."tag:router" = [ "autogroup:admin" ];
  };

  sites.home = {
    lans = [ "192.168.1.0/24" ];
    # The virtual network of a cloud, behind the tunnel of the home's router.
    routes = [
      {
        to = "172.17.0.0/16";
        via = "192.168.1.1";
      }
    ];
  };

  clusters.homelab = {
    site = "home";
    distribution = "k3s";
    cni = {
      kind = "cilium";
      podCidrs = [ "10.0.0.0/16" ];
    };
  };

  nodes.alpha = {
    os = "nixos";
    site = "home";
    cluster = "homelab";
    address = "192.168.1.11";
    interface = "enp1s0";
    containerNetworks = [ { cidr = "172.17.0.0/16"; } ];
    firewall = "nftables";
    tailscale.tags = [ "tag:router" ];
  };
}
