# two LANs (VLANs) of one site, IoT VLAN, resolver on both addresses, DHCP
{
  tailnet.suffix = "tailabc123.ts.net";
  sites.home = {
    lans = [
      "10.0.10.0/24"
      "10.0.20.0/24"
    ];
    nameservers = [ "d" ];
  };
  nodes.d = {
    os = "nixos";
    site = "home";
    address = "10.0.10.2";
    interface = "eth0";
    nameservers = [ "9.9.9.9" ];
    openPorts = [
      {
        port = 53;
        from = [
          "10.0.10.0/24"
          "10.0.20.0/24"
        ];
      }
    ];
    tailscale = { };
    roles = [ "subnet-router" ];
  };
  forwarders.m = {
    engine = "unbound";
    nodes = [ "d" ];
  };
  resolvers.d = {
    kind = "blocky";
    version = "0.34.0";
    nodes = [ "d" ];
    address = "10.0.10.2";
    upstreams = [ "9.9.9.9" ];
    customDns."home.arpa" = "10.0.10.9";
  };
}
