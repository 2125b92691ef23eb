{
  tailnet.suffix = "tail96fefe.ts.net";
  nodes.router = {
    os = "nixos";
    roles = [ "subnet-router" ];
    tailscale = { };
  };
}
