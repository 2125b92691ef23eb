# IPv6-only LAN, NAT64 at the provider; headscale v6 pool
{
  tailnet = {
    suffix = "v6.example.net";
    control = {
      kind = "headscale";
      url = "https://hs.example.org";
    };
    ranges = [ "fd7a:115c:a1e0::/48" ];
    nameservers = [ "dns" ];
    overrideLocalDns = true;
  };
  sites.h = {
    lans = [ "2001:db8:5::/64" ];
    nameservers = [ "dns" ];
  };
  nodes.n = {
    os = "nixos";
    site = "h";
    address = "2001:db8:5::2";
    interface = "eth0";
    nameservers = [ "2620:fe::fe" ];
    roles = [ "subnet-router" ];
    openPorts = [ { port = 53; } ];
    tailscale = { };
  };
  forwarders.m = {
    engine = "unbound";
    nodes = [ "n" ];
  };
  resolvers.dns = {
    kind = "blocky";
    version = "0.34.0";
    nodes = [ "n" ];
    address = "2001:db8:5::2";
    upstreams = [ "2620:fe::fe" ];
  };
  devices.phone.tailscale = { };
}
