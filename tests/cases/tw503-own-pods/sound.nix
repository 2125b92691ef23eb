# With flannel, pods of the same node come by cni0: which is trusted here.
{
  tailnet.suffix = "tail96fefe.ts.net";

  sites.home.lans = [ "192.168.1.0/24" ];

  clusters.homelab = {
    site = "home";
    distribution = "k3s";
  };

  nodes.alpha = {
    os = "nixos";
    site = "home";
    cluster = "homelab";
    address = "192.168.1.11";
    interface = "eth0";
    firewall = "nftables";
    manage = [ "forwarder" ];
    trustedInterfaces = [ "cni0" ];
    tailscale = { };
  };

  forwarders.magicdns = {
    engine = "unbound";
    nodes = [ "alpha" ];
  };
}
