# Attributes that can't be true together, and clients that nobody could admit.
{
  tailnet = {
    suffix = "tail96fefe.ts.net";
    nameservers = [
      "odd-port"
      "nowhere"
    ];
  };

  nodes.alpha = {
    os = "nixos";
    address = "192.0.2.11";
    manage = [ ];
    openPorts = [ { port = 1053; } ];
    tailscale = { };
  };

  devices.phone = { };

  forwarders = {
    magicdns = {
      engine = "unbound";
      nodes = [ "alpha" ];
      clients = [
        "device:phone"
        "outside"
      ];
    };
    other = {
      engine = "dnsmasq";
      nodes = [ "alpha" ];
    };
    third = {
      engine = "unbound";
      nodes = [ "alpha" ];
      port = 1054;
    };
  };

  resolvers = {
    odd-port = {
      kind = "adguard-home";
      address = "192.0.2.53";
      port = 5353;
    };
    nowhere.kind = "adguard-home";
  };
}
