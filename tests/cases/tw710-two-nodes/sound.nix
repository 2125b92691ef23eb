{
  tailnet = {
    suffix = "tail96fefe.ts.net";
    tags."tag:server" = [ "autogroup:admin" ];
  };

  nodes.alpha = {
    os = "nixos";
    firewall = "nftables";
    tailscale = {
      tags = [ "tag:server" ];
      authKey = "join";
    };
  };
  nodes.beta = {
    os = "nixos";
    firewall = "nftables";
    tailscale = {
      tags = [ "tag:server" ];
      authKey = "join";
    };
  };

  secrets.join = {
    kind = "auth-key";
    reusable = true;
    tags = [ "tag:server" ];
    sops = {
      file = ./secrets.yaml;
      key = "join";
    };
  };
}
