{
  tailnet.suffix = "tail96fefe.ts.net";
  nodes.alpha = {
    os = "nixos";
    nameservers = [ "1.1.1.1" ];
    tailscale = { };
  };
  expectations = [
    {
      from = "node:alpha";
      name = "alpha.tail96fefe.ts.net";
      seen = "answer";
    }
  ];
}
