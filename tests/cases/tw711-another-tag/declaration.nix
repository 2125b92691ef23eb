{
  tailnet = {
    suffix = "tail96fefe.ts.net";
    tags = {
      "tag:router" = [ "autogroup:admin" ];
      "tag:server" = [ "autogroup:admin" ];
      "tag:backup" = [ "tag:server" ];
    };
  };

  nodes = {
    alpha = {
      os = "nixos";
      tailscale = {
        authKey = "servers";
        tags = [ "tag:router" ];
      };
    };
    # Its tag is owned by the key's.
    beta = {
      os = "nixos";
      tailscale = {
        authKey = "servers";
        tags = [ "tag:backup" ];
      };
    };
  };

  secrets.servers = {
    kind = "auth-key";
    reusable = true;
    tags = [ "tag:server" ];
    sops = {
      file = ./secrets/hosts.yaml;
      key = "servers";
    };
  };
}
