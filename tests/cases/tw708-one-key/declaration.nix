{
  tailnet.suffix = "tail96fefe.ts.net";

  nodes = {
    alpha = {
      os = "nixos";
      tailscale.authKey = "routers";
    };
    beta = {
      os = "nixos";
      tailscale.authKey = "servers";
    };
  };

  secrets = {
    routers = {
      kind = "auth-key";
      reusable = true;
      sops = {
        file = ./secrets/hosts.yaml;
        key = "join";
      };
    };
    servers = {
      kind = "auth-key";
      reusable = true;
      sops = {
        file = ./secrets/hosts.yaml;
        key = "join";
      };
    };
  };
}
