# A node that joins with the secret of an OAuth client.
{
  tailnet = {
    suffix = "tail96fefe.ts.net";
    tags."tag:server" = [ "autogroup:admin" ];
  };
  nodes.alpha = {
    os = "nixos";
    tailscale = {
      authKey = "oauth";
      tags = [ "tag:server" ];
      ssh = true;
      openFirewall = false;
    };
  };
  secrets.oauth = {
    kind = "oauth-client";
    ephemeral = false;
    tags = [ "tag:server" ];
    sops = {
      file = ./secrets/hosts.yaml;
      key = "tailscale/oauth";
    };
  };
}
