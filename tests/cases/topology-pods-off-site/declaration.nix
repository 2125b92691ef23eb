# A cluster over two places: pods hide behind their node, and the one in the other place takes the
# route to the forwarder's. It comes by tailscaled's interface, as the member that it is.
{
  tailnet.suffix = "tail96fefe.ts.net";

  sites.home.lans = [ "192.168.1.0/24" ];
  sites.cabin.lans = [ "192.168.7.0/24" ];

  clusters.homelab.distribution = "k3s";

  nodes.alpha = {
    os = "nixos";
    site = "home";
    cluster = "homelab";
    address = "192.168.1.11";
    interface = "enp1s0";
    roles = [ "subnet-router" ];
    firewall = "nftables";
    tailscale = { };
  };
  nodes.gamma = {
    os = "nixos";
    site = "cabin";
    cluster = "homelab";
    address = "192.168.7.5";
    interface = "eth0";
    firewall = "nftables";
    tailscale = {
      address = "100.64.0.9";
      acceptRoutes = true;
    };
  };

  forwarders.magicdns = {
    engine = "unbound";
    nodes = [ "alpha" ];
  };
}
