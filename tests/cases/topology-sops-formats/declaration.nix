# A SOPS file of each format, by its ending or by declaration, and who can open them.
{
  tailnet.suffix = "tail96fefe.ts.net";
  nodes = {
    binary = {
      os = "nixos";
      tailscale.authKey = "binary";
      recipient = "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq";
    };
    dotenv = {
      os = "talos";
      tailscale.authKey = "dotenv";
    };
    ini = {
      os = "nixos";
      manage = [ "tailscale" ];
      tailscale.authKey = "ini";
    };
    json = {
      os = "nixos";
      tailscale.authKey = "json";
      recipient = "0123456789ABCDEF0123456789ABCDEF01234567";
    };
    named = {
      os = "nixos";
      tailscale.authKey = "named";
    };
  };
  secrets = {
    binary = {
      kind = "auth-key";
      sops = {
        file = ./secrets/key.bin;
      };
    };
    dotenv = {
      kind = "auth-key";
      sops = {
        file = ./secrets/keys.env;
        key = "TS_AUTHKEY";
      };
    };
    ini = {
      kind = "auth-key";
      sops = {
        file = ./secrets/keys.ini;
        key = "tailscale/key";
      };
    };
    json = {
      kind = "auth-key";
      sops = {
        file = ./secrets/keys.json;
        key = "tailscale";
      };
    };
    named = {
      kind = "auth-key";
      sops = {
        file = ./secrets/keys;
        key = "tailscale/key";
        format = "yaml";
      };
    };
  };
}
