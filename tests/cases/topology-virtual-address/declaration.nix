# The forwarder is asked at an address that keepalived moves between its nodes.
{
  tailnet.suffix = "tail96fefe.ts.net";
  sites.home = {
    lans = [ "192.168.1.0/24" ];
    virtualAddresses = [
      {
        address = "192.168.1.250";
        nodes = [
          "alpha"
          "beta"
        ];
      }
    ];
  };
  nodes = {
    alpha = {
      os = "nixos";
      site = "home";
      address = "192.168.1.11";
      interface = "eth0";
      tailscale = { };
    };
    beta = {
      os = "nixos";
      site = "home";
      address = "192.168.1.12";
      interface = "eth0";
      tailscale = { };
    };
  };
  devices.dns = {
    site = "home";
    address = "192.168.1.2";
  };
  forwarders.magicdns = {
    engine = "unbound";
    nodes = [
      "alpha"
      "beta"
    ];
    listen = [
      "127.0.0.1"
      "192.168.1.250"
    ];
    startsAfter = [ "network" ];
  };
  resolvers.dns = {
    kind = "adguard-home";
    address = "192.168.1.2";
    conditional."tail96fefe.ts.net" = "192.168.1.250:1053";
  };
}
