# VRRP address shared by two AdGuards; DHCP hands out the VRRP address only
{
  tailnet = {
    suffix = "tailabc123.ts.net";
    nameservers = [ "10.0.0.53" ];
    overrideLocalDns = true;
  };
  sites.home = {
    lans = [ "10.0.0.0/24" ];
    nameservers = [ "10.0.0.53" ];
    virtualAddresses = [
      {
        address = "10.0.0.53";
        nodes = [
          "a"
          "b"
        ];
      }
    ];
  };
  nodes.a = {
    os = "nixos";
    site = "home";
    address = "10.0.0.2";
    interface = "eth0";
    roles = [ "subnet-router" ];
    nameservers = [ "9.9.9.9" ];
    openPorts = [ { port = 53; } ];
    tailscale = { };
  };
  nodes.b = {
    os = "nixos";
    site = "home";
    address = "10.0.0.3";
    interface = "eth0";
    roles = [ "subnet-router" ];
    nameservers = [ "9.9.9.9" ];
    openPorts = [ { port = 53; } ];
    tailscale = { };
  };
  forwarders.m = {
    engine = "unbound";
    nodes = [
      "a"
      "b"
    ];
  };
  resolvers.ag = {
    kind = "adguard-home";
    nodes = [
      "a"
      "b"
    ];
    address = "10.0.0.53";
    upstreams = [ "9.9.9.9" ];
  };
  devices.phone.tailscale = { };
  devices.tv = {
    site = "home";
  };
}
