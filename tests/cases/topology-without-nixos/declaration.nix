# Devices and resolvers that are only known about: nothing of a node is generated.
{
  tailnet = {
    suffix = "tail96fefe.ts.net";
    nameservers = [ "pihole" ];
  };
  sites.home = {
    lans = [ "192.168.1.0/24" ];
    nameservers = [
      "pihole"
      "192.168.1.1"
    ];
  };
  nodes = {
    server = {
      os = "other";
      site = "home";
      address = "192.168.1.5";
      roles = [ "subnet-router" ];
      tailscale = { };
    };
    talos = {
      os = "talos";
      site = "home";
      address = "192.168.1.6";
    };
  };
  devices = {
    pi = {
      site = "home";
      address = "192.168.1.2";
    };
    phone.tailscale = {
      acceptDns = true;
      acceptRoutes = true;
    };
  };
  forwarders.magicdns = {
    engine = "dnsmasq";
    nodes = [ "server" ];
    clients = [
      "lan:home"
      "device:phone"
    ];
  };
  resolvers.pihole = {
    kind = "pi-hole";
    address = "192.168.1.2";
    upstreams = [ "9.9.9.9" ];
    conditional."tail96fefe.ts.net" = "192.168.1.5:1053";
  };
}
