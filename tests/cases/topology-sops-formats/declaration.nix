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
      os = "nixos";
      tailscale.authKey = "dotenv";
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
    json = {
      kind = "auth-key";
      sops = {
        file = ./secrets/keys.json;
        key = "tailscale/key";
      };
    };
    named = {
      kind = "auth-key";
      sops = {
        file = ./secrets/keys;
        key = "tailscale";
        format = "yaml";
      };
    };
  };
}
