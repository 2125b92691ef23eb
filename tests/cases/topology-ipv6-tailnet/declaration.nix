# A tailnet and a LAN without IPv4.
{
  tailnet = {
    suffix = "tail96fefe.ts.net";
    ranges = [ "fd7a:115c:a1e0::/48" ];
  };
  sites.home.lans = [ "2001:db8:1::/64" ];
  nodes.alpha = {
    os = "nixos";
    site = "home";
    address = "2001:db8:1::11";
    interface = "enp1s0";
    roles = [ "subnet-router" ];
    firewall = "nftables";
    nameservers = [ "2620:fe::fe" ];
    resolver = "resolved";
    tailscale = { };
  };
  forwarders.magicdns = {
    engine = "unbound";
    nodes = [ "alpha" ];
    clients = [ "lan:home" ];
  };
}
