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
        authKey = "alpha";
        tags = [ "tag:server" ];
      };
    };
    beta = {
      os = "nixos";
      tailscale = {
        authKey = "beta";
        tags = [ "tag:server" ];
      };
    };
  };

  secrets = {
    alpha = {
      kind = "auth-key";
      reusable = true;
      tags = [ "tag:server" ];
      sops = {
        file = ./secrets/alpha.yaml;
        key = "tailscale";
      };
    };
    beta = {
      kind = "auth-key";
      reusable = true;
      tags = [ "tag:server" ];
      sops = {
        file = ./secrets/beta.yaml;
        key = "tailscale";
      };
    };
  };
}
