{
  tailnet.suffix = "tail96fefe.ts.net";

  nodes.alpha = {
    os = "nixos";
    address = "192.0.2.11";
    tailscale = { };
  };
  nodes.beta = {
    os = "nixos";
    address = "192.0.2.12";
    tailscale = { };
  };

  forwarders.magicdns = {
    engine = "unbound";
    nodes = [
      "alpha"
      "beta"
    ];
    listen = [ "192.0.2.11" ];
  };
}
