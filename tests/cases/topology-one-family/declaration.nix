# A node that has IPv6 alone asks the forwarders at their IPv6 addresses, and two forwarders of one
# tailnet are one list of zones on its link.
{
  tailnet.suffix = "tail96fefe.ts.net";
  sites.home.lans = [
    "192.168.1.0/24"
    "2001:db8:1::/64"
  ];
  nodes = {
    alpha = {
      os = "nixos";
      site = "home";
      address = [
        "192.168.1.11"
        "2001:db8:1::11"
      ];
      interface = "enp1s0";
      firewall = "nftables";
      tailscale = { };
    };
    beta = {
      os = "nixos";
      site = "home";
      address = [
        "192.168.1.12"
        "2001:db8:1::12"
      ];
      interface = "enp1s0";
      firewall = "nftables";
      tailscale = { };
    };
    six = {
      os = "nixos";
      site = "home";
      address = "2001:db8:1::20";
      interface = "enp1s0";
      firewall = "nftables";
      nameservers = [ "2620:fe::fe" ];
      resolver = "resolved";
      tailscale = { };
    };
  };
  forwarders = {
    first = {
      engine = "unbound";
      nodes = [ "alpha" ];
    };
    second = {
      engine = "unbound";
      nodes = [ "beta" ];
    };
  };
}
