{
  tailnet = {
    suffix = "tail96fefe.ts.net";
    tags."tag:server" = [ "autogroup:admin" ];
    nameservers = [ "1.1.1.1" ];
    overrideLocalDns = true;
  };

  sites.home.lans = [ "192.168.1.0/24" ];

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
    firewall = "nftables";
    nameservers = [ "9.9.9.9" ];
    resolver = "resolved";
    tailscale = {
      tags = [ "tag:server" ];
      acceptDns = true;
    };
  };
}
