# tailnet member servers with acceptDns and resolved, no override; global NS none (plain default Tailscale on NixOS)
{
  tailnet.suffix = "tailabc123.ts.net";
  sites.home = {
    lans = [ "192.168.1.0/24" ];
    nameservers = [ "192.168.1.1" ];
  };
  nodes.a = {
    os = "nixos";
    site = "home";
    address = "192.168.1.2";
    interface = "eth0";
    nameservers = [ "192.168.1.1" ];
    tailscale.acceptDns = true;
  };
  devices.rt = {
    site = "home";
    address = "192.168.1.1";
  };
  devices.tv = {
    site = "home";
  };
  devices.mac = {
    site = "home";
    tailscale = { };
  };
  resolvers.rt = {
    kind = "dnsmasq";
    address = "192.168.1.1";
    upstreams = [ "9.9.9.9" ];
  };
}
