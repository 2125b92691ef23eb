{
  tailnet.suffix = "tail96fefe.ts.net";
  nodes.router = {
    os = "nixos";
    roles = [ "exit-node" ];
    tailscale = { };
  };
}
