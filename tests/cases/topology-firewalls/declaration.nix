# One node for each firewall.
{
  tailnet.suffix = "tail96fefe.ts.net";
  sites.home.lans = [ "192.168.1.0/24" ];
  nodes = {
    alpha = {
      os = "nixos";
      site = "home";
      address = "192.168.1.11";
      interface = "eth0";
      firewall = "nftables";
      tailscale = { };
    };
    beta = {
      os = "nixos";
      site = "home";
      address = "192.168.1.12";
      interface = "eth0";
      firewall = "iptables";
      tailscale = { };
    };
    delta = {
      os = "nixos";
      site = "home";
      address = "192.168.1.13";
      interface = "eth0";
      firewall = "firewalld";
      tailscale = { };
    };
    gamma = {
      os = "nixos";
      site = "home";
      address = "192.168.1.14";
      interface = "eth0";
      firewall = "off";
      tailscale = { };
    };
  };
  forwarders.magicdns = {
    engine = "unbound";
    nodes = [
      "alpha"
      "beta"
      "delta"
      "gamma"
    ];
    clients = [ "lan:home" ];
  };
  suppress = [
    {
      code = "TW508";
      at = "nodes.gamma";
      reason = "a router in front of the LAN filters";
    }
  ];
}
