{
  tailnet.suffix = "tail96fefe.ts.net";
  nodes.beta = {
    os = "nixos";
    tailscale = { };
  };
}
