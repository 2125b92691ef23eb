{
  tailnet = {
    suffix = "mesh.example.org";
    control = {
      kind = "headscale";
      url = "https://headscale.example.net";
    };
    policy = ./sound.hujson;
  };

  nodes.alpha = {
    os = "nixos";
    firewall = "nftables";
    trustedInterfaces = [ "tailscale0" ];
    tailscale.tags = [ "tag:server" ];
  };
}
