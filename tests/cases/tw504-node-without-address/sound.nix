{
  tailnet.suffix = "tail96fefe.ts.net";

  nodes.alpha = {
    os = "nixos";
    address = "192.0.2.11";
    firewall = "nftables";
    tailscale = { };
  };

  forwarders.magicdns = {
    engine = "unbound";
    nodes = [ "alpha" ];
  };
}
