{
  tailnet.suffix = "tail96fefe.ts.net";

  sites = {
    town = {
      lans = [ "192.168.1.0/24" ];
      nameservers = [ "town-dns" ];
    };
    cottage = {
      lans = [ "192.168.2.0/24" ];
      nameservers = [ "cottage-dns" ];
    };
  };

  nodes = {
    alpha = {
      os = "nixos";
      site = "town";
      address = "192.168.1.11";
      interface = "enp1s0";
      openPorts = [ { port = 53; } ];
    };
    beta = {
      os = "nixos";
      site = "cottage";
      address = "192.168.2.11";
      interface = "enp1s0";
      openPorts = [ { port = 53; } ];
    };
  };

  resolvers = {
    town-dns = {
      kind = "blocky";
      nodes = [ "alpha" ];
      upstreams = [ "9.9.9.9" ];
      customDns."home.arpa" = "192.168.1.80";
      zones = [ "home.arpa" ];
    };
    cottage-dns = {
      kind = "unbound";
      nodes = [ "beta" ];
      upstreams = [ "9.9.9.9" ];
      records = [
        {
          name = "stove.home.arpa";
          type = "A";
          value = "192.168.2.30";
        }
        # The same in both.
        {
          name = "www.home.arpa";
          type = "A";
          value = "192.168.1.80";
        }
      ];
      zones = [ "home.arpa" ];
    };
  };
}
