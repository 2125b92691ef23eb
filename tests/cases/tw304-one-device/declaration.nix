{
  tailnet = {
    suffix = "tail96fefe.ts.net";
    nameservers = [ "blocky" ];
    overrideLocalDns = true;
    tags."tag:router" = [ "autogroup:admin" ];
  };

  sites.home = {
    lans = [ "192.168.1.0/24" ];
    nameservers = [ "blocky" ];
  };

  clusters.homelab = {
    site = "home";
    distribution = "k3s";
    cni = {
      kind = "cilium";
      podCidrs = [ "10.0.0.0/16" ];
    };
    dnsService = "10.43.0.10";
    dnsVersion = "1.13.1";
  };

  nodes.alpha = {
    os = "nixos";
    site = "home";
    cluster = "homelab";
    address = "192.168.1.11";
    interface = "enp1s0";
    firewall = "nftables";
    nameservers = [ "9.9.9.9" ];
    tailscale.tags = [ "tag:router" ];
  };
  nodes.beta = {
    os = "nixos";
    site = "home";
    cluster = "homelab";
    address = "192.168.1.12";
    interface = "enp1s0";
    firewall = "nftables";
    nameservers = [ "9.9.9.9" ];
    tailscale.tags = [ "tag:router" ];
  };

  devices = {
    # Without accepting routes itself: it stands in the LAN.
    nas = {
      site = "home";
      address = "192.168.1.5";
      tailscale = {
        tags = [ "tag:router" ];
        acceptDns = false;
        acceptRoutes = false;
        advertiseRoutes = [ "192.168.1.0/24" ];
      };
    };
    box = {
      site = "home";
      address = "192.168.1.6";
      tailscale = {
        tags = [ "tag:router" ];
        acceptDns = false;
        acceptRoutes = false;
        advertiseRoutes = [ ];
      };
    };
    phone.tailscale = {
      acceptDns = true;
      acceptRoutes = true;
    };
  };

  forwarders.magicdns = {
    engine = "unbound";
    nodes = [
      "alpha"
      "beta"
    ];
    port = 1053;
  };

  resolvers.blocky = {
    kind = "blocky";
    cluster = "homelab";
    address = "192.168.1.100";
    upstreams = [ "9.9.9.9" ];
  };
}
