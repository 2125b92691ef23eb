{
  tailnet = {
    suffix = "tail96fefe.ts.net";
    tags."tag:server" = [ "autogroup:admin" ];
  };

  sites.home.lans = [ "192.168.1.0/24" ];

  nodes = {
    alpha = {
      os = "nixos";
      site = "home";
      address = "192.168.1.11";
      interface = "enp1s0";
      tailscale.authKey = "servers";
    };
    # Somebody's own computer is his.
    desk = {
      os = "nixos";
      site = "home";
      address = "192.168.1.40";
      tailscale.authKey = "people";
    };
  };

  forwarders.magicdns = {
    engine = "unbound";
    nodes = [ "alpha" ];
  };

  secrets = {
    servers = {
      kind = "auth-key";
      tags = [ ];
      sops = {
        file = ./secrets/hosts.yaml;
        key = "servers";
      };
    };
    people = {
      kind = "auth-key";
      sops = {
        file = ./secrets/hosts.yaml;
        key = "people";
      };
    };
  };
}
