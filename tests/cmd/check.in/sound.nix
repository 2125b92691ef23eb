{
  tailnet.suffix = "tail96fefe.ts.net";
  nodes.alpha = {
    os = "nixos";
    tailscale = { };
  };
}
