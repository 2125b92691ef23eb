# flannel hides the pods of other nodes behind their node's address.
{
  tailnet.suffix = "tail96fefe.ts.net";
  sites.home.lans = [ "192.168.1.0/24" ];
  clusters.homelab = {
    site = "home";
    distribution = "k3s";
    dnsService = "10.43.0.10";
    # Machines that join and leave.
    nodeCidrs = [ "192.168.1.64/26" ];
  };
  nodes = {
    alpha = {
      os = "nixos";
      site = "home";
      cluster = "homelab";
      address = "192.168.1.11";
      interface = "enp1s0";
      firewall = "nftables";
      tailscale = { };
    };
    beta = {
      os = "nixos";
      site = "home";
      cluster = "homelab";
      address = "192.168.1.12";
      interface = "enp1s0";
      firewall = "nftables";
      tailscale = { };
    };
    gamma = {
      os = "other";
      site = "home";
      cluster = "homelab";
      address = "192.168.1.13";
    };
  };
  forwarders.magicdns = {
    engine = "unbound";
    nodes = [
      "alpha"
      "beta"
    ];
  };
}
