{
  tailnet.suffix = "tail96fefe.ts.net";

  nodes.alpha = {
    os = "nixos";
    address = "203.0.113.11";
    interface = "enp1s0";
    firewall = "off";
    tailscale = { };
  };

  forwarders.magicdns = {
    engine = "unbound";
    nodes = [ "alpha" ];
  };
}
